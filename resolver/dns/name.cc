// SPDX-License-Identifier: EUPL-1.2
// Domain names: presentation form, ancestry, order.
#include "resolver/dns/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "resolver/base/room.h"
#include "resolver/base/siphash.h"

namespace rw::dns
{

namespace
{

// Lengths are at most 63 and letters start at 65, so lower-casing whole wire forms leaves the lengths alone.
bool equal_lower(const std::uint8_t* a, const std::uint8_t* b, std::size_t size)
{
    if (std::memcmp(a, b, size) == 0)
        return true;
    for (std::size_t i = 0; i < size; ++i) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

std::weak_ordering compare_labels(const std::uint8_t* a, const std::uint8_t* b)
{
    const std::size_t common = std::min(a[0], b[0]);
    for (std::size_t i = 1; i <= common; ++i) {
        if (const auto order = lower(a[i]) <=> lower(b[i]); order != 0)
            return order;
    }
    return a[0] <=> b[0];
}

struct TextLabels {
    std::array<std::uint8_t, max_name_octets> octets{};
    std::size_t size = 0;         // octets written, the length octet of the open label included
    std::size_t label_start = 0;  // where the length octet of the open label is

    [[nodiscard]] std::size_t open_length() const { return size - label_start - 1; }
    bool start()
    {
        label_start = size;
        return put_raw(0);
    }
    bool put(std::uint8_t octet) { return open_length() < max_label_octets && put_raw(octet); }
    void close() { octets[label_start] = static_cast<std::uint8_t>(open_length()); }

 private:
    bool put_raw(std::uint8_t octet)
    {
        if (size + 1 >= max_name_octets)  // one octet stays for the root label
            return false;
        octets[size++] = octet;
        return true;
    }
};

/// Reads the octet that an escape stands for and moves `at` past it.
std::optional<std::uint8_t> read_escape(std::string_view text, std::size_t& at)
{
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    if (at >= text.size())
        return std::nullopt;
    if (!digit(at))
        return static_cast<std::uint8_t>(text[at++]);
    if (!digit(at + 1) || !digit(at + 2))
        return std::nullopt;
    const int value = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
    at += 3;
    return value <= 255 ? std::optional(static_cast<std::uint8_t>(value)) : std::nullopt;
}

}  // namespace

std::optional<Name> Name::from_wire(Octets octets)
{
    Name name;
    std::size_t at = 0;
    while (true) {
        if (at >= octets.size() || octets[at] > max_label_octets)
            return std::nullopt;
        if (octets[at] == 0)
            break;
        at += octets[at] + 1U;
        ++name.labels_;
        if (at >= max_name_octets)
            return std::nullopt;
    }
    if (at + 1 != octets.size())
        return std::nullopt;
    name.size_ = static_cast<std::uint8_t>(octets.size());
    std::memcpy(name.octets_.data(), octets.data(), octets.size());
    return name;
}

std::optional<Name> Name::parse(std::string_view text)
{
    if (text == ".")
        return Name{};
    if (text.empty())
        return std::nullopt;
    TextLabels labels;
    if (!labels.start())
        return std::nullopt;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c == '.') {
            if (labels.open_length() == 0)
                return std::nullopt;
            labels.close();
            if (at < text.size() && !labels.start())
                return std::nullopt;
            if (at == text.size())
                labels.label_start = labels.size;
            continue;
        }
        const auto octet = c == '\\' ? read_escape(text, at) : std::optional(static_cast<std::uint8_t>(c));
        if (!octet || !labels.put(*octet))
            return std::nullopt;
    }
    if (labels.label_start < labels.size)
        labels.close();
    labels.octets[labels.size++] = 0;
    return from_wire({labels.octets.data(), labels.size});
}

std::string Name::to_string() const
{
    if (is_root())
        return ".";
    std::string text;
    text.reserve(size_ + 8U);
    for (std::size_t at = 0; octets_[at] != 0; at += octets_[at] + 1U) {
        for (std::size_t i = at + 1; i <= at + octets_[at]; ++i) {
            const std::uint8_t octet = octets_[i];
            if (octet <= 0x20 || octet >= 0x7f)
                fmt::format_to(std::back_inserter(text), "\\{:03}", octet);
            else if (std::string_view("\\.\"();@$").find(static_cast<char>(octet)) != std::string_view::npos)
                text.append({'\\', static_cast<char>(octet)});
            else
                text.push_back(static_cast<char>(octet));
        }
        text.push_back('.');
    }
    return text;
}

