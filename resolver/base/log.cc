// SPDX-License-Identifier: EUPL-1.2
// Log sinks through spdlog: standard error, one line a message.
#include "resolver/base/log.h"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>

namespace rw
{

namespace
{

// In the order of LogLevel.
constexpr std::array sink_levels{
    spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
    spdlog::level::warn,  spdlog::level::err,   spdlog::level::off,
};

/// A pipe takes so many octets in one piece, without blocking, when it says it is writable (PIPE_BUF of Linux).
constexpr std::size_t max_line_octets = 4096;

/// Standard error, written only when it takes a line at once: behind it may be a pipe whose reader hangs.
class PatientSink final : public spdlog::sinks::base_sink<std::mutex>
{
 private:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (line.size() > max_line_octets) {
            line.resize(max_line_octets);
            line[max_line_octets - 1] = '\n';
        }
        if (lost_ > 0 && writable()) {
            const std::string note = fmt::format("{} log lines were lost: nobody read them\n", lost_);
            put(note.data(), note.size());
            lost_ = 0;
        }
        if (writable())
            put(line.data(), line.size());
        else
            ++lost_;
    }

    void flush_() override {}

    static bool writable()
    {
        pollfd entry{STDERR_FILENO, POLLOUT, 0};
        return ::poll(&entry, 1, 0) > 0 && (entry.revents & POLLOUT) != 0;
    }

    static void put(const char* text, std::size_t size)
    {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, size);
    }

    std::uint64_t lost_ = 0;
};

spdlog::logger& logger()
{
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>("rootward", std::make_shared<PatientSink>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        return made;
    }();
    return *instance;
}

/// How often each message was written lately.
class LineBounds
{
 public:
    std::optional<std::uint64_t> admit(const void* message)
    {
        const auto now = std::chrono::steady_clock::now();
        const std::scoped_lock lock(mutex_);
        Bound& bound = bound_of(message);
        if (now - bound.began >= log_window) {
            bound.began = now;
            bound.lines = 0;
        }
        if (bound.lines >= max_lines_a_window) {
            ++bound.left_out;
            return std::nullopt;
        }
        ++bound.lines;
        return std::exchange(bound.left_out, 0);
    }

 private:
    struct Bound {
        const void* message = nullptr;
        std::chrono::steady_clock::time_point began{};
        std::uint32_t lines = 0;
        std::uint64_t left_out = 0;
    };

    Bound& bound_of(const void* message)
    {
        const auto at = std::ranges::find_if(
            bounds_, [message](const Bound& bound) { return bound.message == message || bound.message == nullptr; });
        Bound& bound = at != bounds_.end() ? *at : bounds_.back();
        if (bound.message == nullptr)
            bound.message = message;
        return bound;
    }

    std::mutex mutex_;
    std::array<Bound, max_bounded_messages> bounds_{};
};

LineBounds& line_bounds()
{
    static LineBounds bounds;
    return bounds;
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
    // Past the logger, which would look at the level again: log() has, and what an operator asks for has none.
    const spdlog::details::log_msg line(logger().name(), sink_levels[static_cast<std::size_t>(level)],
                                        spdlog::string_view_t(message.data(), message.size()));
    for (const auto& sink : logger().sinks()) {
        sink->log(line);
        sink->flush();
    }
}

std::optional<std::uint64_t> admit_line(LogLevel level, const void* message)
{
    return level < LogLevel::info ? std::optional<std::uint64_t>(0) : line_bounds().admit(message);
}

}  // namespace rw
