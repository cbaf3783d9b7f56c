// SPDX-License-Identifier: EUPL-1.2
// How many queries may wait for answers.
#include "resolver/upstream/outstanding.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using rw::Endpoint;
using rw::upstream::Outstanding;

namespace
{

constexpr rw::HashKey key{1, 2};

Endpoint endpoint(std::string_view address, std::uint16_t port = 53)
{
    return {*rw::IpAddress::parse(address), port};
}

/// How many places can be had at once, at most `most`.
std::size_t places(Outstanding& outstanding, const Endpoint& server, bool failing, std::size_t most = 10'000)
{
    std::vector<Outstanding::Place> held;
    while (held.size() < most) {
        auto place = outstanding.claim(server, failing);
        if (!place)
            break;
        held.push_back(std::move(*place));
    }
    return held.size();
}

}  // namespace

TEST_CASE("a server that is failing gets fewer queries at a time than one that answers")
{
    Outstanding outstanding(key, 100'000);
    CHECK(places(outstanding, endpoint("192.0.2.1"), false) == rw::upstream::outstanding_at_server);
    CHECK(places(outstanding, endpoint("192.0.2.1"), true) == rw::upstream::outstanding_at_failing_server);
    CHECK(outstanding.count() == 0);
}

TEST_CASE("a server that is full takes nothing from the others, nor does another port of its address")
{
    Outstanding outstanding(key, 100'000);
    std::vector<Outstanding::Place> held;
    while (auto place = outstanding.claim(endpoint("192.0.2.1"), true))
        held.push_back(std::move(*place));
    CHECK(outstanding.claim(endpoint("192.0.2.2"), true));
    CHECK(outstanding.claim(endpoint("192.0.2.1", 5353), true));
    held.pop_back();
    CHECK(outstanding.claim(endpoint("192.0.2.1"), true));
}

TEST_CASE("all servers together have a limit")
{
    Outstanding outstanding(key, 10);
    std::vector<Outstanding::Place> held;
    for (int i = 0; i < 10; ++i)
        held.push_back(*outstanding.claim(endpoint("2001:db8::1", static_cast<std::uint16_t>(i + 1)), false));
    CHECK_FALSE(outstanding.claim(endpoint("192.0.2.1"), false));
    CHECK(outstanding.count() == 10);
}

TEST_CASE("a place moved over another gives the other back")
{
    Outstanding outstanding(key, 10);
    auto first = outstanding.claim(endpoint("192.0.2.1"), false);
    {
        auto second = outstanding.claim(endpoint("192.0.2.2"), false);
        *first = std::move(*second);
    }
    CHECK(outstanding.count() == 1);
    first.reset();
    CHECK(outstanding.count() == 0);
}

TEST_CASE("workers never hold more places than there are, and give all back")
{
    Outstanding outstanding(key, 100);
    std::atomic<bool> exceeded = false;
    {
        std::vector<std::jthread> workers;
        for (int worker = 0; worker < 4; ++worker) {
            workers.emplace_back([&] {
                for (int i = 0; i < 2000; ++i) {
                    exceeded = exceeded || places(outstanding, endpoint("192.0.2.1"), false, 60) > 100;
                    exceeded = exceeded || outstanding.count() > 104;  // each worker may be about to step back
                }
            });
        }
    }
    CHECK_FALSE(exceeded);
    CHECK(outstanding.count() == 0);
}
