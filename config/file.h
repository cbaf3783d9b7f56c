// SPDX-License-Identifier: EUPL-1.2
// Reading a file into memory with a bound on its size. For configuration, hints and anchors: a path that an operator
// mistyped may be a log of gigabytes or a device that never ends.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "resolver/base/result.h"

namespace rw::config
{

/// The whole content of `path`. The error names the path and the system's reason, or the limit (octets).
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace rw::config
