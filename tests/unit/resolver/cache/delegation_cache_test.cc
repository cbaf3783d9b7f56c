// SPDX-License-Identifier: EUPL-1.2
#include "resolver/cache/delegation_cache.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using dns::RRType;

namespace
{

Delegation delegation(std::string_view zone)
{
    Delegation made;
    made.zone = name(zone);
    made.origin = origin;
    made.servers.push_back(
        {name("ns1." + std::string(zone)), {*IpAddress::parse("192.0.2.53"), *IpAddress::parse("2001:db8::53")}});
    made.servers.push_back({name("ns.elsewhere.net"), {}});
    return made;
}

struct DelegationWorld {
    bool insert(Delegation made, std::uint32_t ttl, const Delegation* parent, Seconds now)
    {
        return delegations.insert(made, ttl, parent, now);
    }
    std::optional<Delegation> closest(std::string_view text, Seconds now = 1000)
    {
        return delegations.closest_enclosing(name(text), now, root, scratch);
    }
    Store store{Store::min_octets, secret};
    DelegationCache delegations{store, 86400};
    Scratch scratch;
};

}  // namespace

TEST_CASE("a delegation comes back as it was kept")
{
    DelegationWorld caches;
    Delegation made = delegation("example.com");
    made.ds_state = DsState::present;
    made.ds = signed_by(rrset("example.com", RRType::ds, 3600, {OctetBuffer(36, 1), OctetBuffer(36, 2)}), "com");
    made.denial = {signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "com"), "com")};
    REQUIRE(caches.delegations.insert(made, 3600, nullptr, 1000));
    const auto found = caches.delegations.find(name("EXAMPLE.com"), 1000, root, caches.scratch);
    REQUIRE(found);
    REQUIRE(found->servers.size() == 2);
    CHECK(found->servers[0].name == name("ns1.example.com"));
    CHECK(found->servers[0].glue == made.servers[0].glue);
    CHECK(found->servers[1].name == name("ns.elsewhere.net"));
    CHECK(found->servers[1].glue.empty());
    CHECK(found->expires == 4600);
    CHECK(found->origin == origin);
    CHECK(found->ds_state == DsState::present);
    CHECK(found->learnt == 1000);
    CHECK(found->ds.owner == made.ds.owner);
    CHECK(found->ds.rdatas == made.ds.rdatas);
    CHECK(found->ds.signatures == made.ds.signatures);
    REQUIRE(found->denial.size() == 1);
    CHECK(found->denial[0].signatures == made.denial[0].signatures);
}

TEST_CASE("the closest delegation at or above a name is found")
{
    DelegationWorld caches;
    REQUIRE(caches.insert(delegation("com"), 3600, nullptr, 1000));
    REQUIRE(caches.insert(delegation("example.com"), 600, nullptr, 1000));
    CHECK(caches.closest("a.b.example.com")->zone == name("example.com"));
    CHECK(caches.closest("example.com")->zone == name("example.com"));
    CHECK(caches.closest("other.com")->zone == name("com"));
    CHECK(caches.closest("a.b.example.com", 1600)->zone == name("com"));
    CHECK_FALSE(caches.closest("example.org"));
    CHECK_FALSE(caches.closest("."));
}

TEST_CASE("a zone that was withdrawn does not live on through delegations of its own")
{
    // Phoenix domains (CVE-2022-30698): the ghost's servers delegate further before its lease ends.
    DelegationWorld caches;
    REQUIRE(caches.insert(delegation("ghost.com"), 100, nullptr, 1000));
    const auto ghost = caches.closest("ghost.com");
    REQUIRE(caches.insert(delegation("sub.ghost.com"), 86400, &*ghost, 1090));
    CHECK(caches.closest("x.sub.ghost.com", 1099)->zone == name("sub.ghost.com"));
    CHECK_FALSE(caches.closest("x.sub.ghost.com", 1100));
    // The same when the parent's referral has only just been read.
    Delegation fresh = delegation("fresh.com");
    REQUIRE(caches.delegations.insert(fresh, 100, nullptr, 1000));
    CHECK(fresh.expires == 1100);
    REQUIRE(caches.insert(delegation("sub.fresh.com"), 86400, &fresh, 1001));
    CHECK(caches.closest("x.sub.fresh.com")->expires == 1100);
    // Below a TLD the TLD's own lease does not count.
    REQUIRE(caches.insert(delegation("net"), 100, nullptr, 1000));
    const auto net = caches.closest("net");
    REQUIRE(caches.insert(delegation("example.net"), 3600, &*net, 1090));
    CHECK(caches.closest("www.example.net", 2000));
}

