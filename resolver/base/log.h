// SPDX-License-Identifier: EUPL-1.2
// Log lines: one a message, in the form `time level text key=value ...`. The formatting stays in the header (fmt), the
// sinks (spdlog) in log.cc. No client address and no secret is ever put into a message at the default level. Each
// message is bounded in how often it is written, so that a flood of events is no flood of lines; and a log that nobody
// reads loses lines instead of holding up whoever writes.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace rw
{

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error, off };

void set_log_level(LogLevel level);
[[nodiscard]] LogLevel log_level();
void write_log(LogLevel level, std::string_view message);

/// Lines of one message in one window, at info and above. `debug` and `trace` are asked for and are not bounded.
inline constexpr std::uint32_t max_lines_a_window = 20;
inline constexpr std::chrono::seconds log_window{10};
/// Messages whose lines are counted; more share the last place.
inline constexpr std::size_t max_bounded_messages = 256;

/// Whether one more line of `message` (the address of its format) may be written now. Gives the number of lines that
/// were left out before it, or nothing when this one is left out as well.
[[nodiscard]] std::optional<std::uint64_t> admit_line(LogLevel level, const void* message);

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args)
{
    if (level < log_level())
        return;
    const auto left_out = admit_line(level, fmt::string_view(format).data());
    if (!left_out)
        return;
    std::string line = fmt::format(format, std::forward<Args>(args)...);
    if (*left_out > 0)
        line += fmt::format(" ({} more like this were left out)", *left_out);
    write_log(level, line);
}

}  // namespace rw
