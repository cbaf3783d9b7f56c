// SPDX-License-Identifier: EUPL-1.2
// Log sinks through spdlog: standard error, one line a message.
#include "resolver/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>

namespace rw
{

namespace
{

struct LevelName {
    std::string_view name;
    LogLevel level;
    spdlog::level::level_enum sink;
};

constexpr std::array level_names{
    LevelName{"trace", LogLevel::trace, spdlog::level::trace},
    LevelName{"debug", LogLevel::debug, spdlog::level::debug},
    LevelName{"info", LogLevel::info, spdlog::level::info},
    LevelName{"warning", LogLevel::warning, spdlog::level::warn},
    LevelName{"error", LogLevel::error, spdlog::level::err},
    LevelName{"off", LogLevel::off, spdlog::level::off},
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

bool set_log_level(std::string_view name)
{
    for (const LevelName& row : level_names) {
        if (row.name == name) {
            logger().set_level(row.sink);
            return true;
        }
    }
    return false;
}

LogLevel log_level()
{
    const auto current = logger().level();
    for (const LevelName& row : level_names) {
        if (row.sink == current)
            return row.level;
    }
    return LogLevel::info;
}

void write_log(LogLevel level, std::string_view message)
{
    logger().log(level_names[static_cast<std::size_t>(level)].sink, "{}", message);
}

}  // namespace rw
