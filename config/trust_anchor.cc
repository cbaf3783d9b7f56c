// SPDX-License-Identifier: EUPL-1.2
// One trust anchor from and to presentation form.
#include "config/trust_anchor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "config/dnssec_mnemonics.h"
#include "config/name_syntax.h"
#include "config/words.h"

namespace rw::config
{

namespace
{

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr unsigned zone_key_flag = 0x0100;  // RFC 4034 §2.1.1

std::vector<std::string_view> words_of(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n()\"";
    std::vector<std::string_view> words;
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

template <class Number>
std::optional<Number> number(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// A number of eight bits, or the mnemonic of one.
std::optional<std::uint8_t> number_or_word(std::string_view text, std::span<const Mnemonic> words)
{
    const auto at =
        std::ranges::find_if(words, [&](const Mnemonic& mnemonic) { return same_word(mnemonic.first, text); });
    return at != words.end() ? std::optional(at->second) : number<std::uint8_t>(text);
}

/// `text` up to a comment (RFC 1035 §5.1).
std::string without_comments(std::string_view text)
{
    std::string bare;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t comment = std::min(text.find(';', at), text.size());
        bare += text.substr(at, comment - at);
        at = std::min(text.find('\n', comment), text.size());
    }
    return bare;
}

std::optional<unsigned> hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<OctetBuffer> decode_hex(std::string_view text)
{
    if (text.empty() || text.size() % 2 != 0)
        return std::nullopt;
    OctetBuffer octets;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const auto high = hex_digit(text[at]);
        const auto low = hex_digit(text[at + 1]);
        if (!high || !low)
            return std::nullopt;
        octets.push_back(static_cast<std::uint8_t>(*high << 4U | *low));
    }
    return octets;
}

std::optional<OctetBuffer> decode_base64(std::string_view text)
{
    if (text.empty() || text.size() % 4 != 0)
        return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    OctetBuffer octets;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text.substr(0, text.size() - padding)) {
        const std::size_t digit = base64_digits.find(c);
        if (digit == std::string_view::npos)
            return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            octets.push_back(static_cast<std::uint8_t>(bits >> count));
        }
    }
    return octets;
}

std::string encode_base64(Octets octets)
{
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, octets.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < count ? octets[at + i] : 0U);
        for (unsigned i = 0; i < 4; ++i)
            text += i <= count ? base64_digits[bits >> (18U - 6U * i) & 63U] : '=';
    }
    return text;
}

enum class Form : std::uint8_t { ds, dnskey, other };

/// Types of records, and BIND's words for them.
Form kind_of_word(std::string_view word)
{
    constexpr std::array<std::string_view, 3> ds{"DS", "initial-ds", "static-ds"};
    constexpr std::array<std::string_view, 3> dnskey{"DNSKEY", "initial-key", "static-key"};
    const auto is = [&](std::string_view other) { return same_word(word, other); };
    return std::ranges::any_of(ds, is) ? Form::ds : std::ranges::any_of(dnskey, is) ? Form::dnskey : Form::other;
}

std::string joined(std::span<const std::string_view> words)
{
    std::string text;
    for (const std::string_view word : words)
        text += word;
    return text;
}

}  // namespace

Result<TrustAnchor> ds_anchor(ZoneName owner, std::span<const std::string_view> rdata)
{
    if (rdata.size() < 4)
        return failed("a DS record has a key tag, an algorithm, a digest type and a digest");
    const auto key_tag = number<std::uint16_t>(rdata[0]);
    if (!key_tag)
        return failed(fmt::format("{} is no key tag: those are numbers up to 65535", rdata[0]));
    const auto algorithm = number_or_word(rdata[1], algorithm_mnemonics);
    const auto digest_type = number_or_word(rdata[2], digest_mnemonics);
    if (!algorithm || !digest_type)
        return failed(fmt::format("{} is no {} we know: those are numbers up to 255, or words such as {}",
                                  rdata[algorithm ? 2 : 1], algorithm ? "digest type" : "algorithm",
                                  algorithm ? "SHA-256" : "ECDSAP256SHA256"));
    auto digest = decode_hex(joined(rdata.subspan(3)));
    if (!digest)
        return failed("the digest of a DS record is hexadecimal, two digits per octet");
    // Lengths of RFC 4034 §A.2, RFC 4509, RFC 6605: a digest cut short while copying is the usual mistake.
    constexpr std::array<std::size_t, 5> lengths{0, 20, 32, 32, 48};
    if (*digest_type > 0 && *digest_type < lengths.size() && digest->size() != lengths[*digest_type])
        return failed(fmt::format("a digest of type {} has {} octets, this one has {}", *digest_type,
                                  lengths[*digest_type], digest->size()));
    return TrustAnchor{std::move(owner), DsAnchor{*key_tag, *algorithm, *digest_type, std::move(*digest)}};
}

