// SPDX-License-Identifier: EUPL-1.2
// The splitter.
#include "zones/zone_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zones/zone_file.h"

namespace rw::zones
{

namespace
{

/// Octets that end a plain word or need care within it.
constexpr std::array<bool, 256> special = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view(" \t\r\n;()\"\\"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool is_special(char c)
{
    return special[static_cast<unsigned char>(c)];
}

}  // namespace

Result<bool> ZoneWords::next()
{
    do {
        for (; at_ < text_.size() && text_[at_] == '\n'; ++at_)
            ++line_;
        if (at_ >= text_.size())
            return false;
        if (Result<void> done = read_entry(); !done)
            return std::unexpected(done.error());
    } while (words_.empty());
    return true;
}

Result<void> ZoneWords::read_entry()
{
    words_.clear();
    entry_line_ = line_;
    entry_start_ = at_;
    owner_omitted_ = text_[at_] == ' ' || text_[at_] == '\t';
    ended_ = false;
    while (!ended_) {
        if (at_ >= text_.size())
            return failed(fmt::format("line {}: the file ends in the middle of a record: it is cut off", line_));
        if (at_ - entry_start_ > record_text_limit)
            return failed(fmt::format("line {}: a record longer than {} KiB", entry_line_, record_text_limit >> 10));
        const char c = text_[at_];
        if (!is_special(c) || c == '\\') {
            read_plain();
            continue;
        }
        if (Result<void> done = read_special(c); !done)
            return done;
    }
    return {};
}

Result<void> ZoneWords::read_special(char c)
{
    switch (c) {
        case '\n':
            ++line_;
            ended_ = depth_ == 0;
            break;
        case ';':
            skip_comment();
            return {};
        case '(':
            if (++depth_ > 1)
                return failed(fmt::format("line {}: parentheses within parentheses", line_));
            break;
        case ')':
            if (depth_-- == 0)
                return failed(fmt::format("line {}: a closing parenthesis without an opening one", line_));
            break;
        case '"':
            return read_quoted();
        default:
            break;  // white space
    }
    ++at_;
    return {};
}

Result<void> ZoneWords::read_quoted()
{
    const std::size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
        at_ += text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
    if (at_ >= text_.size() || text_[at_] != '"')
        return failed(fmt::format("line {}: a quote is not closed on its line", line_));
    words_.push_back({.text = text_.substr(start, at_ - start), .quoted = true});
    ++at_;
    return {};
}

void ZoneWords::read_plain()
{
    const std::size_t start = at_;
    while (at_ < text_.size() && (!is_special(text_[at_]) || text_[at_] == '\\'))
        at_ += text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    words_.push_back({.text = text_.substr(start, at_ - start), .quoted = false});
}

void ZoneWords::skip_comment()
{
    at_ = std::min(text_.find('\n', at_), text_.size());
}

}  // namespace rw::zones
