// SPDX-License-Identifier: EUPL-1.2
// What shows only when settings are put to work: local records, hints, the machine. The start, a reload and
// --check-config all read a configuration through here, so that what one refuses the others refuse.
#pragma once

#include <filesystem>
#include <vector>

#include "config/load.h"

namespace rw::service
{

/// config::load_file, and everything else that would keep the daemon from working with the file.
[[nodiscard]] config::Loaded load_configuration(const std::filesystem::path& file);

/// What keeps `settings` from being put to work although each by itself is well-formed.
[[nodiscard]] std::vector<config::Finding> find_problems(const config::Settings& settings);

/// What works and is hardly meant, on this machine: nothing to refuse, worth a warning.
[[nodiscard]] std::vector<config::Finding> find_doubts(const config::Settings& settings);

/// Logs them as warnings.
void log_doubts(const config::Settings& settings);

}  // namespace rw::service
