// SPDX-License-Identifier: EUPL-1.2
// What the readers of scenario files share: numbers, and lines without their comments.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace rw::scenarios
{

/// The number that `text` is, in decimal and as a whole.
template <class Number>
std::optional<Number> whole_number(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// `line` up to a semicolon that is neither quoted nor escaped (RFC 1035 §5.1).
inline std::string_view without_comment(std::string_view line)
{
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ';' && !quoted)
            return line.substr(0, i);
    }
    return line;
}

}  // namespace rw::scenarios
