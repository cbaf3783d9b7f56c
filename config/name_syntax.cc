// SPDX-License-Identifier: EUPL-1.2
// Domain name syntax by RFC 1035 §5.1: "\DDD" is an octet, "\X" the character X itself.
#include "config/name_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <string>

#include "config/a_label.h"
#include "config/problem.h"
#include "config/words.h"
#include "resolver/base/address.h"

namespace rw::config
{

namespace
{

constexpr std::size_t label_limit = 63;  // RFC 1035 §2.3.4
constexpr std::size_t name_limit = 255;  // RFC 1035 §2.3.4, length octets and the root label included
/// What has a meaning of its own where records are written (RFC 1035 §5.1).
constexpr std::string_view record_syntax = "\"();@$";

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

/// Labels and escapes of `text`, whatever its characters; absolute.
Result<ZoneName> read_labels(std::string_view text)
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

bool ends_in_reverse_tree(std::string_view text)
{
    std::string name = folded(std::string(text));
    if (name.ends_with('.'))
        name.pop_back();
    return name.ends_with(".in-addr.arpa") || name.ends_with(".ip6.arpa");
}

/// The first character that stands unescaped in `text` and is not one that names are made of.
std::optional<char> odd_character(std::string_view text)
{
    const bool reverse = ends_in_reverse_tree(text);
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
        if (c != '\\' && !plain && !(reverse && c == '/'))
            return c;
        at += std::min(octet_width(text, at).value_or(1), text.size() - at);
    }
    return std::nullopt;
}

/// The name that `text` was probably meant to be: what URLs, block lists and other programs put around it is taken off.
std::optional<std::string> meant_by(std::string_view text)
{
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    const std::size_t start = text.find_first_not_of("|@.*");
    if (start == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(start);
    text = text.substr(0, text.find_first_of("/^:,$|; "));
    if (odd_character(text) || !read_labels(text))
        return std::nullopt;
    return std::string(text);
}

std::string with_hint(std::string message, std::string_view text)
{
    if (const auto meant = meant_by(text))
        message += fmt::format("; write '{}'", *meant);
    return message;
}

bool is_outside_ascii(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// What is wrong with `text` as a name that matches questions; nothing when it is plain.
std::optional<std::string> oddness(std::string_view text)
{
    if (is_outside_ascii(text)) {
        const auto ascii = a_label_form(text);
        return ascii ? fmt::format("write it in its A-label form: {}", *ascii)
                     : std::string("a domain name holds printable ASCII only; write its A-label form (xn--...)");
    }
    if (IpAddress::parse(text) || Prefix::parse(text))
        return fmt::format("{} is an address, not a domain name; reverse zones are written like 2.0.192.in-addr.arpa.",
                           text);
    if (text.starts_with('.') && text.size() > 1)
        return with_hint("a domain name does not begin with a dot", text);
    const auto odd = odd_character(text);
    if (!odd || *odd <= ' ')
        return std::nullopt;
    std::string message = with_hint(fmt::format("'{}' does not belong in a domain name", *odd), text);
    return message + fmt::format(" (one that is part of the name is written \\{:03})", static_cast<unsigned>(*odd));
}

}  // namespace

Result<ZoneName> parse_zone_name(std::string_view text)
{
    if (text == "*" || text.starts_with("*."))
        return failed(fmt::format("a zone has its own name and holds all names below it; write '{}'",
                                  text.size() > 2 ? text.substr(2) : std::string_view(".")));
    if (auto odd = oddness(text))
        return failed(std::move(*odd));
    return read_labels(text);
}

Result<NameSuffix> parse_name_suffix(std::string_view text)
{
    const bool below_only = text.starts_with("*.") && text.size() > 2;
    auto name = parse_zone_name(below_only ? text.substr(2) : text);
    if (!name)
        return std::unexpected(name.error());
    return NameSuffix{std::move(*name), below_only};
}

Result<ZoneName> parse_owner_name(std::string_view text)
{
    const bool wild = text == "*" || text.starts_with("*.");
    const std::string_view labels = wild ? text.substr(std::min<std::size_t>(2, text.size())) : text;
    if (is_outside_ascii(labels))
        return failed(*oddness(labels));
    for (std::size_t at = 0; at < labels.size(); at += octet_width(labels, at).value_or(1)) {
        if (labels[at] == '*' && (at == 0 || labels[at - 1] == '.') &&
            (at + 1 == labels.size() || labels[at + 1] == '.'))
            return failed("the asterisk of a wildcard is the first label (RFC 4592 §2.1.1)");
        if (record_syntax.find(labels[at]) != std::string_view::npos)
            return failed(fmt::format("'{}' has a meaning of its own here; in a name it is written \\{:03}", labels[at],
                                      static_cast<unsigned>(labels[at])));
    }
    return read_labels(text);
}

}  // namespace rw::config
