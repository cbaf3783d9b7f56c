// SPDX-License-Identifier: EUPL-1.2
// What stands beside verified data, or is taken for it: signatures of wildcards, of zone-signing keys, and of anchors that
// are not in force any more.
#include <doctest/doctest.h>

#include "resolver/validate/validator.h"
#include "tests/unit/resolver/validate/world.h"

using namespace rw;
using namespace rw::validate;
using namespace rw::validate::test;
using cache::Security;
using dns::RRType;

namespace
{

const std::vector<std::string> www_records{"www.example.com. 300 A 192.0.2.1"};

}  // namespace

TEST_CASE("SECURITY whoever holds a zone-signing key alone gets no key of his own into the zone (RFC 4035 5.2)")
{
    World world;
    const Signer zsk(LDNS_SIGN_ECDSAP256SHA256, 0, "example.com.", 256);
    const Signer thief(LDNS_SIGN_ECDSAP256SHA256, 0, "example.com.");
    world.source.table[{"example.com.", RRType::dnskey}] = {
        answer(world.example.sign_keys({&world.example, &zsk}), "example.com.")};
    dns::RRset sound = zsk.sign(www_records);
    CHECK(world.positive(sound, "example.com.").security == Security::secure);

    dns::RRset forged = zsk.sign_keys({&world.example, &zsk, &thief});
    const Verdict verdict = world.positive(forged, "example.com.");
    CHECK(verdict.is_bogus());
    CHECK(verdict.key_tag == zsk.tag());
    dns::RRset right = world.example.sign_keys({&world.example, &zsk});
    CHECK(world.positive(right, "example.com.").security == Security::secure);
    dns::RRset stolen = thief.sign(www_records);
    CHECK(world.positive(stolen, "example.com.").is_bogus());
}

TEST_CASE("SECURITY an alias expanded from a wildcard shows no missing zone cut without proof that the name is absent")
{
    World world;
    dns::RRset expanded = world.com.sign({"*.com. 300 CNAME other.com."});
    expanded.owner = name("example.com.");
    Fetched alias = answer(expanded, "com.");
    alias.kind = Fetched::Kind::alias;
    const Fetched ds = world.source.table[{"example.com.", RRType::ds}].front();
    dns::RRset set = world.example.sign(www_records);
    SUBCASE("without a proof")
    {
        world.source.table[{"example.com.", RRType::ds}] = {alias};
        const Verdict verdict = world.positive(set, "example.com.");
        CHECK(verdict.is_bogus());
        CHECK(verdict.sentence ==
              "example.com. CNAME came out of *.com. although it is not proven that it does not exist");
        world.source.table[{"example.com.", RRType::ds}] = {ds};
        world.clock.now += TrustCache::bogus_time;
        world.scheduler.update_now();
        CHECK(world.positive(set, "example.com.").security == Security::secure);
    }
    SUBCASE("another server says the truth")
    {
        world.source.table[{"example.com.", RRType::ds}] = {alias, ds};
        CHECK(world.positive(set, "example.com.").security == Security::secure);
    }
    SUBCASE("with the proof there is no zone of that name, and its signatures are nobody's")
    {
        alias.denial = {world.com.sign({"a.com. 300 NSEC plain.com. A RRSIG NSEC"})};
        world.source.table[{"example.com.", RRType::ds}] = {alias};
        CHECK(world.positive(set, "example.com.").is_bogus());
        dns::RRset own = world.com.sign({"example.com. 300 A 192.0.2.1"});
        CHECK(world.positive(own, "com.").security == Security::secure);
    }
}

TEST_CASE("SECURITY a DS expanded from a wildcard vouches for no key")
{
    World world;
    const Signer thief(LDNS_SIGN_ECDSAP256SHA256, 0, "example.com.");
    dns::RRset expanded = World::ds(world.com, thief, "*.com.");
    expanded.owner = name("example.com.");
    world.source.table[{"example.com.", RRType::ds}] = {answer(expanded, "com.")};
    world.source.table[{"example.com.", RRType::dnskey}] = {answer(thief.sign_keys({&thief}), "example.com.")};
    dns::RRset set = thief.sign(www_records);
    CHECK(world.positive(set, "example.com.").is_bogus());
    CHECK(world.source.kept.contains({"example.com.", RRType::ds}) == false);
}

TEST_CASE("SECURITY the wildcard of an answer is that of the signature that verified, whatever stands before it")
{
    World world;
    dns::RRset set = world.example.sign({"*.w.example.com. 300 A 192.0.2.1"});
    set.owner = name("x.w.example.com.");
    const OctetBuffer right(set.signatures.front().begin(), set.signatures.front().end());
    OctetBuffer made_up = right;
    made_up[3] = 2;
    set.signatures = {};
    for (const OctetBuffer& each : {made_up, right})
        set.signatures.add(each);
    const Verdict verdict =
        world.positive(set, "example.com.",
                       {world.example.sign({"w.example.com. 300 NSEC *.w.example.com. RRSIG NSEC"}),
                        world.example.sign({"*.w.example.com. 300 NSEC z.example.com. A RRSIG NSEC"})});
    CHECK(verdict.security == Security::secure);
    REQUIRE(verdict.expanded_from);
    CHECK(*verdict.expanded_from == name("*.w.example.com."));
    REQUIRE(set.signatures.size() == 1);
    CHECK(equal(set.signatures.front(), right));
}

TEST_CASE("SECURITY what was derived while the anchors changed is not kept under the new ones")
{
    World world;
    dns::RRset set = world.example.sign(www_records);
    // The anchors change while the keys of example.com. are fetched.
    world.source.on_fetch = [&](const dns::Question& question) {
        if (question.name == name("example.com.") && question.type == RRType::dnskey)
            world.anchors.renew();
    };
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    world.source.on_fetch = {};
    const int asked = world.source.total();
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.total() == asked + 5);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.total() == asked + 5);
}
