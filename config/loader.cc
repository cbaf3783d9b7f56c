// SPDX-License-Identifier: EUPL-1.2
// The parts of the YamlLoader that do not depend on the schema's types.
#include "config/loader.h"

#include <algorithm>
#include <array>

#include "config/outline.h"
#include "config/words.h"

namespace rw::config
{

namespace
{

/// A hint for a key that stands in the wrong section: where the schema has a key of that name.
std::string elsewhere(std::string_view name)
{
    for (const Leaf& leaf : outline(Settings{})) {
        if (leaf.path == name || leaf.path.ends_with(fmt::format(".{}", name)))
            return leaf.path;
    }
    return {};
}

/// The last key of `path`, without an index: how a list is called where it is written.
std::string_view list_name(std::string_view path)
{
    path = path.substr(0, path.find_last_of('[') == std::string_view::npos ? path.size() : path.find_last_of('['));
    return path.substr(path.find_last_of('.') + 1);
}

}  // namespace

const Node* YamlLoader::find(std::string_view name)
{
    scope_.known.push_back(name);
    const auto key = std::ranges::find(scope_.node->keys, name, &Node::text);
    if (key == scope_.node->keys.end())
        return nullptr;
    return &scope_.node->items[static_cast<std::size_t>(key - scope_.node->keys.begin())];
}

bool YamlLoader::is_word(const Node& node, std::string_view word)
{
    return node.kind == Node::Kind::scalar && same_word(node.text, word);
}

bool YamlLoader::means_off(const Node& node)
{
    constexpr std::array<std::string_view, 6> words{"false", "no", "none", "null", "disabled", "disable"};
    return !node.quoted && std::ranges::any_of(words, [&](std::string_view word) { return is_word(node, word); });
}

bool YamlLoader::expect(const Node& node, Node::Kind kind, std::string_view example)
{
    if (node.kind == kind)
        return true;
    Node wanted;
    wanted.kind = kind;
    const std::string_view path = scope_.path.empty() ? "the document" : std::string_view(scope_.path);
    std::string message = fmt::format("{}: expected {}, found {}", path, kind_name(wanted), kind_name(node));
    if (!example.empty() && (kind != Node::Kind::scalar))
        message += fmt::format("; write it like {}: {}", list_name(scope_.path), example);
    problems_.add(node.at, std::move(message));
    return false;
}

void YamlLoader::report_unknown_keys()
{
    for (const Node& key : scope_.node->keys) {
        if (std::ranges::find(scope_.known, key.text) != scope_.known.end())
            continue;
        std::string message = fmt::format("unknown key {}", in_quotes(key.text));
        if (!scope_.path.empty())
            message += fmt::format(" in {}", scope_.path);
        if (const std::string_view near = nearest(key.text, scope_.known); !near.empty())
            message += fmt::format("; did you mean '{}'?", near);
        else if (const std::string other = elsewhere(key.text); !other.empty())
            message += fmt::format("; there is a setting {}", other);
        problems_.add(key.at, std::move(message));
    }
}

}  // namespace rw::config
