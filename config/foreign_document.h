// SPDX-License-Identifier: EUPL-1.2
// YAML as other programs write it: with anchors, aliases and tags, which our own files do without (document.h).
#pragma once

#include <expected>
#include <string_view>

#include "config/document.h"

namespace rw::config
{

/// The tree of `text`, aliases written out. Bounded like our own documents, an alias counted each time it stands.
[[nodiscard]] std::expected<Node, Problem> read_foreign_document(std::string_view text);

}  // namespace rw::config
