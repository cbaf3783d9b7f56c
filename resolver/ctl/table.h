// SPDX-License-Identifier: EUPL-1.2
// Tables and values in the terminal. What came from the network (names, NSIDs) is made harmless here: a control
// character must not steer the operator's terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/control/json.h"

namespace rw::ctl
{

using control::OrderedJson;

enum class Align : std::uint8_t { left, right };

class Table
{
 public:
    void column(std::string title, Align align = Align::left);
    void row(std::vector<std::string> cells);
    /// Columns as wide as their widest cell, two blanks between; no blanks at the ends of lines.
    [[nodiscard]] std::string text() const;

 private:
    struct Column {
        std::string title;
        Align align;
    };
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// `text` with everything that is not printable ASCII shown as "?", and cut to `limit` characters.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);

// Members of a JSON object for people; a missing or null member, or one of another kind, is shown as "-".
[[nodiscard]] std::string word_at(const OrderedJson& object, std::string_view key);
[[nodiscard]] std::string number_of(const OrderedJson& object, std::string_view key);
/// "12.3 ms"
[[nodiscard]] std::string milliseconds_of(const OrderedJson& object, std::string_view key);
[[nodiscard]] bool is_true(const OrderedJson& object, std::string_view key);
[[nodiscard]] std::uint64_t count_of(const OrderedJson& object, std::string_view key);
/// The array or object below `key`; an empty array when it is not there.
[[nodiscard]] const OrderedJson& part_of(const OrderedJson& object, std::string_view key);

}  // namespace rw::ctl
