// SPDX-License-Identifier: EUPL-1.2
// The root monitor's judgement, in virtual time.
#include "resolver/root/monitor.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/resolver/root/root_world.h"

namespace rw::root
{

TEST_CASE("three quiet weeks bring no incident and at most 60 queries an hour")
{
    RootWorld world;
    world.run(std::chrono::weeks{3} + std::chrono::hours{3});
    CHECK(world.incidents.empty());
    CHECK(world.probes <= 60 * (24 * 21 + 3));
    CHECK(world.probes > 40 * 24 * 21);
    for (const MonitorTarget& target : world.targets)
        CHECK(world.judgement(target.address) == Judgement::good);
    CHECK(world.monitor.standing(world.policy).reference == world.serial());
}

TEST_CASE("every hour of the plan stays within 60 queries and every address is asked for its serial within two")
{
    RootWorld world;
    std::map<IpAddress, Duration> last;
    std::vector<Duration> times;
    while (world.elapsed < std::chrono::hours{48}) {
        world.elapsed += world.plan.pause(15min, world.random);
        const MonitorPlan::Probe probe = world.plan.next(world.targets, false);
        times.push_back(world.elapsed);
        if (probe.type == dns::RRType::soa) {
            CHECK(world.elapsed - last[probe.target.address] < 2h);
            last[probe.target.address] = world.elapsed;
        }
    }
    CHECK(last.size() == 26);
    for (std::size_t i = 60; i < times.size(); ++i)
        CHECK(times[i] - times[i - 60] >= 1h);
}

TEST_CASE("the watch starts with the keys and the serials of the preferred, asking on for keys until it has them")
{
    RootWorld world;
    MonitorPlan keyless;
    std::set<IpAddress> asked;
    for (unsigned n = 0; n < probes_at_start; ++n) {
        CHECK(world.plan.pause(15min, world.random) == Duration::zero());
        const MonitorPlan::Probe probe = world.plan.next(world.targets, false);
        CHECK(probe.target.preferred);
        CHECK((probe.type == dns::RRType::dnskey) == (n == 0));
        asked.insert(probe.target.address);
        CHECK(keyless.next(world.targets, true).type == dns::RRType::dnskey);
    }
    CHECK(asked.size() == 4);
    CHECK(world.plan.pause(15min, world.random) >= probes_at_start * 1min);
}

TEST_CASE("an identity frozen a day behind is stale at the third probe and good again when it catches up")
{
    RootWorld world;
    world.elapsed = std::chrono::days{3};
    world.probe_serial(RootWorld::v4('a'));
    world.odd[RootWorld::v4('k')].frozen_at = world.serial_at(world.elapsed - std::chrono::days{1});
    world.probe_serial(RootWorld::v4('k'), 2);
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::good);
    world.probe_serial(RootWorld::v4('k'));
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::stale);
    CHECK(world.count(IncidentKind::stale) == 1);
    CHECK(world.incidents.front().letter == config::IdentityLetter{'k'});
    world.odd.clear();
    world.probe_serial(RootWorld::v4('k'));
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::good);
    CHECK(world.count(IncidentKind::caught_up) == 1);
}

TEST_CASE("a preferred identity that is stale is demoted while the other is fresh, unless only an event is wanted")
{
    for (const auto policy : {config::StalePolicy::demote, config::StalePolicy::event}) {
        RootWorld world(policy);
        world.elapsed = std::chrono::days{3};
        world.probe_serial(RootWorld::v4('i'));
        world.odd[RootWorld::v4('k')].frozen_at = world.serial_at(std::chrono::days{1});
        world.probe_serial(RootWorld::v4('k'), 3);
        CHECK(world.demoted(RootWorld::v4('k')) == (policy == config::StalePolicy::demote));
        CHECK_FALSE(world.demoted(RootWorld::v4('i')));
        CHECK(world.count(IncidentKind::stale) == 1);
        CHECK(world.count(IncidentKind::preferred_all_stale) == 0);
    }
}

TEST_CASE("when both preferred identities are behind the fresher one stays preferred")
{
    RootWorld world;
    world.elapsed = std::chrono::days{6};
    world.probe_serial(RootWorld::v4('a'));
    world.odd[RootWorld::v4('i')].frozen_at = world.serial_at(std::chrono::days{2});
    world.odd[RootWorld::v4('k')].frozen_at = world.serial_at(std::chrono::days{4});
    world.probe_serial(RootWorld::v4('i'), 3);
    world.probe_serial(RootWorld::v4('k'), 3);
    CHECK(world.demoted(RootWorld::v4('i')));
    CHECK_FALSE(world.demoted(RootWorld::v4('k')));
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::stale);
    CHECK(world.count(IncidentKind::preferred_all_stale) == 1);
    world.odd.clear();
    world.probe_serial(RootWorld::v4('i'));
    CHECK_FALSE(world.demoted(RootWorld::v4('i')));
    CHECK(world.demoted(RootWorld::v4('k')));
}

