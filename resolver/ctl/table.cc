// SPDX-License-Identifier: EUPL-1.2
// Laying out tables.
#include "resolver/ctl/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::ctl
{

namespace
{

const OrderedJson* find(const OrderedJson& object, std::string_view key)
{
    if (!object.is_object())
        return nullptr;
    const auto member = object.find(std::string(key));
    return member == object.end() || member->is_null() ? nullptr : &*member;
}

}  // namespace

void Table::column(std::string title, Align align)
{
    columns_.push_back({std::move(title), align});
}

void Table::row(std::vector<std::string> cells)
{
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::text() const
{
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = columns_[i].title.size();
        for (const auto& row : rows_)
            width = std::max(width, row[i].size());
        widths.push_back(width);
    }
    const auto line = [&](const auto& cell_at) {
        std::string text;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string& cell = cell_at(i);
            text += i == 0 ? "" : "  ";
            text += columns_[i].align == Align::right ? fmt::format("{:>{}}", cell, widths[i])
                                                      : fmt::format("{:<{}}", cell, widths[i]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string out = line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
    for (const auto& row : rows_)
        out += line([&](std::size_t i) -> const std::string& { return row[i]; });
    return out;
}

std::string printable(std::string_view text, std::size_t limit)
{
    std::string out;
    for (const char c : text.substr(0, limit))
        out += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > limit ? out + "..." : out;
}

std::string word_at(const OrderedJson& object, std::string_view key)
{
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_string() ? printable(member->get_ref<const std::string&>(), 2000) : "-";
}

std::string number_of(const OrderedJson& object, std::string_view key)
{
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_number() ? member->dump() : "-";
}

std::string milliseconds_of(const OrderedJson& object, std::string_view key)
{
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_number() ? fmt::format("{:.1f} ms", member->get<double>()) : "-";
}

bool is_true(const OrderedJson& object, std::string_view key)
{
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_boolean() && member->get<bool>();
}

std::uint64_t count_of(const OrderedJson& object, std::string_view key)
{
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_number_unsigned() ? member->get<std::uint64_t>() : 0;
}

const OrderedJson& part_of(const OrderedJson& object, std::string_view key)
{
    static const OrderedJson empty = OrderedJson::array();
    const OrderedJson* member = find(object, key);
    return member != nullptr && member->is_structured() ? *member : empty;
}

}  // namespace rw::ctl
