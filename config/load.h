// SPDX-License-Identifier: EUPL-1.2
// Loading a configuration: YAML to checked Settings, or all problems at once. The one door for the daemon, the tools
// and the tests; a reload uses it too and keeps the old settings when it fails.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include "config/findings.h"
#include "config/problem.h"
#include "config/settings.h"

namespace rw::config
{

using Loaded = std::expected<Settings, std::vector<Problem>>;

/// Reads `path`; relative paths in it start at its folder. Files that it names must be readable.
[[nodiscard]] Loaded load_file(const std::filesystem::path& path);

/// Reads `text` as if it stood in a file in `base`.
[[nodiscard]] Loaded load_text(std::string_view text, const std::filesystem::path& base);

/// `findings` about settings that were read from `file`, each with the line and column of the setting that it is about.
[[nodiscard]] std::vector<Problem> located(const std::filesystem::path& file, std::vector<Finding> findings);

}  // namespace rw::config
