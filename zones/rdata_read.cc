// SPDX-License-Identifier: EUPL-1.2
// Presentation form to wire form. Input is hostile: every field is checked against its range, every escape read to its
// end, and nothing is longer than RDATA may be.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

#include "zones/encoding.h"
#include "zones/ldns_bridge.h"
#include "zones/rdata_fields.h"
#include "zones/rdata_text.h"

namespace rw::zones
{

namespace
{

/// Reads the octet after a backslash and moves `at` past it.
std::optional<std::uint8_t> read_escape(std::string_view text, std::size_t& at)
{
    if (at >= text.size())
        return std::nullopt;
    if (text[at] < '0' || text[at] > '9')
        return static_cast<std::uint8_t>(text[at++]);
    if (at + 3 > text.size())
        return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(&text[at], &text[at] + 3, value);
    if (error != std::errc{} || end != &text[at] + 3 || value > 255)
        return std::nullopt;
    at += 3;
    return static_cast<std::uint8_t>(value);
}

Result<void> read_string(std::string_view text, OctetBuffer& out)
{
    const std::size_t length_at = out.size();
    out.push_back(0);
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        const auto octet = c == '\\' ? read_escape(text, at) : std::optional(static_cast<std::uint8_t>(c));
        if (!octet)
            return failed(fmt::format("bad escape in \"{}\"", shown(text)));
        if (out.size() - length_at > 255)
            return failed("a character-string is longer than 255 octets (RFC 1035 §3.3)");
        out.push_back(*octet);
    }
    out[length_at] = static_cast<std::uint8_t>(out.size() - length_at - 1);
    return {};
}

std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t largest)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > largest)
        return std::nullopt;
    return value;
}

/// YYYYMMDDHHmmSS, or seconds since 1970 (RFC 4034 §3.2).
std::optional<std::uint32_t> read_time(std::string_view text)
{
    if (text.size() != 14)
        return read_number(text, UINT32_MAX);
    const auto part = [&](std::size_t at, std::size_t size) {
        return read_number(text.substr(at, size), 9999).value_or(9999);
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(0, 4))),
                                          std::chrono::month(part(4, 2)), std::chrono::day(part(6, 2))};
    if (!day.ok() || part(8, 2) > 23 || part(10, 2) > 59 || part(12, 2) > 59)
        return std::nullopt;
    const auto moment = std::chrono::sys_days(day) + std::chrono::hours(part(8, 2)) +
                        std::chrono::minutes(part(10, 2)) + std::chrono::seconds(part(12, 2));
    return static_cast<std::uint32_t>(moment.time_since_epoch().count());
}

std::string joined(std::span<const Word> words)
{
    std::string text;
    for (const Word& word : words)
        text += word.text;
    return text;
}

Result<void> read_bitmap(std::span<const Word> words, OctetBuffer& out)
{
    std::vector<std::uint16_t> types;
    types.reserve(words.size());
    for (const Word& word : words) {
        const std::optional<dns::RRType> type = dns::parse_type(word.text);
        if (!type)
            return failed(fmt::format("\"{}\" is no RR type", shown(word.text)));
        types.push_back(static_cast<std::uint16_t>(*type));
    }
    std::ranges::sort(types);
    const auto [end, last] = std::ranges::unique(types);
    types.erase(end, last);
    for (auto it = types.begin(); it != types.end();) {
        const unsigned window = *it >> 8;
        std::array<std::uint8_t, 32> bits{};
        std::size_t used = 0;
        for (; it != types.end() && *it >> 8 == window; ++it) {
            used = (*it & 0xffU) / 8 + 1;
            bits.at(used - 1) |= static_cast<std::uint8_t>(0x80U >> (*it & 7U));
        }
        out.push_back(static_cast<std::uint8_t>(window));
        out.push_back(static_cast<std::uint8_t>(used));
        append(out, Octets(bits).first(used));
    }
    return {};
}

template <int family, std::size_t size>
bool read_address(std::string_view text, OctetBuffer& out)
{
    std::array<std::uint8_t, size> octets{};
    if (inet_pton(family, std::string(text).c_str(), octets.data()) != 1)
        return false;
    append(out, octets);
    return true;
}

/// Hex or base64 over the remaining words; white space between them means nothing.
Result<void> read_blob(bool hex, std::span<const Word> words, OctetBuffer& out)
{
    const std::string text = joined(words);
    const std::optional<OctetBuffer> octets = hex ? from_hex(text) : from_base64(text);
    if (!octets || octets->empty())
        return failed(fmt::format("\"{}\" is not {}", shown(text), hex ? "hex" : "base64"));
    append(out, *octets);
    return {};
}

