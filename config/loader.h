// SPDX-License-Identifier: EUPL-1.2
// The YamlLoader: a visitor of a schema that fills a struct from a document tree and collects everything that is wrong.
// Used by load.cc for settings and by the readers of the shipped data files; nobody else includes it.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.h"
#include "config/findings.h"
#include "config/problem.h"
#include "config/spec.h"

namespace rw::config
{

/// Where each setting stands, by path: the value's position when it is there.
using Places = std::map<std::string, Position, std::less<>>;

class YamlLoader
{
 public:
    YamlLoader(Origin origin, Problems& problems, Places& places)
        : origin_(std::move(origin)), problems_(problems), places_(places)
    {
    }

    /// Fills `s` from the mapping `node`. With nothing at all, `s` keeps what it has: a section whose lines are all
    /// comments is as if it were not there.
    template <class S>
    void fill(const Node& node, S& s)
    {
        if (is_nothing(node) || !expect(node, Node::Kind::mapping, ""))
            return;
        const Scope outer = std::exchange(scope_, Scope{&node, {}, scope_.path});
        describe(*this, s);
        report_unknown_keys();
        scope_ = outer;
    }

    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        const Node* node = find(name);
        if (node == nullptr && spec.required)
            problems_.add(scope_.node->at, fmt::format("{} is missing", below(scope_.path, name)));
        if (node != nullptr)
            within(*node, below(scope_.path, name), [&] { read(*node, value, spec.absent, spec.example); });
    }

    template <class S>
    void section(std::string_view name, S& s, std::string_view)
    {
        if (const Node* node = find(name))
            within(*node, below(scope_.path, name), [&] { fill(*node, s); });
    }

    template <class S>
    void section(std::string_view name, std::optional<S>& s, std::string_view)
    {
        const Node* node = find(name);
        if (node != nullptr && is_word(*node, "off"))
            s.reset();
        else if (node != nullptr && !is_nothing(*node))
            within(*node, below(scope_.path, name), [&] { fill(*node, s.emplace()); });
    }

    template <class S>
    void items(std::string_view name, std::vector<S>& list, const Items& spec)
    {
        const Node* node = find(name);
        if (node == nullptr || is_nothing(*node))
            return;
        within(*node, below(scope_.path, name), [&] {
            if (!expect(*node, Node::Kind::sequence, spec.example))
                return;
            list.clear();
            for (const Node& item : node->items) {
                const std::string path = fmt::format("{}[{}]", scope_.path, list.size());
                S& entry = list.emplace_back();
                within(item, path, [&] {
                    if (expect(item, Node::Kind::mapping, spec.example))
                        fill(item, entry);
                });
            }
        });
    }

 private:
    /// The mapping being read, the keys that the schema has asked for, and the path that leads to it.
    struct Scope {
        const Node* node = nullptr;
        std::vector<std::string_view> known;
        std::string path;
    };

    template <class Action>
    void within(const Node& node, std::string path, const Action& action)
    {
        places_.insert_or_assign(path, node.at);
        const std::string outer = std::exchange(scope_.path, std::move(path));
        action();
        scope_.path = outer;
    }

    template <class T>
    void read(const Node& node, T& value, std::string_view, std::string_view example)
    {
        if (!expect(node, Node::Kind::scalar, example))
            return;
        if (auto result = read_value(node.text, origin_, value); !result)
            problems_.add(node.at,
                          fmt::format("{}: {}; found {}", scope_.path, result.error().message, in_quotes(node.text)));
    }

    template <class T>
    void read(const Node& node, std::optional<T>& value, std::string_view absent, std::string_view example)
    {
        constexpr bool any_text = std::same_as<T, std::string> || std::same_as<T, std::filesystem::path>;
        if (is_word(node, absent))
            value.reset();
        else if (any_text && means_off(node))
            problems_.add(node.at, fmt::format("{}: write {} if that is meant, and quote a text; found {}", scope_.path,
                                               absent, in_quotes(node.text)));
        else
            read(node, value.emplace(), absent, example);
    }

    template <class T>
    void read(const Node& node, std::vector<T>& list, std::string_view absent, std::string_view example)
    {
        if (is_nothing(node) || !expect(node, Node::Kind::sequence, example))
            return;
        list.clear();
        for (const Node& item : node.items) {
            const std::string path = fmt::format("{}[{}]", scope_.path, list.size());
            within(item, path, [&] { read(item, list.emplace_back(), absent, ""); });
        }
    }

    template <class T>
    void read(const Node& node, std::optional<std::vector<T>>& list, std::string_view absent, std::string_view example)
    {
        if (is_word(node, absent))
            list.reset();
        else if (!is_nothing(node))
            read(node, list.emplace(), absent, example);
    }

    /// The value of the key `name` in the current mapping; the key counts as known from now on.
    const Node* find(std::string_view name);
    /// A keyword is one in quotes and in any case, too: tools that write YAML quote it, because plain `off` is a
    /// boolean to many of them.
    [[nodiscard]] static bool is_word(const Node& node, std::string_view word);
    /// A plain word by which other programs switch something off; as a text or a file's name it would be a surprise.
    [[nodiscard]] static bool means_off(const Node& node);
    [[nodiscard]] static bool is_nothing(const Node& node) { return node.kind == Node::Kind::null; }
    bool expect(const Node& node, Node::Kind kind, std::string_view example);
    void report_unknown_keys();

    Origin origin_;
    Problems& problems_;
    Places& places_;
    Scope scope_;
};

/// Reads a whole document into `s`. Validation of the values is the caller's.
template <class S>
void load_into(S& s, std::string_view text, const Origin& origin, Problems& problems, Places& places)
{
    const auto document = read_document(text, problems);
    if (!document) {
        problems.add({document.error().line, document.error().column}, document.error().message);
        return;
    }
    YamlLoader loader(origin, problems, places);
    loader.fill(*document, s);
}

}  // namespace rw::config
