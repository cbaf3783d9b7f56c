// SPDX-License-Identifier: EUPL-1.2
// Keys that a parent does not vouch for any more are given up when data does not validate by them; nothing else is.
#include <doctest/doctest.h>

#include "tests/unit/resolver/validate/world.h"

using namespace rw;
using namespace rw::validate::test;
using cache::Security;
using dns::RRType;

namespace
{

/// A world in which the keys of example.com. are known.
struct Known : World {
    Signer other{LDNS_SIGN_ECDSAP256SHA256, 0, "example.com."};

    Known()
    {
        dns::RRset set = example.sign({"www.example.com. 300 A 192.0.2.80"});
        REQUIRE(positive(set, "example.com.").security == Security::secure);
        source.asked.clear();
    }
    Security judge_signed_by(const Signer& signer)
    {
        dns::RRset set = signer.sign({"www.example.com. 300 A 192.0.2.81"});
        return positive(set, "example.com.").security;
    }
    /// Everyone has the keys of `other` now.
    void move()
    {
        source.table[{"example.com.", RRType::ds}] = {answer(ds(com, other, "example.com."), "com.")};
        source.table[{"example.com.", RRType::dnskey}] = {answer(other.sign_keys({&other}), "example.com.")};
    }
};

}  // namespace

TEST_CASE("data under other keys is secure once the parent has said that it vouches for those")
{
    Known world;
    world.move();
    CHECK(world.judge_signed_by(world.other) == Security::bogus);
    CHECK(world.source.total() == 0);
    world.source.said["example.com."] = answer(World::ds(world.com, world.other, "example.com."), "com.");
    CHECK(world.judge_signed_by(world.other) == Security::secure);
    CHECK(world.source.asked[{"example.com.", RRType::ds}] == 1);
    CHECK(world.source.asked[{"example.com.", RRType::dnskey}] == 1);
    CHECK(world.judge_signed_by(world.example) == Security::bogus);
}

TEST_CASE("a zone that is not signed any more is insecure once the parent has said so")
{
    Known world;
    const auto denied = [&] {
        return denial({world.com.sign({"example.com. 300 NSEC g.com. NS RRSIG NSEC"})}, "com.");
    };
    world.source.table[{"example.com.", RRType::ds}] = {denied()};
    dns::RRset set = rrset({"www.example.com. 300 A 192.0.2.80"});
    CHECK(world.positive(set, "example.com.").security == Security::bogus);
    world.source.said["example.com."] = denied();
    CHECK(world.positive(set, "example.com.").security == Security::insecure);
}

TEST_CASE("SECURITY data that was forged costs no question while the parent vouches for the keys that are known")
{
    Known world;
    world.source.said["example.com."] = answer(World::ds(world.com, world.example, "example.com."), "com.");
    for (int i = 0; i < 3; ++i)
        CHECK(world.judge_signed_by(world.other) == Security::bogus);
    CHECK(world.source.total() == 0);
}

TEST_CASE("SECURITY what a parent is said to have said is not believed without its signature")
{
    Known world;
    const Signer nobody(LDNS_SIGN_ECDSAP256SHA256, 0, "com.");
    const auto forged = [&] { return answer(World::ds(nobody, world.other, "example.com."), "com."); };
    world.source.said["example.com."] = forged();
    auto& list = world.source.table[{"example.com.", RRType::ds}];
    list.insert(list.begin(), forged());
    CHECK(world.judge_signed_by(world.other) == Security::bogus);
    // The servers of the parent were asked, and vouch for what they did before.
    CHECK(world.source.asked[{"example.com.", RRType::ds}] == 2);
    CHECK(world.judge_signed_by(world.example) == Security::secure);
}

TEST_CASE("what was concluded by a parent's keys of before goes with them, once")
{
    Known world;
    // com. gets other keys; the zone below it stays as it is, and its data is spoilt all the time.
    const Signer com2(LDNS_SIGN_ECDSAP256SHA256, 0, "com.");
    world.clock.now += std::chrono::seconds{60};
    world.source.table[{"com.", RRType::ds}] = {answer(World::ds(world.root, com2, "com."), ".")};
    world.source.table[{"com.", RRType::dnskey}] = {answer(com2.sign_keys({&com2}), "com.")};
    world.source.table[{"example.com.", RRType::ds}] = {answer(World::ds(com2, world.example, "example.com."), "com.")};
    world.source.said["com."] = answer(World::ds(world.root, com2, "com."), ".");
    CHECK(world.judge_signed_by(world.other) == Security::bogus);
    CHECK(world.source.forgotten.contains("example.com."));
    CHECK(world.source.asked[{"com.", RRType::dnskey}] == 1);
    CHECK(world.source.asked[{"example.com.", RRType::dnskey}] == 1);
    const int before = world.source.total();
    CHECK(world.judge_signed_by(world.other) == Security::bogus);
    CHECK(world.judge_signed_by(world.example) == Security::secure);
    CHECK(world.source.total() == before);
}