bool read_small_field(char field, std::string_view text, OctetBuffer& out)
{
    if (field == 'i')
        return read_address<AF_INET, 4>(text, out);
    if (field == 'j')
        return read_address<AF_INET6, 16>(text, out);
    if (field == 'T') {
        const std::optional<dns::RRType> type = dns::parse_type(text);
        append_u16(out, type ? static_cast<std::uint16_t>(*type) : std::uint16_t{0});
        return type.has_value();
    }
    const std::uint32_t largest = field == 'b' ? UINT8_MAX : field == 'w' ? UINT16_MAX : UINT32_MAX;
    const std::optional<std::uint32_t> value = field == 't'   ? read_time(text)
                                               : field == 'u' ? read_seconds(text, largest)
                                                              : read_number(text, largest);
    if (!value)
        return false;
    if (field == 'b')
        append_u8(out, static_cast<std::uint8_t>(*value));
    else if (field == 'w')
        append_u16(out, static_cast<std::uint16_t>(*value));
    else
        append_u32(out, *value);
    return true;
}

Result<void> read_last_field(char field, std::span<const Word> words, OctetBuffer& out)
{
    if (field == 'Y')
        return read_bitmap(words, out);
    if (field != 'S')
        return read_blob(field == 'X', words, out);
    if (words.empty())
        return failed("a character-string is missing");
    for (const Word& word : words) {
        if (Result<void> done = read_string(word.text, out); !done)
            return done;
    }
    return {};
}

Result<void> read_fields(RdataFields fields, std::span<const Word> words, const dns::Name& origin, OctetBuffer& out)
{
    for (const char field : fields) {
        if (field == 'X' || field == 'B' || field == 'S' || field == 'Y')
            return read_last_field(field, words, out);
        if (words.empty())
            return failed("the data ends too early");
        const std::string_view text = words.front().text;
        words = words.subspan(1);
        if (field == 'n') {
            const Result<dns::Name> name = read_name(text, origin);
            if (!name)
                return std::unexpected(name.error());
            append(out, name->wire());
        } else if (!read_small_field(field, text, out)) {
            return failed(fmt::format("\"{}\" does not fit its field", shown(text)));
        }
    }
    if (!words.empty())
        return failed(fmt::format("\"{}\" is too much", shown(words.front().text)));
    return {};
}

/// \# length hex (RFC 3597 §5): any type.
Result<void> read_generic(std::span<const Word> words, OctetBuffer& out)
{
    const std::optional<std::uint32_t> size =
        words.size() > 1 ? read_number(words[1].text, UINT16_MAX) : std::optional<std::uint32_t>();
    const std::optional<OctetBuffer> octets = size ? from_hex(joined(words.subspan(2))) : std::nullopt;
    if (!octets || octets->size() != *size)
        return failed("\\# is not followed by a length and as much hex (RFC 3597 §5)");
    append(out, *octets);
    return {};
}

}  // namespace

Result<dns::Name> read_name(std::string_view text, const dns::Name& origin)
{
    if (text == "@")
        return origin;
    const std::optional<dns::Name> name = dns::Name::parse(text);
    if (!name)
        return failed(fmt::format("\"{}\" is no domain name", shown(text)));
    // A final dot makes it absolute unless that dot is itself escaped: an odd number of backslashes before it.
    std::size_t backslashes = 0;
    while (backslashes + 1 < text.size() && text[text.size() - 2 - backslashes] == '\\')
        ++backslashes;
    if (origin.is_root() || (text.back() == '.' && backslashes % 2 == 0))
        return *name;
    OctetBuffer wire(name->wire().begin(), name->wire().end() - 1);
    append(wire, origin.wire());
    const std::optional<dns::Name> whole = dns::Name::from_wire(wire);
    if (!whole)
        return failed(fmt::format("\"{}\" under {} is longer than a name may be", shown(text), origin.to_string()));
    return *whole;
}

std::string shown(std::string_view text)
{
    return printable(text.substr(0, 40)) + (text.size() > 40 ? "..." : "");
}

std::optional<std::uint32_t> read_seconds(std::string_view text, std::uint32_t largest)
{
    std::uint64_t total = 0;
    std::uint64_t number = 0;
    bool digits = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
            digits = true;
        } else {
            constexpr std::string_view units = "smhdwSMHDW";
            constexpr std::array<std::uint32_t, 5> seconds{1, 60, 3600, 86400, 604800};
            const std::size_t unit = units.find(c);
            if (!digits || unit == std::string_view::npos)
                return std::nullopt;
            total += number * seconds.at(unit % 5);
            number = 0;
            digits = false;
        }
        if (number > largest || total > largest)
            return std::nullopt;
    }
    total += number;
    if (text.empty() || total > largest)
        return std::nullopt;
    return static_cast<std::uint32_t>(total);
}

Result<void> read_rdata(dns::RRType type, std::span<const Word> words, const dns::Name& origin, OctetBuffer& out)
{
    out.clear();
    const RdataFields fields = fields_of(type);
    Result<void> done;
    if (!words.empty() && words.front().text == "\\#" && !words.front().quoted)
        done = read_generic(words, out);
    else if (!fields.empty())
        done = read_fields(fields, words, origin, out);
    else
        done = ldns_read_rdata(type, words, origin, out);
    if (done && out.size() > UINT16_MAX)
        return failed("the data is longer than 65535 octets");
    return done;
}

}  // namespace rw::zones
