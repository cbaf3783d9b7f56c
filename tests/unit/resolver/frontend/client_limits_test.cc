// SPDX-License-Identifier: EUPL-1.2
#include "resolver/frontend/client_limits.h"

#include <doctest/doctest.h>

#include <vector>

using namespace rw;
using namespace rw::frontend;

TEST_CASE("a client has at most its number of queries waiting, and a finished one makes room")
{
    ClientLimits limits;
    constexpr upstream::Claimant client{1, 1};
    std::vector<ClientLimits::Place> places;
    for (std::uint32_t i = 0; i < max_waiting_per_client; ++i) {
        auto place = limits.admit(client);
        REQUIRE(place.has_value());
        places.push_back(std::move(*place));
    }
    CHECK_FALSE(limits.admit(client).has_value());
    CHECK(limits.admit({2, 1}).has_value());
    places.pop_back();
    CHECK(limits.admit(client).has_value());
    places.clear();
    CHECK(limits.clients() == 0);
}

TEST_CASE("a reply that came quickly leaves at once however many there are")
{
    ClientLimits limits;
    const Instant now{10s};
    for (int i = 0; i < 1000; ++i)
        CHECK(limits.release_time({1, 1}, now - 100ms, now) == now);
}

TEST_CASE("replies that were held back are spread over time")
{
    ClientLimits limits;
    const Instant now{10s};
    int at_once = 0;
    Instant last = now;
    for (int i = 0; i < 400; ++i) {
        const Instant due = limits.release_time({1, 1}, now - 3s, now);
        at_once += due == now ? 1 : 0;
        CHECK(due >= last);
        last = due;
    }
    CHECK(at_once == 10);
    CHECK(last - now == 390 * held_back_interval);
    CHECK(limits.release_time({2, 1}, now - 3s, now) == now);
}
