// SPDX-License-Identifier: EUPL-1.2
// Servers that the operator gave.
#include "resolver/iterate/configured_zones.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "config/load.h"
#include "resolver/iterate/server_selection.h"

using namespace rw;

TEST_CASE("each server of a zone is asked on its own port, one without on the usual one")
{
    const auto settings = config::load_text(
        "outgoing: {port: 5300}\n"
        "forward-zones: [{name: example., servers: [192.0.2.1, \"192.0.2.2:5353\", \"[2001:db8::1]:53\"]}]\n",
        ".");
    REQUIRE(settings);
    const iterate::ConfiguredZones zones(*settings);
    const iterate::ZoneServers* zone = zones.find(*dns::Name::parse("www.example."));
    REQUIRE(zone != nullptr);
    const SystemClock clock;
    const upstream::ServerStats stats(clock, rw::HashKey{1, 2});
    SeededRandom random(1);
    const std::vector<Prefix> none;
    const auto candidates = order_servers(*zone, {true, true, none}, stats, random);
    std::vector<std::string> asked;
    for (const upstream::Candidate& candidate : candidates)
        asked.push_back(candidate.server.to_string());
    std::ranges::sort(asked);
    CHECK(asked == std::vector<std::string>{"192.0.2.1:5300", "192.0.2.2:5353", "[2001:db8::1]:53"});
}