std::size_t Name::offset_of_ancestor(std::size_t labels) const
{
    std::size_t at = 0;
    for (std::size_t skip = labels_ - std::min<std::size_t>(labels, labels_); skip > 0; --skip)
        at += octets_[at] + 1U;
    return at;
}

Name Name::ancestor(std::size_t labels) const
{
    const std::size_t at = offset_of_ancestor(labels);
    Name name;
    name.labels_ = static_cast<std::uint8_t>(std::min<std::size_t>(labels, labels_));
    name.size_ = static_cast<std::uint8_t>(size_ - at);
    std::memcpy(name.octets_.data(), octets_.data() + at, name.size_);
    return name;
}

std::optional<Name> Name::prepend(Octets label) const
{
    if (label.empty() || label.size() > max_label_octets || size_ + label.size() + 1 > max_name_octets)
        return std::nullopt;
    Name name;
    name.octets_[0] = static_cast<std::uint8_t>(label.size());
    std::memcpy(&name.octets_[1], label.data(), label.size());
    std::memcpy(&name.octets_[1 + label.size()], octets_.data(), size_);
    name.size_ = static_cast<std::uint8_t>(size_ + label.size() + 1);
    name.labels_ = static_cast<std::uint8_t>(labels_ + 1);
    return name;
}

std::optional<Name> Name::rebase(const Name& from, const Name& to) const
{
    const std::size_t kept = size_ - from.size_;
    if (kept + to.size_ > max_name_octets)
        return std::nullopt;
    Name name;
    std::memcpy(name.octets_.data(), octets_.data(), kept);
    std::memcpy(name.octets_.data() + kept, to.octets_.data(), to.size_);
    name.size_ = static_cast<std::uint8_t>(kept + to.size_);
    name.labels_ = static_cast<std::uint8_t>(labels_ - from.labels_ + to.labels_);
    return name;
}

Name Name::lowercase() const
{
    Name name = *this;
    for (std::size_t i = 0; i < size_; ++i)
        name.octets_[i] = lower(octets_[i]);
    return name;
}

bool Name::is_at_or_below(const Name& ancestor) const
{
    if (labels_ < ancestor.labels_ || size_ < ancestor.size_)
        return false;
    const std::size_t at = offset_of_ancestor(ancestor.labels_);
    return size_ - at == ancestor.size_ && equal_lower(&octets_[at], ancestor.octets_.data(), ancestor.size_);
}

std::size_t Name::label_offsets(Room<std::uint8_t, 128>& offsets) const
{
    std::size_t count = 0;
    for (std::size_t at = 0; octets_[at] != 0; at += octets_[at] + 1U)
        offsets[count++] = static_cast<std::uint8_t>(at);
    return count;
}

std::size_t Name::common_labels(const Name& other) const
{
    Room<std::uint8_t, 128> mine;
    Room<std::uint8_t, 128> theirs;
    std::size_t i = label_offsets(mine);
    std::size_t j = other.label_offsets(theirs);
    std::size_t common = 0;
    while (i > 0 && j > 0 && compare_labels(&octets_[mine[i - 1]], &other.octets_[theirs[j - 1]]) == 0) {
        --i;
        --j;
        ++common;
    }
    return common;
}

bool Name::operator==(const Name& other) const
{
    return size_ == other.size_ && equal_lower(octets_.data(), other.octets_.data(), size_);
}

std::weak_ordering Name::operator<=>(const Name& other) const
{
    Room<std::uint8_t, 128> mine;
    Room<std::uint8_t, 128> theirs;
    std::size_t i = label_offsets(mine);
    std::size_t j = other.label_offsets(theirs);
    while (i > 0 && j > 0) {
        const auto order = compare_labels(&octets_[mine[i - 1]], &other.octets_[theirs[j - 1]]);
        if (order != 0)
            return order;
        --i;
        --j;
    }
    return i <=> j;
}

std::uint64_t keyed_hash(const HashKey& key, const Name& name)
{
    constexpr std::size_t max_words = (max_name_octets + 7) / 8;
    Room<std::uint64_t, max_words> words;
    const std::size_t count = (name.size() + 7) / 8;
    words[count - 1] = 0;
    std::memcpy(words.data(), name.wire().data(), name.size());
    for (std::size_t i = 0; i < count; ++i)
        words[i] = lower_octets(words[i]);
    return siphash(key, {reinterpret_cast<const std::uint8_t*>(words.data()), name.size()});
}

}  // namespace rw::dns
