// SPDX-License-Identifier: EUPL-1.2
// Servers that the operator gave.
#include "resolver/iterate/configured_zones.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "config/load.h"
#include "resolver/iterate/server_selection.h"
#include "tests/unit/name.h"

using namespace rw;

TEST_CASE("each server of a zone is asked on its own port, one without on the usual one")
{
    const auto settings = config::load_text(
        "outgoing: {port: 5300}\n"
        "forward-zones: [{name: example., servers: [192.0.2.1, \"192.0.2.2:5353\", \"[2001:db8::1]:53\"]}]\n",
        ".");
    REQUIRE(settings);
    const iterate::ConfiguredZones zones(*settings);
    const iterate::ConfiguredZonePtr zone = zones.find(*dns::Name::parse("www.example."));
    REQUIRE(zone != nullptr);
    const SystemClock clock;
    const upstream::ServerStats stats(clock, rw::HashKey{1, 2});
    SeededRandom random(1);
    const std::vector<Prefix> none;
    const auto candidates = order_servers(zone->servers, {true, true, none}, stats, random);
    std::vector<std::string> asked;
    for (const upstream::Candidate& candidate : candidates)
        asked.push_back(candidate.server.to_string());
    std::ranges::sort(asked);
    CHECK(asked == std::vector<std::string>{"192.0.2.1:5300", "192.0.2.2:5353", "[2001:db8::1]:53"});
}

using rw::test::name;

namespace
{

iterate::ConfiguredZones zones_of(const std::string& text)
{
    const auto settings = config::load_text(text, ".");
    REQUIRE(settings);
    return iterate::ConfiguredZones(*settings);
}

}  // namespace

TEST_CASE("the deepest configured zone is found, and the one around it")
{
    const auto zones = zones_of(
        "stub-zones: [{name: corp.example., servers: [192.0.2.1]}]\n"
        "forward-zones: [{name: ., servers: [192.0.2.2], fallback: true}, {name: out.corp.example., servers: []}]\n"
        "policy: [{suffix: ad.corp.example., action: forward, servers: [192.0.2.3]}]\n");
    CHECK(zones.find(name("www.example."))->name().is_root());
    CHECK(zones.find(name("www.example."))->fallback);
    CHECK(zones.find(name("WWW.Corp.example."))->name() == name("corp.example."));
    CHECK(zones.find(name("x.ad.corp.example."))->setting == iterate::ConfiguredZone::Setting::policy);
    const iterate::ConfiguredZonePtr out = zones.find(name("a.b.out.corp.example."));
    CHECK(out->from_root());
    CHECK(zones.around(*out)->name() == name("corp.example."));
    CHECK(zones.around(*zones.find(name("example."))) == nullptr);
}

TEST_CASE("a zone taken out of nothing is no configured zone")
{
    const auto zones = zones_of("forward-zones: [{name: example., servers: []}, {name: a.example., servers: []}]\n");
    CHECK(zones.find(name("www.a.example.")) == nullptr);
    CHECK_FALSE(zones.has_servers_below(name(".")));
}

TEST_CASE("servers below a name are those of the name itself, too")
{
    const auto zones = zones_of(
        "stub-zones: [{name: ad.corp.example., servers: [192.0.2.1]}]\n"
        "forward-zones: [{name: example.net., servers: [192.0.2.1]}, {name: www.example.net., servers: []}]\n");
    CHECK(zones.has_servers_below(name("corp.example.")));
    CHECK(zones.has_servers_below(name("ad.corp.example.")));
    CHECK_FALSE(zones.has_servers_below(name("www.ad.corp.example.")));
    CHECK_FALSE(zones.has_servers_below(name("www.example.net.")));
}

TEST_CASE("the advice on a zone that does not validate names it and the setting, and fits an extended error")
{
    const std::string label(60, 'x');
    const auto zones =
        zones_of("stub-zones: [{name: corp.example., servers: [192.0.2.1]}, {name: " + label + "." + label +
                 ".example., servers: [192.0.2.1]}]\n"
                 "forward-zones: [{name: example.net., servers: [192.0.2.1]}, {name: " +
                 label + "." + label +
                 ".net., servers: [192.0.2.1]}]\n"
                 "policy: [{suffix: ad.example., action: forward, servers: [192.0.2.3]}]\n");
    const auto advice = [&](const std::string& at) { return zones.find(name(at))->advice(); };
    CHECK(advice("corp.example.").find("stub zone corp.example.") != std::string::npos);
    CHECK(advice("corp.example.").find("validate: false") != std::string::npos);
    CHECK(advice("example.net.").find("forward zone example.net.") != std::string::npos);
    CHECK(advice("ad.example.").find("dnssec.insecure-zones") != std::string::npos);
    constexpr std::size_t room = 120;  // octets of text in an extended error (reply.cc)
    CHECK(advice(label + "." + label + ".example.").size() <= room);
    CHECK(advice(label + "." + label + ".net.").size() <= room);
}
