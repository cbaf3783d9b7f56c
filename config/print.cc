// SPDX-License-Identifier: EUPL-1.2
// The effective configuration and the difference of two, both from outlines.
#include "config/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "config/outline.h"
#include "config/print_differences.h"

namespace rw::config
{

namespace
{

const Leaf* find(const std::vector<Leaf>& leaves, std::string_view path)
{
    const auto leaf = std::ranges::find(leaves, path, &Leaf::path);
    return leaf == leaves.end() ? nullptr : &*leaf;
}

/// Prints the headings of the sections that `path` opens after `previous`; gives the last name and its indentation.
std::pair<std::string_view, std::size_t> open_sections(std::string& out, std::string_view path,
                                                       std::string_view previous)
{
    std::size_t start = 0;
    std::size_t level = 0;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', start)) {
        if (!previous.starts_with(path.substr(0, dot + 1)))
            out += fmt::format("{:{}}{}:\n", "", level * 2, path.substr(start, dot - start));
        start = dot + 1;
        ++level;
    }
    return {path.substr(start), level * 2};
}

}  // namespace

std::string print_config(const Settings& settings)
{
    const std::vector<Leaf> defaults = outline(Settings{});
    std::string out = "# Effective settings; a comment names the default of what differs from it.\n";
    std::string_view previous;
    const std::vector<Leaf> leaves = outline(settings);
    for (const Leaf& leaf : leaves) {
        const auto [name, indent] = open_sections(out, leaf.path, previous);
        const Leaf* usual = find(defaults, leaf.path);
        std::string mark;
        if (usual == nullptr)
            mark = "  # default: off";
        else if (usual->value != leaf.value)
            mark = fmt::format("  # default: {}", usual->value);
        out += fmt::format("{:{}}{}:", "", indent, name);
        if (leaf.items.empty())
            out += " " + leaf.value;
        out += mark + "\n";
        for (const std::string& item : leaf.items)
            out += fmt::format("{:{}}  - {}\n", "", indent, item);
        previous = leaf.path;
    }
    return out;
}

std::string print_differences(const Settings& settings)
{
    const std::vector<Leaf> defaults = outline(Settings{});
    const std::vector<Leaf> leaves = outline(settings);
    std::string out;
    std::string_view previous;
    for (const Leaf& leaf : leaves) {
        const Leaf* usual = find(defaults, leaf.path);
        if (usual != nullptr && usual->value == leaf.value)
            continue;
        const auto [name, indent] = open_sections(out, leaf.path, previous);
        out += leaf.items.empty() ? fmt::format("{:{}}{}: {}\n", "", indent, name, leaf.value)
                                  : fmt::format("{:{}}{}:\n", "", indent, name);
        for (const std::string& item : leaf.items)
            out += fmt::format("{:{}}  - {}\n", "", indent, item);
        previous = leaf.path;
    }
    return out;
}

std::vector<Change> difference(const Settings& before, const Settings& after)
{
    const std::vector<Leaf> old_leaves = outline(before);
    const std::vector<Leaf> new_leaves = outline(after);
    std::vector<Change> changes;
    for (const Leaf& leaf : new_leaves) {
        const Leaf* was = find(old_leaves, leaf.path);
        if (was == nullptr || was->value != leaf.value)
            changes.push_back({leaf.path, was == nullptr ? "off" : was->value, leaf.value, leaf.reload});
    }
    for (const Leaf& leaf : old_leaves) {
        if (find(new_leaves, leaf.path) == nullptr)
            changes.push_back({leaf.path, leaf.value, "off", leaf.reload});
    }
    return changes;
}

}  // namespace rw::config
