// SPDX-License-Identifier: EUPL-1.2
// How many queries may wait for answers, and whose they are.
#include "resolver/upstream/outstanding.h"

#include <doctest/doctest.h>

#include <vector>

using rw::Endpoint;
using rw::Party;
using rw::upstream::Outstanding;

namespace
{

using Prospect = Outstanding::Prospect;

constexpr rw::HashKey key{1, 2};
constexpr Party mallory{66, 1};
constexpr Party alice{1, 1};

Endpoint endpoint(std::string_view address, std::uint16_t port = 53)
{
    return {*rw::IpAddress::parse(address), port};
}

/// Queries of which some are taken away.
struct World {
    explicit World(std::size_t limit = 100'000) : outstanding(key, limit) {}

    bool claim(const Endpoint& server, const Party& party, Prospect prospect = Prospect::hopeful)
    {
        auto place = outstanding.claim(server, party, prospect, [this, owner = party.key] { lost.push_back(owner); });
        if (place)
            held.push_back(std::move(*place));
        return place.has_value();
    }
    std::size_t fill(const Endpoint& server, const Party& party, Prospect prospect, std::size_t most = 10'000)
    {
        std::size_t granted = 0;
        while (granted < most && claim(server, party, prospect))
            ++granted;
        return granted;
    }

    Outstanding outstanding;
    std::vector<Outstanding::Place> held;
    std::vector<std::uint64_t> lost;
};

}  // namespace

TEST_CASE("a server that is silent gets fewer queries at a time than one that answers")
{
    World world;
    CHECK(world.fill(endpoint("192.0.2.1"), mallory, Prospect::hopeful) == rw::upstream::outstanding_at_server);
    CHECK(world.fill(endpoint("192.0.2.2"), mallory, Prospect::silent) == rw::upstream::outstanding_at_silent_server);
    world.held.clear();
    CHECK(world.outstanding.count() == 0);
}

TEST_CASE("a server that is full takes nothing from the others, nor does another port of its address")
{
    World world;
    world.fill(endpoint("192.0.2.1"), mallory, Prospect::silent);
    CHECK(world.claim(endpoint("192.0.2.2"), mallory, Prospect::silent));
    CHECK(world.claim(endpoint("192.0.2.1", 5353), mallory, Prospect::silent));
    CHECK_FALSE(world.claim(endpoint("192.0.2.1"), mallory, Prospect::silent));
    world.held.erase(world.held.begin());
    CHECK(world.claim(endpoint("192.0.2.1"), mallory, Prospect::silent));
}

TEST_CASE("at a full server one who has nothing there gets the place of who waits longest")
{
    World world;
    world.fill(endpoint("192.0.2.1"), mallory, Prospect::hopeful);
    CHECK(world.claim(endpoint("192.0.2.1"), alice));
    CHECK(world.lost == std::vector{mallory.key});
    CHECK_FALSE(world.claim(endpoint("192.0.2.1"), mallory));
}

TEST_CASE("a silent server that others have filled is open for one query of a zone that it has not been silent about")
{
    World world;
    world.fill(endpoint("192.0.2.1"), mallory, Prospect::silent);
    CHECK(world.claim(endpoint("192.0.2.1"), alice));
    CHECK(world.lost.empty());
    CHECK(world.claim(endpoint("192.0.2.1"), alice, Prospect::silent));
    CHECK(world.lost == std::vector{mallory.key});
}

TEST_CASE("who waits at silent servers makes room for all, and who fills the limit for those who do not")
{
    World world(100);
    for (std::uint16_t port = 1; port <= 100; ++port)
        world.claim(endpoint("2001:db8::1", port), mallory);
    CHECK_FALSE(world.claim(endpoint("192.0.2.1"), mallory));
    world.held[40].set_silent();
    CHECK(world.claim(endpoint("192.0.2.1"), alice));
    CHECK(world.claim(endpoint("192.0.2.1"), alice));
    CHECK(world.lost == std::vector{mallory.key, mallory.key});
    CHECK(world.outstanding.count() == 100);
}

TEST_CASE("a place that passes to another party counts as theirs at the server as well")
{
    World world;
    world.claim(endpoint("192.0.2.1"), mallory);
    world.held.front().pass_to(alice);
    world.fill(endpoint("192.0.2.1"), mallory, Prospect::hopeful);
    CHECK(world.claim(endpoint("192.0.2.1"), Party{3, 1}));
    CHECK(world.lost.size() ==
          2);  // the one that passed on, to the first stranger; then one of the newcomer's strangers
}

TEST_CASE("a place moved over another gives the other back")
{
    World world(10);
    world.claim(endpoint("192.0.2.1"), alice);
    world.claim(endpoint("192.0.2.2"), alice);
    world.held[0] = std::move(world.held[1]);
    CHECK(world.outstanding.count() == 1);
    world.held.clear();
    CHECK(world.outstanding.count() == 0);
}

TEST_CASE("an IPv4 address is a client, an IPv6 /56 is one, and forwarders count as many")
{
    const rw::upstream::PartyKeys keys(key);
    const auto of = [&](std::string_view address) { return keys.claimant(*rw::IpAddress::parse(address), 1); };
    CHECK(of("192.0.2.1") != of("192.0.2.2"));
    CHECK(of("2001:db8:0:1::1") == of("2001:db8:0:ff::2"));
    CHECK(of("2001:db8:0:100::1") != of("2001:db8:0:1::1"));
    CHECK_FALSE(of("192.0.2.1").is_us());
    CHECK(keys.claimant(*rw::IpAddress::parse("192.0.2.1"), 500).clients == 500);
}

TEST_CASE("zones that one zone delegates are one zone to those who share")
{
    const rw::upstream::PartyKeys keys(key);
    const auto of = [&](std::string_view zone) { return keys.zone(*rw::dns::Name::parse(zone)); };
    CHECK(of("x1.evil.com.") == of("a.b.EVIL.com."));
    CHECK(of("evil.com.") == of("x1.evil.com."));
    CHECK(of("com.") != of("evil.com."));
    CHECK(of("victim.com.") != of("evil.com."));
    CHECK(of(".") != of("com."));
}
