// SPDX-License-Identifier: EUPL-1.2
// Drawing a chain of trust.
#include "resolver/ctl/explain_svg.h"

#include <fmt/format.h>

#include <vector>

#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

// Pixels.
constexpr int width = 860;
constexpr int margin = 20;
constexpr int header_height = 84;
constexpr int zone_title_height = 30;
constexpr int row_height = 50;
constexpr int line_height = 17;
constexpr int gap = 26;
constexpr std::size_t line_characters = 104;  // of a sentence, in 12 pixels' type
constexpr std::size_t title_characters = 70;  // of a name with its type: more is cut out of its middle
constexpr int room_for_security = 100;        // at the right of a title

struct Look {
    std::string_view line;  ///< colour of frame and word
    std::string_view fill;
};

Look look_of(std::string_view security)
{
    if (security == "secure")
        return {"#1a6b3c", "#e8f5ec"};
    if (security == "bogus")
        return {"#a61b1b", "#fdeaea"};
    return {"#7a5a00", "#fdf6e0"};
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : printable(text, 400)) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// Lines of at most `limit` characters, broken at blanks.
std::vector<std::string> lines_of(const std::string& text, std::size_t limit)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(at + limit, text.size());
        const std::size_t blank = text.rfind(' ', end);
        if (end < text.size() && blank != std::string::npos && blank > at)
            end = blank;
        lines.push_back(text.substr(at, end - at));
        at = end < text.size() && text[end] == ' ' ? end + 1 : end;
    }
    return lines;
}

struct Row {
    std::string title;
    std::string detail;
    std::string security;
    std::vector<std::string> sentence;

    [[nodiscard]] int height() const
    {
        const int extra = sentence.empty() ? 0 : static_cast<int>(sentence.size()) * line_height + 4;
        return row_height + extra;
    }
};

struct Frame {
    std::string zone;
    std::vector<Row> rows;

    [[nodiscard]] int height() const
    {
        int sum = zone_title_height + 10;
        for (const Row& row : rows)
            sum += row.height() + 8;
        return sum;
    }
};

std::string title_of(const OrderedJson& step)
{
    const std::string kind = word_at(step, "kind");
    const std::string subject = fmt::format("{} {}", word_at(step, "name"), word_at(step, "type"));
    if (kind == "anchor")
        return fmt::format("trust anchor of {}", word_at(step, "name"));
    return kind == "denial" ? fmt::format("proof that there is no {}", subject) : subject;
}

std::string detail_of(const OrderedJson& step)
{
    std::string detail;
    if (const std::string tag = number_of(step, "key_tag"); tag != "-")
        detail = fmt::format("key {}, {}", tag, word_at(step, "algorithm"));
    if (const std::string server = word_at(step, "server"); server != "-")
        detail += fmt::format("{}from {}", detail.empty() ? "" : ", ", server);
    if (const std::string letter = word_at(step, "identity"); letter != "-")
        detail += fmt::format(" (root identity {})", static_cast<char>(letter[0] - 'a' + 'A'));
    return detail;
}

std::vector<Frame> frames_of(const OrderedJson& chain)
{
    std::vector<Frame> frames;
    for (const OrderedJson& step : chain) {
        const std::string zone = word_at(step, "zone");
        if (frames.empty() || frames.back().zone != zone)
            frames.push_back({zone, {}});
        const std::string sentence = word_at(step, "sentence");
        frames.back().rows.push_back(
            {title_of(step), detail_of(step), word_at(step, "security"),
             sentence == "-" ? std::vector<std::string>{} : lines_of(sentence, line_characters)});
    }
    return frames;
}

/// Width of `text` in hundredths of the size of its type, in a sans-serif type that is on the wide side.
int hundredths(std::string_view text)
{
    int sum = 0;
    for (const char c : text) {
        const bool wide = std::string_view("mwMW@%").find(c) != std::string_view::npos;
        const bool narrow = std::string_view("fijlrt.,:;'|! ()[]-").find(c) != std::string_view::npos;
        sum += wide ? 100 : narrow ? 42 : 68;
    }
    return sum;
}

struct Place {
    int x;
    int y;
    int size;
    std::string_view colour;
    int room = width;  ///< what would be wider is set narrower
    std::string_view more = "";
};

