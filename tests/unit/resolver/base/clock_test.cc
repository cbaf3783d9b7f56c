// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/clock.h"

#include <doctest/doctest.h>

#include <ctime>

TEST_CASE("the monotonic clock does not go back")
{
    const rw::SystemClock clock;
    rw::Instant last = clock.monotonic();
    for (int i = 0; i < 1000; ++i) {
        const rw::Instant now = clock.monotonic();
        CHECK(now >= last);
        last = now;
    }
}

TEST_CASE("the wall clock is that of libc")
{
    const rw::SystemClock clock;
    const std::time_t before = std::time(nullptr);
    const auto now = clock.wall_seconds().time_since_epoch().count();
    CHECK(now >= before);
    CHECK(now <= std::time(nullptr));
}