TEST_CASE("a server that is minutes late is not stale, however often it is asked")
{
    RootWorld world;
    for (const MonitorTarget& target : world.targets)
        world.odd[target.address].lag = 50min;
    world.odd[RootWorld::v4('a')].lag = 1min;
    world.run(std::chrono::weeks{1});
    CHECK(world.count(IncidentKind::stale) == 0);
}

TEST_CASE("the reference is the newest validly signed serial, not what most servers say")
{
    RootWorld world;
    world.elapsed = std::chrono::days{10};
    for (const MonitorTarget& target : world.targets)
        world.odd[target.address].frozen_at = world.serial_at(std::chrono::days{5});
    world.odd[RootWorld::v6('h')].frozen_at.reset();
    world.probe_serial(RootWorld::v6('h'));
    world.probe_serial(RootWorld::v4('a'), 3);
    CHECK(world.monitor.standing(world.policy).reference == world.serial());
    CHECK(world.judgement(RootWorld::v4('a')) == Judgement::stale);
}

TEST_CASE("a newer serial that nobody signed is no reference, and its server is found")
{
    RootWorld world;
    world.elapsed = std::chrono::days{2};
    world.probe_serial(RootWorld::v4('k'));
    const std::uint32_t honest = world.serial();
    RootWorld::Odd& impostor = world.odd[RootWorld::v4('c')];
    impostor.forged = true;
    impostor.frozen_at = honest + 100'000;
    world.probe_serial(RootWorld::v4('c'));
    CHECK(world.monitor.standing(world.policy).reference == honest);
    CHECK(world.judgement(RootWorld::v4('c')) == Judgement::tampered);
    CHECK(world.count(IncidentKind::path_tampering) == 1);
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::good);
    impostor = {};
    world.probe_serial(RootWorld::v4('c'));
    CHECK(world.judgement(RootWorld::v4('c')) == Judgement::good);
    CHECK(world.count(IncidentKind::path_restored) == 1);
}

TEST_CASE("when nobody's records are authentic the clock or the anchors are wrong, and nobody is passed over")
{
    RootWorld world;
    for (const MonitorTarget& target : world.targets)
        world.odd[target.address].forged = true;
    world.run(std::chrono::hours{6});
    for (const MonitorTarget& target : world.targets)
        CHECK(world.judgement(target.address) == Judgement::unknown);
    CHECK(world.count(IncidentKind::path_tampering) > 0);
    world.odd[RootWorld::v4('k')].forged = false;
    world.run(std::chrono::hours{6});
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::good);
    CHECK(world.judgement(RootWorld::v4('i')) == Judgement::tampered);
}

TEST_CASE("two validly signed ZONEMD of one serial are a split view, said once; an unsigned one is tampering")
{
    RootWorld world;
    world.odd[RootWorld::v4('i')].zonemd = 2;
    const MonitorTarget a{{'a'}, RootWorld::v4('a'), false};
    const MonitorTarget i{{'i'}, RootWorld::v4('i'), true};
    for (int round = 0; round < 3; ++round) {
        world.probe({a, dns::RRType::zonemd});
        world.probe({i, dns::RRType::zonemd});
    }
    CHECK(world.count(IncidentKind::split_view) == 1);
    CHECK(fact(IncidentKind::split_view).severity == Severity::critical);
    CHECK(world.count(IncidentKind::path_tampering) == 0);
    world.odd[RootWorld::v4('i')].forged = true;
    world.probe({i, dns::RRType::zonemd});
    CHECK(world.count(IncidentKind::path_tampering) == 1);
    CHECK(world.count(IncidentKind::split_view) == 1);
}

TEST_CASE("staleness is kept apart by instance")
{
    RootWorld world;
    world.elapsed = std::chrono::days{3};
    world.probe_serial(RootWorld::v4('a'));
    const Moment now = world.now();
    const auto soa = [&](std::string nsid, Duration age) {
        Observation seen;
        seen.address = RootWorld::v4('k');
        seen.rtt = 20ms;
        seen.nsid = std::move(nsid);
        seen.present = true;
        seen.serial = world.serial_at(world.elapsed - age);
        seen.verdict = {Authenticity::authentic, now.wall - std::chrono::floor<std::chrono::seconds>(age)};
        world.monitor.observe(seen, now);
        return world.judgement(RootWorld::v4('k'));
    };
    // The route changes between a frozen instance and a sound one.
    CHECK(soa("old", 48h) == Judgement::good);
    CHECK(soa("new", 0h) == Judgement::good);
    CHECK(soa("old", 48h) == Judgement::good);
    CHECK(soa("new", 0h) == Judgement::good);
    CHECK(soa("old", 48h) == Judgement::stale);
    CHECK(soa("new", 0h) == Judgement::good);
    CHECK(soa("old", 48h) == Judgement::stale);
}

