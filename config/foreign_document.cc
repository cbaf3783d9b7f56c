// SPDX-License-Identifier: EUPL-1.2
// yaml-cpp's own tree, copied into ours with a bound: "billion laughs" are aliases of aliases.
#include "config/foreign_document.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace rw::config
{

namespace
{

/// Thrown inside this file only, beside yaml-cpp's own.
struct TooLarge {
    Position at;
};

class TreeCopier
{
 public:
    Node copy(const YAML::Node& from, std::size_t depth)
    {
        Node node;
        node.at = {static_cast<std::size_t>(from.Mark().line) + 1, static_cast<std::size_t>(from.Mark().column) + 1};
        if (++nodes_ > limits::nodes || depth > limits::depth)
            throw TooLarge{node.at};
        if (from.IsScalar()) {
            node.kind = Node::Kind::scalar;
            node.text = from.Scalar();
        } else if (from.IsSequence()) {
            node.kind = Node::Kind::sequence;
            for (const YAML::Node& item : from)
                node.items.push_back(copy(item, depth + 1));
        } else if (from.IsMap()) {
            node.kind = Node::Kind::mapping;
            for (const auto& pair : from) {
                node.keys.push_back(copy(pair.first, depth + 1));
                node.items.push_back(copy(pair.second, depth + 1));
            }
        }
        return node;
    }

 private:
    std::size_t nodes_ = 0;
};

}  // namespace

std::expected<Node, Problem> read_foreign_document(std::string_view text)
{
    try {
        return TreeCopier().copy(YAML::Load(std::string(text)), 0);
    } catch (const YAML::Exception& error) {
        return std::unexpected(Problem{static_cast<std::size_t>(error.mark.line) + 1,
                                       static_cast<std::size_t>(error.mark.column) + 1,
                                       fmt::format("not valid YAML: {}", error.msg)});
    } catch (const TooLarge& at) {
        return std::unexpected(Problem{at.at.line, at.at.column, "more values, or deeper ones, than can be read"});
    }
}

}  // namespace rw::config