Result<TrustAnchor> dnskey_anchor(ZoneName owner, std::span<const std::string_view> rdata)
{
    if (rdata.size() < 4)
        return failed("a DNSKEY record has flags, a protocol, an algorithm and a key");
    const auto flags = number<std::uint16_t>(rdata[0]);
    const auto protocol = number<std::uint8_t>(rdata[1]);
    if (!flags || !protocol)
        return failed("flags (up to 65535) and protocol of a DNSKEY record are numbers");
    const auto algorithm = number_or_word(rdata[2], algorithm_mnemonics);
    if (!algorithm)
        return failed(fmt::format(
            "{} is no algorithm we know: those are numbers up to 255, or words such as ECDSAP256SHA256", rdata[2]));
    if (*protocol != 3)
        return failed("the protocol of a DNSKEY record is 3 (RFC 4034 §2.1.2)");
    if ((*flags & zone_key_flag) == 0)
        return failed("a DNSKEY without the zone key flag (256) cannot be a trust anchor (RFC 4034 §2.1.1)");
    auto key = decode_base64(joined(rdata.subspan(3)));
    if (!key)
        return failed("the key of a DNSKEY record is base64");
    return TrustAnchor{std::move(owner), DnskeyAnchor{*flags, *protocol, *algorithm, std::move(*key)}};
}

bool looks_like_record(std::string_view text)
{
    return std::ranges::any_of(words_of(text), [](std::string_view word) { return kind_of_word(word) != Form::other; });
}

Result<TrustAnchor> parse_trust_anchor(std::string_view text)
{
    const std::string bare = without_comments(text);
    const std::vector<std::string_view> words = words_of(bare);
    std::size_t at = 1;
    if (at < words.size() && number<std::uint32_t>(words[at]))
        ++at;
    if (at < words.size() && same_word(words[at], "IN"))
        ++at;
    if (at >= words.size())
        return failed("a trust anchor is written like '. IN DS 20326 8 2 E06D...'");
    auto owner = parse_zone_name(words[0]);
    if (!owner)
        return failed(fmt::format("the owner of a trust anchor: {}", owner.error().message));
    const auto rdata = std::span(words).subspan(at + 1);
    switch (kind_of_word(words[at])) {
        case Form::ds:
            return ds_anchor(std::move(*owner), rdata);
        case Form::dnskey: {
            auto anchor = dnskey_anchor(std::move(*owner), rdata);
            if (anchor && (std::get<DnskeyAnchor>(anchor->record).flags & revoke_flag) != 0)
                return failed("this key is revoked (RFC 5011 §2.1) and cannot be a trust anchor");
            return anchor;
        }
        case Form::other:
            break;
    }
    return failed("a trust anchor is a DS or a DNSKEY record of class IN");
}

std::string to_string(const TrustAnchor& anchor)
{
    if (const auto* ds = std::get_if<DsAnchor>(&anchor.record)) {
        std::string hex;
        for (const std::uint8_t octet : ds->digest)
            hex += fmt::format("{:02X}", octet);
        return fmt::format("{} IN DS {} {} {} {}", anchor.owner.text, ds->key_tag, ds->algorithm, ds->digest_type, hex);
    }
    const auto& key = std::get<DnskeyAnchor>(anchor.record);
    return fmt::format("{} IN DNSKEY {} {} {} {}", anchor.owner.text, key.flags, key.protocol, key.algorithm,
                       encode_base64(key.key));
}

OctetBuffer rdata_of(const TrustAnchor& anchor)
{
    OctetBuffer rdata;
    if (const auto* ds = std::get_if<DsAnchor>(&anchor.record)) {
        append_u16(rdata, ds->key_tag);
        append_u8(rdata, ds->algorithm);
        append_u8(rdata, ds->digest_type);
        append(rdata, ds->digest);
        return rdata;
    }
    const auto& key = std::get<DnskeyAnchor>(anchor.record);
    append_u16(rdata, key.flags);
    append_u8(rdata, key.protocol);
    append_u8(rdata, key.algorithm);
    append(rdata, key.key);
    return rdata;
}

}  // namespace rw::config
