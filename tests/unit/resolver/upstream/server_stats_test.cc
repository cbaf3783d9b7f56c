// SPDX-License-Identifier: EUPL-1.2
// What is believed about servers, and for how long.
#include "resolver/upstream/server_stats.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/resolver/io/worker.h"

using rw::Duration;
using rw::Endpoint;
using rw::upstream::ServerStats;
using namespace std::chrono_literals;

namespace
{

Endpoint server_at(std::string_view address)
{
    return {*rw::IpAddress::parse(address), 53};
}

struct StatsWorld {
    rw::test::HandClock clock;
    ServerStats stats{clock, rw::HashKey{1, 2}};
    Endpoint server = server_at("192.0.2.1");
    const rw::dns::Name zone = *rw::dns::Name::parse("example.com.");
    StatsWorld() { clock.now += 1h; }
};

}  // namespace

TEST_CASE("the first answer sets the round-trip time, later ones move it by an eighth")
{
    StatsWorld world;
    CHECK_FALSE(world.stats.state(world.server, world.zone).measured);
    world.stats.note_answer(world.server, 80ms);
    CHECK(world.stats.state(world.server, world.zone).srtt == 80ms);
    CHECK(world.stats.state(world.server, world.zone).rttvar == 40ms);
    world.stats.note_answer(world.server, 160ms);
    CHECK(world.stats.state(world.server, world.zone).srtt == 90ms);
    CHECK(world.stats.state(world.server, world.zone).rttvar == 50ms);
}

TEST_CASE("the wait for an answer is bounded from below and above")
{
    StatsWorld world;
    CHECK(world.stats.state(world.server, world.zone).timeout() == rw::upstream::unknown_server_timeout);
    for (int i = 0; i < 50; ++i)
        world.stats.note_answer(world.server, 1ms);
    CHECK(world.stats.state(world.server, world.zone).timeout() == rw::upstream::min_timeout);
    for (int i = 0; i < 50; ++i)
        world.stats.note_answer(world.server, 10s);
    CHECK(world.stats.state(world.server, world.zone).timeout() == rw::upstream::max_timeout);
}

TEST_CASE("silence makes a server failing, one answer makes it sound again")
{
    StatsWorld world;
    world.stats.note_answer(world.server, 10ms);
    for (std::uint32_t i = 0; i < rw::upstream::failing_after; ++i) {
        CHECK_FALSE(world.stats.state(world.server, world.zone).failing());
        world.stats.note_timeout(world.server, world.zone, rw::dns::RRType::a);
    }
    CHECK(world.stats.state(world.server, world.zone).failing());
    world.stats.note_answer(world.server, 10ms);
    CHECK_FALSE(world.stats.state(world.server, world.zone).failing());
}

TEST_CASE("silence about types that many do not know says nothing about others")
{
    using rw::dns::RRType;
    StatsWorld world;
    world.stats.note_answer(world.server, 10ms);
    for (std::uint32_t i = 0; i < rw::upstream::silent_after; ++i)
        world.stats.note_timeout(world.server, world.zone, RRType::https);
    const auto state = world.stats.state(world.server, world.zone);
    CHECK(state.silent(RRType::https));
    CHECK(state.silent(RRType::caa));
    for (const RRType other : {RRType::a, RRType::mx, RRType::aaaa, RRType::dnskey}) {
        CHECK_FALSE(state.silent(other));
        CHECK_FALSE(state.failing(other));
    }
    world.stats.note_answer(world.server, 10ms);
    CHECK_FALSE(world.stats.state(world.server, world.zone).silent(RRType::https));
}

TEST_CASE("a server that cannot be reached is failing at once")
{
    StatsWorld world;
    world.stats.note_answer(world.server, 10ms);
    world.stats.note_unreachable(world.server, world.zone);
    CHECK(world.stats.state(world.server, world.zone).failing());
}

TEST_CASE("silence about one zone makes a server doubtful for others, not failing")
{
    StatsWorld world;
    const auto other = *rw::dns::Name::parse("victim.com.");
    for (std::uint32_t i = 0; i < rw::upstream::silent_after; ++i)
        world.stats.note_timeout(world.server, world.zone, rw::dns::RRType::a);
    world.stats.note_unreachable(world.server, *rw::dns::Name::parse("third.com."));
    CHECK(world.stats.state(world.server, world.zone).failing());
    CHECK(world.stats.state(world.server, *rw::dns::Name::parse("EXAMPLE.com.")).silent(rw::dns::RRType::a));
    const auto state = world.stats.state(world.server, other);
    CHECK(state.doubtful());
    CHECK_FALSE(state.failing());
    CHECK_FALSE(state.failing(rw::dns::RRType::a));
    CHECK_FALSE(state.silent(rw::dns::RRType::a));
}

TEST_CASE("an answer for any zone ends the silence about all")
{
    StatsWorld world;
    for (std::uint32_t i = 0; i < rw::upstream::silent_after; ++i)
        world.stats.note_timeout(world.server, world.zone, rw::dns::RRType::a);
    world.stats.note_answer(world.server, 10ms);
    CHECK_FALSE(world.stats.state(world.server, world.zone).doubtful());
    CHECK_FALSE(world.stats.state(world.server, world.zone).failing());
    world.stats.note_timeout(world.server, world.zone, rw::dns::RRType::a);
    CHECK(world.stats.state(world.server, world.zone).timeouts_in_row == 1);
}

