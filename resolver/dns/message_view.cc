// SPDX-License-Identifier: EUPL-1.2
// Reading DNS messages.
#include "resolver/dns/message_view.h"

#include <algorithm>

namespace rw::dns
{

namespace
{

constexpr std::size_t max_pointers = 127;  // a name has at most 127 labels
constexpr std::size_t record_fixed_octets = 10;

/// Walks the name at `offset` and calls `on_label` with each label, length octet included, the root label last. Gives
/// the offset behind the name where it stands; nothing when it is malformed.
template <class OnLabel>
std::optional<std::size_t> walk_name(Octets message, std::size_t offset, OnLabel on_label)
{
    std::size_t end = 0;
    std::size_t size = 0;
    std::size_t pointers = 0;
    std::size_t lowest = offset;  // a pointer must point in front of everything read so far
    while (offset < message.size()) {
        const std::uint8_t first = message[offset];
        if (first >= 0xc0) {
            if (offset + 2 > message.size() || ++pointers > max_pointers)
                return std::nullopt;
            if (pointers == 1)
                end = offset + 2;
            const std::size_t target = load_u16(&message[offset]) & 0x3fffU;
            if (target >= lowest || target < header_octets)
                return std::nullopt;
            offset = lowest = target;
            continue;
        }
        const std::size_t label = first + std::size_t{1};
        size += label;
        if (first > max_label_octets || message.size() - offset < label || size > max_name_octets)
            return std::nullopt;
        on_label(message.subspan(offset, label));
        offset += label;
        if (first == 0)
            return pointers == 0 ? offset : end;
    }
    return std::nullopt;
}

struct Cursor {
    Octets message;
    std::size_t at;

