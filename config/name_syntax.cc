// SPDX-License-Identifier: EUPL-1.2
// Domain name syntax by RFC 1035 §5.1: "\DDD" is an octet, "\X" the character X itself.
#include "config/name_syntax.h"

#include <cstddef>
#include <optional>
#include <string>

namespace rw::config
{

namespace
{

constexpr std::size_t label_limit = 63;  // RFC 1035 §2.3.4
constexpr std::size_t name_limit = 255;  // RFC 1035 §2.3.4, length octets and the root label included

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Characters that one octet takes at `at`; nothing when the escape is wrong.
std::optional<std::size_t> octet_width(std::string_view text, std::size_t at)
{
    if (text[at] != '\\')
        return 1;
    if (at + 1 >= text.size())
        return std::nullopt;
    if (!is_digit(text[at + 1]))
        return 2;
    if (at + 3 >= text.size() || !is_digit(text[at + 2]) || !is_digit(text[at + 3]))
        return std::nullopt;
    const int value = (text[at + 1] - '0') * 100 + (text[at + 2] - '0') * 10 + (text[at + 3] - '0');
    return value <= 255 ? std::optional<std::size_t>{4} : std::nullopt;
}

}  // namespace

Result<ZoneName> parse_zone_name(std::string_view text)
{
    if (text.empty())
        return failed("a domain name cannot be empty; the root is '.'");
    if (text == ".")
        return ZoneName{"."};
    std::size_t label = 0;
    std::size_t total = 1;  // the root label
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c <= 0x20 || c >= 0x7f)
            return failed("a domain name holds printable ASCII only; write other octets as \\DDD");
        if (c == '.') {
            if (label == 0)
                return failed("a domain name cannot have an empty label");
            label = 0;
            ++at;
            continue;
        }
        const auto width = octet_width(text, at);
        if (!width)
            return failed("a backslash in a domain name is followed by a character or by three digits up to 255");
        at += *width;
        total += label == 0 ? 2 : 1;  // the first octet of a label brings the length octet with it
        if (++label > label_limit)
            return failed("a label is longer than 63 octets");
        if (total > name_limit)
            return failed("the name is longer than 255 octets");
    }
    std::string absolute(text);
    if (label != 0)
        absolute += '.';
    return ZoneName{std::move(absolute)};
}

}  // namespace rw::config