TEST_CASE("a lease is a day at most, and a delegation without servers or time is not kept")
{
    DelegationWorld caches;
    REQUIRE(caches.insert(delegation("com"), 172800, nullptr, 1000));
    CHECK(caches.closest("com")->expires == 1000 + 86400);
    CHECK_FALSE(caches.insert(delegation("net"), 0, nullptr, 1000));
    Delegation empty = delegation("org");
    empty.servers.clear();
    CHECK_FALSE(caches.delegations.insert(empty, 3600, nullptr, 1000));
}

TEST_CASE("servers and glue beyond the limits are left out")
{
    DelegationWorld caches;
    Delegation made = delegation("example.com");
    made.servers[0].glue.assign(100, *IpAddress::parse("192.0.2.1"));
    made.servers.resize(500, made.servers[0]);
    REQUIRE(caches.delegations.insert(made, 3600, nullptr, 1000));
    const auto found = caches.closest("example.com");
    CHECK(found->servers.size() == DelegationCache::max_servers);
    CHECK(found->servers[0].glue.size() == DelegationCache::max_glue);
}

TEST_CASE("what the parent says about DS lives for its own TTL, within the lease")
{
    DelegationWorld caches;
    Delegation made = delegation("example.com");
    made.ds_state = DsState::present;
    made.ds = rrset("example.com", RRType::ds, 300, {OctetBuffer(36, 1)});
    REQUIRE(caches.delegations.insert(made, 3600, nullptr, 1000));
    CHECK(made.ds_expires == 1300);
    CHECK(caches.closest("example.com", 2000)->ds_expires == 1300);
    made.ds.ttl = UINT32_MAX;
    REQUIRE(caches.delegations.insert(made, 3600, nullptr, 1000));
    CHECK(caches.closest("example.com")->ds_expires == 4600);

    Delegation denied = delegation("example.net");
    denied.ds_state = DsState::absent;
    denied.denial = {nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "net"),
                     nsec3_set("1p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "net")};
    denied.denial[0].ttl = 900;
    denied.denial[1].ttl = 200;
    REQUIRE(caches.delegations.insert(denied, 3600, nullptr, 1000));
    CHECK(caches.closest("example.net")->ds_expires == 1200);
}

TEST_CASE("the lineage of a TLD is that of its servers, glue and DS, in any order")
{
    const DelegationWorld caches;
    Delegation tld = delegation("com");
    const std::uint32_t lineage = caches.delegations.lineage(tld);
    CHECK(lineage != 0);
    std::ranges::reverse(tld.servers);
    std::ranges::reverse(tld.servers[1].glue);
    CHECK(caches.delegations.lineage(tld) == lineage);
    Delegation moved = tld;
    moved.servers[1].glue[0] = *IpAddress::parse("192.0.2.54");
    CHECK(caches.delegations.lineage(moved) != lineage);
    Delegation signed_tld = tld;
    signed_tld.ds_state = DsState::present;
    signed_tld.ds = rrset("com", RRType::ds, 3600, {OctetBuffer(36, 1)});
    CHECK(caches.delegations.lineage(signed_tld) != lineage);
    Delegation renamed = tld;
    renamed.servers[0].name = name("ns2.elsewhere.net");
    CHECK(caches.delegations.lineage(renamed) != lineage);
}

TEST_CASE("what was asked for again lately is known to all, by name and type, for its time")
{
    DelegationWorld caches;
    const auto state = [&](RRType type, Seconds now) {
        return caches.delegations.recheck(name("EXAMPLE.com"), type, now, caches.scratch);
    };
    CHECK(state(RRType::ns, 1000) == Recheck::none);
    caches.delegations.note_recheck(name("example.com"), RRType::ns, Recheck::under_way, 60, 1000);
    CHECK(state(RRType::ns, 1000) == Recheck::under_way);
    CHECK(state(RRType::a, 1000) == Recheck::none);
    caches.delegations.note_recheck(name("example.com"), RRType::ns, Recheck::done, 60, 1001);
    CHECK(state(RRType::ns, 1060) == Recheck::done);
    CHECK(state(RRType::ns, 1061) == Recheck::none);
    CHECK_FALSE(caches.closest("example.com"));
}

TEST_CASE("a delegation that its parent took back is forgotten")
{
    DelegationWorld caches;
    REQUIRE(caches.insert(delegation("com"), 3600, nullptr, 1000));
    REQUIRE(caches.insert(delegation("example.com"), 3600, nullptr, 1000));
    caches.delegations.forget(name("Example.com"));
    CHECK(caches.closest("www.example.com")->zone == name("com"));
}