TEST_CASE("a new instance name in every response does not hide staleness")
{
    RootWorld world;
    world.elapsed = std::chrono::days{3};
    world.probe_serial(RootWorld::v4('a'));
    world.odd[RootWorld::v4('k')].frozen_at = world.serial_at(Duration::zero());
    world.odd[RootWorld::v4('k')].renames_itself = true;
    world.probe_serial(RootWorld::v4('k'), stale_probes_of_any);
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::stale);
}

TEST_CASE("serials are compared by RFC 1982, past the end of the number range too")
{
    Publications publications;
    const Moment now{Instant{} + 100h, WallSeconds{std::chrono::hours{500'000}}};
    publications.note(0xfffffff0, now.wall, now);
    CHECK(publications.note(5, now.wall, now));
    CHECK(publications.reference() == 5);
    const Moment later{now.at + 3h, now.wall + 3h};
    CHECK(publications.behind(0xfffffff0, later) >= 2h);
    CHECK(publications.behind(5, later) == Duration::zero());
}

TEST_CASE("a root zone's age follows from its signature when it was published before anybody looked")
{
    Publications publications;
    const Moment now{Instant{}, WallSeconds{std::chrono::hours{500'000}}};
    publications.note(7, now.wall - 10h, now);
    CHECK(publications.behind(6, now) == 9h);
}

TEST_CASE("days between serials count dates and editions")
{
    CHECK(days_between(2026112100, 2026112200) == 1.0);
    CHECK(*days_between(2026112101, 2026112200) < 1.0);
    CHECK(days_between(2026113001, 2026120101) == 1.0);
    CHECK_FALSE(days_between(17, 2026120101));
    CHECK_FALSE(days_between(2026139900, 2026120101));
}

TEST_CASE("K renumbers during weeks of watching: the old address is forgotten, the new one judged")
{
    RootWorld world;
    world.run(std::chrono::weeks{1});
    const IpAddress renumbered = *IpAddress::parse("192.0.2.129");
    for (MonitorTarget& target : world.targets) {
        if (target.address == RootWorld::v4('k'))
            target.address = renumbered;
    }
    world.monitor.set_targets(world.targets);
    CHECK(world.judgement(renumbered) == Judgement::unknown);
    world.run(std::chrono::weeks{1});
    CHECK(world.judgement(renumbered) == Judgement::good);
    CHECK(world.monitor.standing(world.policy).find(RootWorld::v4('k')) == nullptr);
    world.odd[renumbered].frozen_at = world.serial();
    world.run(std::chrono::days{2});
    CHECK(world.judgement(renumbered) == Judgement::stale);
    CHECK(world.demoted(renumbered));
    world.odd.clear();
    world.run(std::chrono::weeks{1});
    CHECK(world.judgement(renumbered) == Judgement::good);
    CHECK(world.count(IncidentKind::stale) == 1);
    CHECK(world.count(IncidentKind::caught_up) == 1);
    CHECK(world.count(IncidentKind::path_tampering) == 0);
}

TEST_CASE("an identity that is silent half of the time misses RSSAC047 availability, said once, and meets it again")
{
    RootWorld world;
    world.run(std::chrono::days{1});
    world.odd[RootWorld::v4('k')].silent = true;
    world.run(std::chrono::days{1});
    CHECK(world.count(IncidentKind::threshold_missed) == 1);
    const IdentityHealth health = world.monitor.standing(world.policy).health['k' - 'a'];
    REQUIRE(health.availability);
    CHECK(*health.availability < availability_threshold);
    CHECK(world.judgement(RootWorld::v4('k')) == Judgement::good);
    world.odd.clear();
    world.run(std::chrono::days{5});
    CHECK(world.count(IncidentKind::threshold_met) == 1);
}

TEST_CASE("publication latency is how long an identity was seen behind, and misses its threshold beyond 65 minutes")
{
    RootWorld world;
    world.odd[RootWorld::v4('i')].lag = 4h;
    world.odd[RootWorld::v6('i')].lag = 4h;
    world.run(std::chrono::weeks{1});
    const auto health = world.monitor.standing(world.policy).health;
    REQUIRE(health['i' - 'a'].publication_latency);
    CHECK(*health['i' - 'a'].publication_latency > publication_latency_threshold);
    REQUIRE(health['k' - 'a'].publication_latency);
    CHECK(*health['k' - 'a'].publication_latency < 10min);
}

}  // namespace rw::root
