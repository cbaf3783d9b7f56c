// SPDX-License-Identifier: EUPL-1.2
// A look at the lines around the parser's complaint.
#include "config/yaml_complaint.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace rw::config
{

namespace
{

struct Line {
    std::string_view text;
    std::size_t indent = 0;  ///< columns of blanks in front
    [[nodiscard]] bool says_nothing() const { return indent == text.size() || text[indent] == '#'; }
};

std::vector<Line> lines_of(std::string_view text)
{
    std::vector<Line> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back({line, std::min(line.find_first_not_of(" \t"), line.size())});
        at = end + 1;
    }
    return lines;
}

/// A tab in front of a line that says something (YAML 1.2 §6.1), at or above `last`.
std::optional<Problem> tab_before(const std::vector<Line>& lines, std::size_t last)
{
    for (std::size_t i = 0; i < std::min(last, lines.size()); ++i) {
        const std::size_t tab = lines[i].text.substr(0, lines[i].indent).find('\t');
        if (tab != std::string_view::npos && !lines[i].says_nothing())
            return Problem{i + 1, tab + 1, "a tab indents this line; YAML takes spaces only"};
    }
    return std::nullopt;
}

/// The innermost { or [ that the end of `text` leaves open. Quotes and comments are stepped over.
std::optional<Problem> unclosed_bracket(std::string_view text)
{
    struct Open {
        char sign;
        Position at;
    };
    std::vector<Open> open;
    Position at{1, 1};
    char quote = 0;
    char before = ' ';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool starts_word =
            before == ' ' || before == '\n' || before == '{' || before == '[' || before == ',' || before == ':';
        if (quote != 0) {
            if (c == '\\' && quote == '"')
                ++i, ++at.column;
            else if (c == quote)
                quote = 0;
        } else if (c == '#' && (before == ' ' || before == '\n')) {
            i = std::min(text.find('\n', i), text.size()) - 1;
        } else if ((c == '"' || c == '\'') && starts_word) {
            quote = c;
        } else if (c == '{' || c == '[') {
            open.push_back({c, at});
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        }
        before = i < text.size() ? text[i] : '\n';
        at = before == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    }
    if (open.empty())
        return std::nullopt;
    const Open& last = open.back();
    return Problem{last.at.line, last.at.column, fmt::format("this {} is never closed", last.sign)};
}

/// The key that `line` holds, without what stands behind its colon.
std::string_view key_of(const Line& line)
{
    const std::string_view text = line.text.substr(line.indent);
    return text.substr(0, text.find(':'));
}

/// A line near `number` that stands in no column in which one of its section begins.
std::optional<Problem> odd_indentation(const std::vector<Line>& lines, std::size_t number)
{
    if (number == 0 || number > lines.size() || lines[number - 1].says_nothing())
        return std::nullopt;
    const Line& odd = lines[number - 1];
    // Upwards: the neighbour is the nearest line with another indentation that is not further in than those seen.
    std::optional<std::size_t> neighbour;
    for (std::size_t i = number - 1; i-- > 0;) {
        if (lines[i].says_nothing())
            continue;
        if (lines[i].indent == odd.indent)
            return std::nullopt;
        if (lines[i].indent == 0)
            return neighbour
                       ? std::optional(Problem{number, odd.indent + 1,
                                               fmt::format("this line is indented by {}, its neighbours in {} by {}",
                                                           odd.indent, key_of(lines[i]), *neighbour)})
                       : std::nullopt;
        if (!neighbour || lines[i].indent < *neighbour)
            neighbour = lines[i].indent;
    }
    return std::nullopt;
}

}  // namespace

Problem explained(std::string_view text, Problem complaint)
{
    const std::vector<Line> lines = lines_of(text);
    if (auto tab = tab_before(lines, complaint.line))
        return *tab;
    if (auto bracket = unclosed_bracket(text))
        return *bracket;
    // The parser may notice at the line or at the one behind it.
    for (const std::size_t number : {complaint.line, complaint.line - 1}) {
        if (auto odd = odd_indentation(lines, number))
            return *odd;
    }
    return complaint;
}

}  // namespace rw::config
