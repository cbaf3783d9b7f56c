// SPDX-License-Identifier: EUPL-1.2
// A YAML document as a tree with positions, and the limits under which it is read. Configuration files come from
// operators, tools and templates: the reader takes nothing for granted. It knows no setting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace rw::config
{

struct Node {
    enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
    Kind kind = Kind::null;
    Position at;
    std::string text;         ///< of a scalar
    bool quoted = false;      ///< a scalar in quotes or in block form: meant as a text
    std::vector<Node> keys;   ///< of a mapping, scalars; as many as items
    std::vector<Node> items;  ///< of a sequence or mapping
};

/// What `node` is, for messages: "a list", "a mapping", "nothing", "text".
[[nodiscard]] std::string_view kind_name(const Node& node);

/// Limits on a document; beyond them it is refused as a whole.
namespace limits
{
inline constexpr std::size_t document_octets = 1U << 20U;  ///< 1 MiB: 10,000 local records; the parser holds it all
inline constexpr std::size_t depth = 16;       ///< levels; settings nest 4 deep. A stack overflow by "[[[[[..."
inline constexpr std::size_t nodes = 100'000;  ///< values and keys; bounds memory at some 20 MiB
inline constexpr std::size_t keys = 256;       ///< in one mapping; keeps the search for duplicate keys cheap
inline constexpr std::size_t scalar = std::size_t{16} * 1024;  ///< octets of one value; a DNSKEY of 4096 bits takes 700
}  // namespace limits

/// Reads one document. Duplicate keys are reported to `problems` and the first one stays; what makes the document
/// unusable (syntax, anchors and aliases, tags, invalid UTF-8, a limit) is the error.
[[nodiscard]] std::expected<Node, Problem> read_document(std::string_view text, Problems& problems);

}  // namespace rw::config
