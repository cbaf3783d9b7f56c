// SPDX-License-Identifier: EUPL-1.2
// The machine's clocks through libc.
#include "resolver/base/clock.h"

#include <ctime>

namespace rw
{

Instant SystemClock::monotonic() const
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return Instant{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

std::chrono::sys_time<std::chrono::microseconds> SystemClock::wall() const
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return std::chrono::sys_time<std::chrono::microseconds>{std::chrono::seconds{now.tv_sec} +
                                                            std::chrono::microseconds{now.tv_nsec / 1000}};
}

}  // namespace rw
