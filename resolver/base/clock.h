// SPDX-License-Identifier: EUPL-1.2
// Time, injected so that every behaviour can be replayed. Monotonic time drives timers and TTLs; wall time serves
// signature validity and logs only (a wall clock that jumps must not expire or revive the cache).
#pragma once

#include <chrono>
#include <cstdint>

namespace rw
{

using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;

struct MonotonicTime {
    using duration = Duration;
    using rep = Duration::rep;
    using period = Duration::period;
    using time_point = std::chrono::time_point<MonotonicTime>;
    static constexpr bool is_steady = true;
};

/// A point on the monotonic clock.
using Instant = std::chrono::time_point<MonotonicTime, Duration>;

/// Seconds since 1970-01-01 UTC, leap seconds not counted (POSIX).
using WallSeconds = std::chrono::sys_seconds;

class Clock
{
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant monotonic() const = 0;
    /// Microseconds since 1970-01-01 UTC, as the machine believes.
    [[nodiscard]] virtual std::chrono::sys_time<std::chrono::microseconds> wall() const = 0;

    [[nodiscard]] WallSeconds wall_seconds() const { return std::chrono::floor<std::chrono::seconds>(wall()); }
};

/// The machine's clocks. Wall time comes from libc so that libfaketime works.
class SystemClock final : public Clock
{
 public:
    [[nodiscard]] Instant monotonic() const override;
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override;
};

}  // namespace rw
