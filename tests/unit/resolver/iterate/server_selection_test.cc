// SPDX-License-Identifier: EUPL-1.2
// In which order the servers of a zone are asked.
#include "resolver/iterate/server_selection.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/io/worker.h"

using namespace std::chrono_literals;

TEST_CASE("a lame server comes last, however near it is, and is not left out")
{
    rw::test::HandClock clock;
    clock.now += 1h;
    rw::upstream::ServerStats stats(clock, rw::HashKey{1, 2});
    rw::SeededRandom random(1);
    const rw::IpAddress lame = *rw::IpAddress::parse("192.0.2.1");
    const rw::IpAddress sound = *rw::IpAddress::parse("192.0.2.2");
    rw::iterate::ZoneServers zone;
    zone.zone = *rw::dns::Name::parse("example.com.");
    zone.servers = {{*rw::dns::Name::parse("ns.example.com."), {lame, sound}}};
    stats.note_answer({lame, 53}, 1ms);
    stats.note_answer({sound, 53}, 300ms);
    stats.note_lame({lame, 53}, zone.zone);
    const std::vector<rw::Prefix> none;
    const auto candidates = rw::iterate::order_servers(zone, {true, true, none}, stats, random);
    REQUIRE(candidates.size() == 2);
    CHECK(candidates.front().server.address == sound);
    CHECK(candidates.back().server.address == lame);
}