    /// Reads the record at the cursor, whose owner ends at `name_end`, and moves behind it.
    std::optional<RrView> next(std::size_t name_end)
    {
        if (message.size() - name_end < record_fixed_octets)
            return std::nullopt;
        const std::uint8_t* fixed = &message[name_end];
        RrView record;
        record.owner_offset = static_cast<std::uint16_t>(at);
        record.type = RRType{load_u16(fixed)};
        record.rrclass = RRClass{load_u16(fixed + 2)};
        record.ttl = load_u32(fixed + 4);
        record.rdata_size = load_u16(fixed + 8);
        record.rdata_offset = static_cast<std::uint16_t>(name_end + record_fixed_octets);
        if (message.size() - name_end - record_fixed_octets < record.rdata_size)
            return std::nullopt;
        at = std::size_t{record.rdata_offset} + record.rdata_size;
        return record;
    }
};

}  // namespace

std::optional<std::size_t> NameReader::skip(Octets message, std::size_t offset)
{
    std::size_t length = 0;
    while (offset < message.size()) {
        const std::uint8_t first = message[offset];
        if (first == 0)
            return offset + 1;
        if (first >= 0xc0)
            return offset + 2 <= message.size() ? std::optional(offset + 2) : std::nullopt;
        length += first + 1U;
        if (first > max_label_octets || length >= max_name_octets)
            return std::nullopt;
        offset += first + 1U;
    }
    return std::nullopt;
}

std::optional<std::size_t> NameReader::check(Octets message, std::size_t offset)
{
    return walk_name(message, offset, [](Octets) {});
}

std::optional<Name> NameReader::read(Octets message, std::size_t offset, std::size_t* end)
{
    Name name;
    std::size_t size = 0;
    std::size_t labels = 0;
    const auto behind = walk_name(message, offset, [&](Octets label) {
        std::memcpy(&name.octets_[size], label.data(), label.size());
        size += label.size();
        ++labels;
    });
    if (!behind)
        return std::nullopt;
    if (end != nullptr)
        *end = *behind;
    name.size_ = static_cast<std::uint8_t>(size);
    name.labels_ = static_cast<std::uint8_t>(labels - 1);  // the root label is not counted
    return name;
}

RrRange::Iterator::Iterator(Octets message, std::size_t offset, std::uint16_t left)
    : message_(message), next_(offset), left_(left)
{
    if (left_ > 0)
        read();
}

RrRange::Iterator& RrRange::Iterator::operator++()
{
    if (--left_ > 0)
        read();
    return *this;
}

void RrRange::Iterator::read()
{
    Cursor cursor{message_, next_};
    current_ = *cursor.next(*NameReader::skip(message_, next_));  // parse() has walked these records before
    if ((current_.ttl & 0x80000000U) != 0)
        current_.ttl = 0;  // RFC 2181 §8
    next_ = cursor.at;
}

std::expected<MessageView, ParseError> MessageView::parse(Octets message)
{
    if (message.size() < header_octets || message.size() > max_message_octets)
        return std::unexpected(ParseError::bad_size);
    MessageView view;
    view.message_ = message;
    view.header_.id = load_u16(message.data());
    view.header_.flags = load_u16(&message[2]);
    for (std::size_t i = 0; i < 4; ++i)
        view.header_.counts[i] = load_u16(&message[4 + 2 * i]);
    if (view.header_.counts[0] > 1)
        return std::unexpected(ParseError::question_count);
    Cursor cursor{message, header_octets};
    if (view.has_question()) {
        const auto end = NameReader::check(message, header_octets);
        if (!end)
            return std::unexpected(ParseError::bad_name);
        if (message.size() - *end < 4)
            return std::unexpected(ParseError::record_past_end);
        cursor.at = *end + 4;
    }
    for (std::size_t section = 0; section < 3; ++section) {
        view.sections_[section] = static_cast<std::uint16_t>(cursor.at);
        for (std::uint16_t left = view.header_.counts[section + 1]; left > 0; --left) {
            const auto name_end = NameReader::check(message, cursor.at);
            if (!name_end)
                return std::unexpected(ParseError::bad_name);
            const auto record = cursor.next(*name_end);
            if (!record)
                return std::unexpected(ParseError::record_past_end);
            if (record->type == RRType::opt) {
                if (const auto error = view.read_opt(*record, static_cast<Section>(section)))
                    return std::unexpected(*error);
            }
        }
    }
    return view;  // octets behind the last record are ignored, as every other resolver does
}

std::optional<ParseError> MessageView::read_opt(const RrView& record, Section section)
{
    // RFC 6891 §6.1.1: one OPT, in the additional section, owned by the root.
    if (edns_ || section != Section::additional || message_[record.owner_offset] != 0)
        return ParseError::misplaced_opt;
    Edns edns;
    edns.udp_size = std::max<std::uint16_t>(static_cast<std::uint16_t>(record.rrclass), 512);
    edns.extended_rcode = static_cast<std::uint8_t>(record.ttl >> 24);
    edns.version = static_cast<std::uint8_t>(record.ttl >> 16);
    edns.dnssec_ok = (record.ttl & 0x8000U) != 0;
    edns.options = raw_rdata(record);
    // Of another version we know nothing but that it is one: the answer is BADVERS (RFC 6891 §6.1.3).
    if (edns.version == 0 && !for_each_option(edns.options, [](std::uint16_t, Octets) {}))
        return ParseError::bad_option;
    edns_ = edns;
    return std::nullopt;
}

Rcode MessageView::rcode() const
{
    const std::uint16_t upper = edns_ ? edns_->extended_rcode : 0;
    return static_cast<Rcode>(upper << 4 | header_.rcode_low());
}

Question MessageView::question() const
{
    std::size_t end = 0;
    Question question;
    question.name = *NameReader::read(message_, header_octets, &end);
    question.type = RRType{load_u16(&message_[end])};
    question.rrclass = RRClass{load_u16(&message_[end + 2])};
    return question;
}

RrRange MessageView::records(Section section) const
{
    const auto index = static_cast<std::size_t>(section);
    return {message_, sections_[index], header_.counts[index + 1]};
}

Name MessageView::owner(const RrView& record) const
{
    return *NameReader::read(message_, record.owner_offset);  // parse() has checked it
}

bool MessageView::owner_is(const RrView& record, const Name& name) const
{
    return owner(record) == name;
}

std::optional<Name> MessageView::name_in_rdata(const RrView& record, std::size_t offset_in_rdata) const
{
    std::size_t end = 0;
    auto name = NameReader::read(message_, record.rdata_offset + offset_in_rdata, &end);
    if (!name || end > std::size_t{record.rdata_offset} + record.rdata_size)
        return std::nullopt;
    return name;
}

bool MessageView::append_rdata(const RrView& record, OctetBuffer& out) const
{
    const std::size_t before = out.size();
    std::size_t at = 0;
    const auto copy = [&](std::size_t count) {
        if (record.rdata_size - at < count)
            return false;
        append(out, raw_rdata(record).subspan(at, count));
        at += count;
        return true;
    };
    const auto field = [&](char kind) {
        switch (kind) {
            case '1':
                return copy(1);
            case '2':
                return copy(2);
            case '4':
                return copy(4);
            case 'a':
                return copy(16);
            case 't':
                return copy(20);
            case 's':
                return at < record.rdata_size && copy(raw_rdata(record)[at] + 1U);
            case '*':
                return copy(record.rdata_size - at);
            default: {
                std::size_t end = 0;
                const auto name = NameReader::read(message_, record.rdata_offset + at, &end);
                if (!name || end > std::size_t{record.rdata_offset} + record.rdata_size)
                    return false;
                append(out, name->wire());
                at = end - record.rdata_offset;
                return true;
            }
        }
    };
    const bool whole = std::ranges::all_of(rdata_layout(record.type), field) && at == record.rdata_size;
    if (!whole)
        out.resize(before);
    return whole;
}

}  // namespace rw::dns
