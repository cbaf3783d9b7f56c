// SPDX-License-Identifier: EUPL-1.2
// What is wrong with a configuration, and where. Problems are collected, so that an operator sees all of them at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rw::config
{

/// A place in a file; lines and columns count from 1. Line 0: the file as a whole.
struct Position {
    std::size_t line = 0;
    std::size_t column = 0;
    auto operator<=>(const Position&) const = default;
};

struct Problem {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;
    bool operator==(const Problem&) const = default;
};

/// "FILE:LINE:COLUMN: message", or "FILE: message" for the file as a whole.
[[nodiscard]] std::string to_string(std::string_view file, const Problem& problem);

/// Collects problems up to a limit; a hostile file must not turn into a gigabyte of messages.
class Problems
{
 public:
    void add(Position at, std::string message);
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    [[nodiscard]] bool any_at(Position at) const;
    /// All problems in the order of the file; when there were more than the limit, the last one says how many.
    [[nodiscard]] std::vector<Problem> take();

 private:
    std::vector<Problem> problems_;
    std::size_t left_out_ = 0;
};

/// `text` in quotes for a message: shortened, and control characters shown as "?".
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The candidate nearest to `name` by edit distance, when it is near enough to be meant; otherwise an empty text.
[[nodiscard]] std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace rw::config
