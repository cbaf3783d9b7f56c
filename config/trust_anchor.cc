// SPDX-License-Identifier: EUPL-1.2
// Trust anchors from and to presentation form.
#include "config/trust_anchor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "config/file.h"
#include "config/name_syntax.h"

namespace rw::config
{

namespace
{

// Octets. The root's anchors take 300, a thousand islands of security some 100 KiB; more is the wrong file.
constexpr std::size_t file_limit = 1U << 20U;
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool same_word(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

std::vector<std::string_view> words_of(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n()";
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

std::string joined(std::span<const std::string_view> words)
{
    std::string text;
    for (const std::string_view word : words)
        text += word;
    return text;
}

Result<TrustAnchor> ds_anchor(ZoneName owner, std::span<const std::string_view> rdata)
{
    if (rdata.size() < 4)
        return failed("a DS record has a key tag, an algorithm, a digest type and a digest");
    const auto key_tag = number<std::uint16_t>(rdata[0]);
    const auto algorithm = number<std::uint8_t>(rdata[1]);
    const auto digest_type = number<std::uint8_t>(rdata[2]);
    if (!key_tag || !algorithm || !digest_type)
        return failed("key tag (up to 65535), algorithm and digest type (up to 255) of a DS record are numbers");
    auto digest = decode_hex(joined(rdata.subspan(3)));
    if (!digest)
        return failed("the digest of a DS record is hexadecimal, two digits an octet");
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
    const auto algorithm = number<std::uint8_t>(rdata[2]);
    if (!flags || !protocol || !algorithm)
        return failed("flags (up to 65535), protocol and algorithm (up to 255) of a DNSKEY record are numbers");
    if (*protocol != 3)
        return failed("the protocol of a DNSKEY record is 3 (RFC 4034 §2.1.2)");
    if ((*flags & 0x0100U) == 0)
        return failed("a DNSKEY without the zone key flag (256) cannot be a trust anchor (RFC 4034 §2.1.1)");
    auto key = decode_base64(joined(rdata.subspan(3)));
    if (!key)
        return failed("the key of a DNSKEY record is base64");
    return TrustAnchor{std::move(owner), DnskeyAnchor{*flags, *protocol, *algorithm, std::move(*key)}};
}

}  // namespace

bool looks_like_record(std::string_view text)
{
    return std::ranges::any_of(
        words_of(text), [](std::string_view word) { return same_word(word, "DS") || same_word(word, "DNSKEY"); });
}

Result<TrustAnchor> parse_trust_anchor(std::string_view text)
{
    const std::vector<std::string_view> words = words_of(text);
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
    if (same_word(words[at], "DS"))
        return ds_anchor(std::move(*owner), rdata);
    if (same_word(words[at], "DNSKEY"))
        return dnskey_anchor(std::move(*owner), rdata);
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

bool is_zone_signing_key(const TrustAnchor& anchor)
{
    const auto* key = std::get_if<DnskeyAnchor>(&anchor.record);
    return key != nullptr && (key->flags & 1U) == 0;
}

namespace
{

/// Cuts `text` into records: at line ends outside parentheses. Comments are taken out.
class RecordReader
{
 public:
    explicit RecordReader(std::string_view text) : text_(text) {}

    /// The next record that has words, and the line that it starts on; nothing at the end.
    std::optional<std::pair<std::string, std::size_t>> next()
    {
        std::string record;
        std::size_t start = line_;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ';') {
                at_ = std::min(text_.find('\n', at_), text_.size());
                continue;
            }
            ++at_;
            depth_ += c == '(' ? 1 : 0;
            depth_ -= c == ')' && depth_ > 0 ? 1 : 0;
            if (c != '\n') {
                record += c;
                continue;
            }
            ++line_;
            if (depth_ == 0 && !words_of(record).empty())
                return std::pair(std::move(record), start);
            record += ' ';
            if (words_of(record).empty())
                start = line_;
        }
        return words_of(record).empty() ? std::nullopt : std::optional(std::pair(std::move(record), start));
    }

 private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    int depth_ = 0;
};

}  // namespace

Result<std::vector<TrustAnchor>> read_trust_anchors(std::string_view text)
{
    std::vector<TrustAnchor> anchors;
    RecordReader reader(text);
    while (const auto record = reader.next()) {
        auto anchor = parse_trust_anchor(record->first);
        if (!anchor)
            return failed(fmt::format("{}: {}", record->second, anchor.error().message));
        if (!is_zone_signing_key(*anchor))
            anchors.push_back(std::move(*anchor));
    }
    return anchors;
}

Result<std::vector<TrustAnchor>> load_anchor_file(const std::filesystem::path& path)
{
    const auto text = read_file(path, file_limit);
    if (!text)
        return std::unexpected(text.error());
    auto anchors = read_trust_anchors(*text);
    if (!anchors)
        return failed(fmt::format("{}:{}", path.string(), anchors.error().message));
    if (anchors->empty())
        return failed(fmt::format("the trust anchor file {} holds no DS or DNSKEY record", path.string()));
    return anchors;
}

}  // namespace rw::config
