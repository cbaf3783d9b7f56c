// SPDX-License-Identifier: EUPL-1.2
// YAML of other programs as statements: with anchors and aliases, which ours has not.
#pragma once

#include "resolver/ctl/import.h"

namespace rw::ctl
{

/// The statements of a YAML file: one for each key with a value or a list of values; a list of mappings is one whose
/// block holds an entry for each, and that the keys in it. Paths are joined with dots.
[[nodiscard]] std::expected<std::vector<Statement>, ImportError> read_yaml(const std::filesystem::path& file);

}  // namespace rw::ctl
