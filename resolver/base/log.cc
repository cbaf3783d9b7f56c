// SPDX-License-Identifier: EUPL-1.2
// Log sinks through spdlog: standard error, one line a message.
#include "resolver/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>

namespace rw
{

namespace
{

// In the order of LogLevel.
constexpr std::array sink_levels{
    spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
    spdlog::level::warn,  spdlog::level::err,   spdlog::level::off,
};

spdlog::logger& logger()
{
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = spdlog::stderr_logger_mt("rootward");
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        return made;
    }();
    return *instance;
}

}  // namespace

void set_log_level(LogLevel level)
{
    logger().set_level(sink_levels[static_cast<std::size_t>(level)]);
}

LogLevel log_level()
{
    const auto* const at = std::ranges::find(sink_levels, logger().level());
    return static_cast<LogLevel>(at - sink_levels.begin());
}

void write_log(LogLevel level, std::string_view message)
{
    logger().log(sink_levels[static_cast<std::size_t>(level)], "{}", message);
}

}  // namespace rw
