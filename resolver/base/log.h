// SPDX-License-Identifier: EUPL-1.2
// Log lines. The formatting stays in the header (fmt), the sinks (spdlog) in log.cc. No client address and no secret is
// ever put into a message at the default level.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace rw
{

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error, off };

void set_log_level(LogLevel level);
[[nodiscard]] LogLevel log_level();
void write_log(LogLevel level, std::string_view message);

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args)
{
    if (level >= log_level())
        write_log(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace rw
