// SPDX-License-Identifier: EUPL-1.2
// Reading YAML mappings strictly: a key that nobody asks for is refused with its line, so that a scenario cannot pass
// because of a misspelt expectation. Throws BadStory, which never leaves story::read().
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/octets.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::scenarios::story
{

class BadStory : public std::runtime_error
{
 public:
    BadStory(const YAML::Node& where, const std::string& what)
        : std::runtime_error("line " + std::to_string(where.Mark().line + 1) + ": " + what)
    {
    }
};

/// One mapping. Every key must be taken by somebody before done().
class Fields
{
 public:
    explicit Fields(const YAML::Node& node);

    [[nodiscard]] bool has(const std::string& key) const { return node_[key].IsDefined(); }
    /// Calls `use` with the value of `key` when it is there.
    void take(const std::string& key, const std::function<void(const YAML::Node&)>& use);
    /// Fills `out` by `read(node)` when `key` is there.
    template <class T, class Read>
    void take_into(const std::string& key, T& out, Read read)
    {
        take(key, [&](const YAML::Node& node) { out = read(node); });
    }
    /// The same for what can be taken back: `key: ~` empties `out`.
    template <class T, class Read>
    void take_into_or_empty(const std::string& key, std::optional<T>& out, Read read)
    {
        take(key, [&](const YAML::Node& node) { out = node.IsNull() ? std::nullopt : std::optional<T>(read(node)); });
    }
    void done() const;

 private:
    const YAML::Node node_;
    std::set<std::string> taken_;
};

[[nodiscard]] std::string text_in(const YAML::Node& node);
/// Hexadecimal digits, with blanks between octets where the writer likes.
[[nodiscard]] OctetBuffer octets_in(const YAML::Node& node);
[[nodiscard]] bool truth_in(const YAML::Node& node);
[[nodiscard]] std::uint32_t number_in(const YAML::Node& node);
[[nodiscard]] double share_in(const YAML::Node& node);
[[nodiscard]] Duration duration_in(const YAML::Node& node);  ///< "300ms", "2d", "0"
[[nodiscard]] dns::Name name_in(const YAML::Node& node);
[[nodiscard]] dns::RRType type_in(const YAML::Node& node);
[[nodiscard]] IpAddress address_in(const YAML::Node& node);
[[nodiscard]] std::vector<IpAddress> addresses_in(const YAML::Node& node);  ///< one, or a list
[[nodiscard]] std::uint16_t rcode_in(const YAML::Node& node);
[[nodiscard]] std::uint16_t flags_in(const YAML::Node& node);  ///< one, or a list
/// Any of the words of `table`.
template <class E>
[[nodiscard]] E word_in(const YAML::Node& node, const std::map<std::string, E>& table)
{
    const auto found = table.find(text_in(node));
    if (found == table.end())
        throw BadStory(node, "unknown word '" + text_in(node) + "'");
    return found->second;
}

}  // namespace rw::scenarios::story
