// SPDX-License-Identifier: EUPL-1.2
// Packets written by hand so that a reader can follow them: pairs of hex digits, 'text' for a label with its length
// octet in front, "text" for bare octets, and ; for a comment to the end of the line. Called by unit tests and the
// seeds of the fuzz targets; never by the resolver.
#pragma once

#include <cctype>
#include <stdexcept>
#include <string>
#include <string_view>

#include "resolver/base/octets.h"

namespace rw::test
{

inline std::uint8_t hex_digit(char c)
{
    const auto position = std::string_view("0123456789abcdef").find(static_cast<char>(std::tolower(c)));
    if (position == std::string_view::npos)
        throw std::invalid_argument(std::string("not a hex digit: ") + c);
    return static_cast<std::uint8_t>(position);
}

/// The octets that `text` describes. Throws when the text is not well-formed: the test is wrong then.
inline OctetBuffer annotated(std::string_view text)
{
    OctetBuffer octets;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == ';') {
            at = std::min(text.find('\n', at), text.size());
        } else if (c == '\'' || c == '"') {
            const std::size_t close = text.find(c, at + 1);
            if (close == std::string_view::npos)
                throw std::invalid_argument("a quote is not closed");
            const std::string_view quoted = text.substr(at + 1, close - at - 1);
            if (c == '\'')
                octets.push_back(static_cast<std::uint8_t>(quoted.size()));
            append(octets, octets_of(quoted));
            at = close + 1;
        } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
        } else {
            if (at + 1 >= text.size())
                throw std::invalid_argument("half an octet at the end");
            octets.push_back(static_cast<std::uint8_t>(hex_digit(c) << 4 | hex_digit(text[at + 1])));
            at += 2;
        }
    }
    return octets;
}

}  // namespace rw::test