constexpr std::string_view bold = " font-weight=\"600\"";
constexpr std::string_view bold_at_the_end = " text-anchor=\"end\" font-weight=\"600\"";

std::string text_at(const Place& place, std::string_view text)
{
    const bool tight = hundredths(text) * place.size / 100 > place.room;
    const std::string fit =
        tight ? fmt::format(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", place.room) : std::string();
    return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}{}>{}</text>\n", place.x, place.y,
                       place.size, place.colour, place.more, fit, escaped(text));
}

/// Both ends of `text` when it is longer than a title may be.
std::string fitted(const std::string& text)
{
    if (text.size() <= title_characters)
        return text;
    constexpr std::size_t half = (title_characters - 3) / 2;
    return text.substr(0, half) + "..." + text.substr(text.size() - half);
}

std::string drawn(const Row& row, int y)
{
    const Look look = look_of(row.security);
    constexpr int left = 2 * margin;
    std::string svg =
        fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"{}\" stroke=\"{}\"/>\n", left,
                    y, width - 2 * left, row.height(), look.fill, look.line);
    constexpr int room = width - 2 * left - 24;
    svg += text_at({left + 12, y + 20, 15, "#1d1d1f", room - room_for_security, bold}, fitted(row.title));
    svg += text_at({left + 12, y + 39, 12, "#444444", room}, row.detail);
    svg += text_at({width - left - 12, y + 20, 13, look.line, room_for_security, bold_at_the_end}, row.security);
    for (std::size_t i = 0; i < row.sentence.size(); ++i)
        svg +=
            text_at({left + 12, y + 39 + line_height * static_cast<int>(i + 1), 12, look.line, room}, row.sentence[i]);
    return svg;
}

std::string drawn(const Frame& frame, int y)
{
    std::string svg = fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#ffffff\" stroke=\"#9a9aa0\"/>\n", margin,
        y, width - 2 * margin, frame.height());
    svg += text_at({margin + 12, y + 21, 13, "#444444", width - 2 * margin - 24},
                   fitted(fmt::format("zone {}", frame.zone)));
    int at = y + zone_title_height;
    for (const Row& row : frame.rows) {
        svg += drawn(row, at);
        at += row.height() + 8;
    }
    return svg;
}

std::string arrow(int y)
{
    constexpr int x = width / 2;
    return fmt::format(
        "<path d=\"M{0} {1} V{2} M{3} {4} L{0} {2} L{5} {4}\" fill=\"none\" stroke=\"#6b6b70\" "
        "stroke-width=\"2\"/>\n",
        x, y + 3, y + gap - 3, x - 5, y + gap - 9, x + 5);
}

}  // namespace

std::string draw_chain(const OrderedJson& reply)
{
    const std::vector<Frame> frames = frames_of(part_of(reply, "chain"));
    const std::string subject = fmt::format("{} {}", word_at(reply, "name"), word_at(reply, "type"));
    const std::string security = word_at(reply, "security");
    const std::vector<std::string> sentence = lines_of(word_at(reply, "sentence"), line_characters);
    int height = header_height + line_height * static_cast<int>(sentence.size());
    std::string body;
    constexpr int room = width - 2 * margin;
    body += text_at({margin, 36, 20, "#1d1d1f", room - room_for_security - 40, bold}, fitted(subject));
    body +=
        text_at({width - margin, 36, 18, look_of(security).line, room_for_security + 20, bold_at_the_end}, security);
    for (std::size_t i = 0; i < sentence.size(); ++i)
        body += text_at({margin, 60 + line_height * static_cast<int>(i), 12, "#1d1d1f", room}, sentence[i]);
    height -= margin;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i != 0) {
            body += arrow(height);
            height += gap;
        }
        body += drawn(frames[i], height);
        height += frames[i].height();
    }
    height += margin;
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "role=\"img\" aria-label=\"{2}\" font-family=\"system-ui, sans-serif\">\n"
        "<title>{2}</title>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#f5f5f7\"/>\n{3}</svg>\n",
        width, height, escaped(fmt::format("Chain of trust of {}: {}", subject, security)), body);
}

}  // namespace rw::ctl