TEST_CASE("a flood of zones does not grow what is known of a server without bound, nor end what others are known for")
{
    StatsWorld world;
    const auto before = *rw::dns::Name::parse("quiet.com.");
    for (std::uint32_t i = 0; i < 2 * rw::upstream::max_silences; ++i)
        world.stats.note_timeout(world.server, *rw::dns::Name::parse(fmt::format("z{}.com.", i)), rw::dns::RRType::a);
    CHECK(world.stats.state(world.server, before).doubtful());
    CHECK_FALSE(world.stats.state(world.server, before).failing());
}

TEST_CASE("every belief about a server expires")
{
    StatsWorld world;
    world.stats.note_answer(world.server, 10ms);
    world.stats.note_edns_broken(world.server);
    world.stats.note_case_broken(world.server);
    CHECK(world.stats.state(world.server, world.zone).edns_broken);
    CHECK(world.stats.state(world.server, world.zone).case_broken);
    world.clock.now += rw::upstream::defect_lifetime;
    CHECK_FALSE(world.stats.state(world.server, world.zone).edns_broken);
    CHECK_FALSE(world.stats.state(world.server, world.zone).case_broken);
    CHECK(world.stats.state(world.server, world.zone).measured);
    world.clock.now += rw::upstream::state_lifetime;
    CHECK_FALSE(world.stats.state(world.server, world.zone).measured);
}

TEST_CASE("an answer with EDNS ends the belief that EDNS is broken")
{
    StatsWorld world;
    world.stats.note_edns_broken(world.server);
    world.stats.note_edns_works(world.server);
    CHECK_FALSE(world.stats.state(world.server, world.zone).edns_broken);
    CHECK(world.stats.state(world.server, world.zone).edns_works);
}

TEST_CASE("lameness belongs to one zone and expires")
{
    StatsWorld world;
    const auto zone = *rw::dns::Name::parse("example.com.");
    world.stats.note_lame(world.server, zone);
    CHECK(world.stats.state(world.server, *rw::dns::Name::parse("EXAMPLE.com.")).lame);
    CHECK_FALSE(world.stats.state(world.server, *rw::dns::Name::parse("example.net.")).lame);
    CHECK_FALSE(world.stats.state(server_at("192.0.2.2"), zone).lame);
    world.clock.now += rw::upstream::lame_lifetime;
    CHECK_FALSE(world.stats.state(world.server, zone).lame);
}

TEST_CASE("lameness can be forgotten from a zone down")
{
    StatsWorld world;
    world.stats.note_lame(world.server, *rw::dns::Name::parse("a.example.com."));
    world.stats.note_lame(world.server, *rw::dns::Name::parse("example.net."));
    world.stats.forget_lame(*rw::dns::Name::parse("com."));
    CHECK_FALSE(world.stats.state(world.server, *rw::dns::Name::parse("a.example.com.")).lame);
    CHECK(world.stats.state(world.server, *rw::dns::Name::parse("example.net.")).lame);
}

TEST_CASE("probes of a dead server become rarer up to a limit, and start anew when it has answered")
{
    StatsWorld world;
    Duration between{};
    for (int i = 0; i < 12; ++i) {
        REQUIRE(world.stats.claim_probe(world.server));
        CHECK_FALSE(world.stats.claim_probe(world.server));
        between = Duration{};
        while (!world.stats.claim_probe(world.server)) {
            world.clock.now += 500ms;
            between += 500ms;
            REQUIRE(between <= rw::upstream::max_probe_interval);
        }
        world.clock.now += rw::upstream::max_probe_interval;
    }
    CHECK(between == rw::upstream::max_probe_interval);
    world.stats.note_answer(world.server, 10ms);
    REQUIRE(world.stats.claim_probe(world.server));
    world.clock.now += rw::upstream::first_probe_interval;
    CHECK(world.stats.claim_probe(world.server));
}

TEST_CASE("IPv6 that nobody answers over is broken as a whole, until one server answers")
{
    StatsWorld world;
    for (std::uint32_t i = 0; i < rw::upstream::ipv6_broken_after; ++i)
        world.stats.note_timeout(server_at(fmt::format("2001:db8::{}", i + 1)), world.zone, rw::dns::RRType::a);
    CHECK(world.stats.state(server_at("2001:db8::ffff"), world.zone).doubtful());
    CHECK_FALSE(world.stats.state(server_at("2001:db8::ffff"), world.zone).failing());
    CHECK_FALSE(world.stats.state(server_at("192.0.2.9"), world.zone).doubtful());
    world.stats.note_answer(server_at("2001:db8::1"), 10ms);
    CHECK_FALSE(world.stats.state(server_at("2001:db8::ffff"), world.zone).doubtful());
}

TEST_CASE("a flood of server addresses does not grow the table without bound")
{
    StatsWorld world;
    for (std::uint32_t i = 0; i < 2 * rw::upstream::max_servers; ++i) {
        const std::array<std::uint8_t, 4> octets{10, static_cast<std::uint8_t>(i >> 16),
                                                 static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        world.stats.note_timeout({rw::IpAddress::from_octets(octets), 53}, world.zone, rw::dns::RRType::a);
    }
    std::uint32_t known = 0;
    for (std::uint32_t i = 0; i < 2 * rw::upstream::max_servers; ++i) {
        const std::array<std::uint8_t, 4> octets{10, static_cast<std::uint8_t>(i >> 16),
                                                 static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        known += world.stats.state({rw::IpAddress::from_octets(octets), 53}, world.zone).timeouts_about_any > 0 ? 1 : 0;
    }
    CHECK(known <= rw::upstream::max_servers);
    CHECK(known > rw::upstream::max_servers / 2);
}
