// SPDX-License-Identifier: EUPL-1.2
// Reading of trust anchors.
#include "resolver/dnssec/trust_anchor.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "resolver/dnssec/dnskey.h"
#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/encoding.h"

namespace rw::dnssec
{

namespace
{

using dns::RRType;

/// One record: its words, and the line it starts on.
struct Entry {
    std::vector<std::string_view> words;
    std::size_t line = 0;
};

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '(' || c == ')';
}

/// Splits the text into records. Parentheses separate words and join lines.
class EntryReader
{
 public:
    explicit EntryReader(std::string_view text) : text_(text) {}

    /// The next record that has words; nothing at the end.
    std::optional<Entry> next()
    {
        Entry entry;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ';') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '\n') {
                ++line_;
                ++at_;
                if (depth_ == 0 && !entry.words.empty())
                    return entry;
            } else if (is_blank(c)) {
                depth_ += c == '(' ? 1 : 0;
                depth_ -= c == ')' && depth_ > 0 ? 1 : 0;
                ++at_;
            } else {
                if (entry.words.empty())
                    entry.line = line_;
                entry.words.push_back(word());
            }
        }
        return entry.words.empty() ? std::nullopt : std::optional(std::move(entry));
    }

 private:
    std::string_view word()
    {
        const std::size_t start = at_;
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != ';' && !is_blank(text_[at_]))
            ++at_;
        return text_.substr(start, at_ - start);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    int depth_ = 0;
};

template <class Number>
std::optional<Number> number(std::string_view text)
{
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string join(std::span<const std::string_view> words)
{
    std::string joined;
    for (const std::string_view word : words)
        joined += word;
    return joined;
}

std::unexpected<Error> wrong(const Entry& entry, std::string_view what)
{
    return failed(fmt::format("trust anchor in line {}: {}", entry.line, what));
}

/// "12345 13 2 ABCD" or "257 3 13 base64": two numbers and one more, then digits that may be split into words.
Result<OctetBuffer> parse_rdata(const Entry& entry, std::span<const std::string_view> words, RRType type)
{
    if (words.size() < 4)
        return wrong(entry, "three numbers and a digest or key must follow the type");
    const auto first = number<std::uint16_t>(words[0]);
    const auto second = number<std::uint8_t>(words[1]);
    const auto third = number<std::uint8_t>(words[2]);
    if (!first || !second || !third)
        return wrong(entry, "the three fields behind the type must be numbers");
    const std::string digits = join(words.subspan(3));
    const auto octets = type == RRType::ds ? decode_hex(digits) : decode_base64(digits);
    if (!octets)
        return wrong(entry, type == RRType::ds ? "the digest is not hexadecimal" : "the key is not base64");
    OctetBuffer rdata;
    append_u16(rdata, *first);
    append_u8(rdata, *second);
    append_u8(rdata, *third);
    append(rdata, *octets);
    return rdata;
}

/// Nothing for a DNSKEY that is no entry point.
Result<std::optional<TrustAnchor>> parse_entry(const Entry& entry)
{
    std::span<const std::string_view> words = entry.words;
    const auto owner = dns::Name::parse(words[0]);
    if (!owner)
        return wrong(entry, "the owner is not a domain name");
    words = words.subspan(1);
    while (!words.empty() && (number<std::uint32_t>(words[0]) || words[0] == "IN" || words[0] == "in"))
        words = words.subspan(1);
    const auto type = words.empty() ? std::nullopt : dns::parse_type(words[0]);
    if (type != RRType::ds && type != RRType::dnskey)
        return wrong(entry, "the type must be DS or DNSKEY");
    auto rdata = parse_rdata(entry, words.subspan(1), *type);
    if (!rdata)
        return std::unexpected(rdata.error());
    if (*type == RRType::ds && !Ds::parse(*rdata))
        return wrong(entry, "the digest does not have the length of its digest type");
    if (*type == RRType::dnskey) {
        const auto key = Dnskey::parse(*rdata);
        if (!key || !key->is_zone_key())
            return wrong(entry, "the DNSKEY is not a zone key");
        if (!key->is_secure_entry_point())
            return std::nullopt;
    }
    return TrustAnchor{*owner, *type, std::move(*rdata)};
}

}  // namespace

std::uint16_t TrustAnchor::key_tag() const
{
    return type == RRType::ds ? load_u16(rdata.data()) : dnssec::key_tag(rdata);
}

std::uint8_t TrustAnchor::algorithm() const
{
    return type == RRType::ds ? rdata[2] : rdata[3];
}

std::string TrustAnchor::to_string() const
{
    const Octets tail = Octets(rdata).subspan(4);
    return fmt::format("{} {} {} {} {} {}", owner.to_string(), dns::type_name(type), load_u16(rdata.data()), rdata[2],
                       rdata[3], type == RRType::ds ? encode_hex(tail) : encode_base64(tail));
}

Result<std::vector<TrustAnchor>> parse_trust_anchors(std::string_view text)
{
    if (text.size() > max_anchor_text_octets)
        return failed("trust anchors: the text is longer than 1 MiB");
    std::vector<TrustAnchor> anchors;
    EntryReader reader(text);
    while (const auto entry = reader.next()) {
        auto anchor = parse_entry(*entry);
        if (!anchor)
            return std::unexpected(anchor.error());
        if (*anchor)
            anchors.push_back(std::move(**anchor));
    }
    return anchors;
}

}  // namespace rw::dnssec
