// SPDX-License-Identifier: EUPL-1.2
// Chains of trust from the root down, and every way in which an answer can fail to hang on one.
#include "resolver/validate/validator.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/validate/world.h"

using namespace rw;
using namespace rw::validate;
using namespace rw::validate::test;
using cache::EntryKind;
using cache::Security;
using dns::RRType;

namespace
{

const std::vector<std::string> www{"www.example.com. 300 A 192.0.2.1"};
const char* const apex_nsec = "example.com. 300 NSEC m.example.com. NS SOA RRSIG NSEC DNSKEY";
const char* const soa = "example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300";

}  // namespace

TEST_CASE("an answer that hangs on the root's anchor is secure; the second one costs one signature and no query")
{
    World world;
    dns::RRset set = world.example.sign(www);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.total() == 5);
    CHECK(world.work.signatures() == 6);
    CHECK(world.source.kept[{"com.", RRType::ds}] == Security::secure);
    CHECK(world.source.kept[{"example.com.", RRType::dnskey}] == Security::secure);
    dns::RRset again = world.example.sign({"w2.example.com. 300 A 192.0.2.1"});
    CHECK(world.positive(again, "example.com.").security == Security::secure);
    CHECK(world.source.total() == 5);
    CHECK(world.work.signatures() == 7);
}

TEST_CASE("TTLs are capped by the original TTL and the journal tells the chain")
{
    World world;
    dns::RRset set = world.example.sign(www);
    set.ttl = 86400;
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(set.ttl == 300);
    REQUIRE(world.journal.size() == 7);
    CHECK(world.journal.front().what == JournalStep::What::anchor);
    CHECK(world.journal[1].what == JournalStep::What::dnskey);
    CHECK(world.journal.front().zone.is_root());
    CHECK(world.journal.back().what == JournalStep::What::rrset);
    CHECK(world.journal.back().key_tag == world.example.tag());
}

TEST_CASE("changed data is bogus, with the signature named in the sentence")
{
    World world;
    dns::RRset set = world.example.sign(www);
    set.rdatas = dnssec::test::flip(set.rdatas, 0, 3, 0);
    const Verdict verdict = world.positive(set, "example.com.");
    CHECK(verdict.failure == Failure::bogus);
    CHECK_FALSE(verdict.chain_broken);
    CHECK(verdict.sentence == fmt::format("the signature of www.example.com. A by example.com. (key {}, "
                                          "ECDSAP256SHA256) does not verify",
                                          world.example.tag()));
}

TEST_CASE("expired, early and missing signatures are bogus, each with its own failure")
{
    World world;
    world.example.set_times(1'600'000'000, 1'600'000'100);
    dns::RRset expired = world.example.sign(www);
    CHECK(world.positive(expired, "example.com.").failure == Failure::signature_expired);
    world.example.set_times(1'690'000'000, 1'700'000'000);
    dns::RRset early = world.example.sign(www);
    CHECK(world.positive(early, "example.com.").failure == Failure::signature_not_yet_valid);
    world.example.set_times(1'600'000'000, 1'700'000'000);
    dns::RRset bare = rrset(www);
    world.source.table[{"www.example.com.", RRType::ds}] = {
        denial({world.example.sign({"www.example.com. 300 NSEC x.example.com. A RRSIG NSEC"})}, "example.com.")};
    const Verdict verdict = world.positive(bare, "example.com.");
    CHECK(verdict.failure == Failure::rrsigs_missing);
    CHECK(verdict.sentence == "www.example.com. A has no signature although its zone is signed");
}

TEST_CASE("a year of clock jump either way is bogus, and a clock set back behind proven time is not believed")
{
    World world;
    dns::RRset set = world.example.sign(www);
    world.clock.wall_now += std::chrono::seconds{31'536'000 * 2};
    CHECK(world.positive(set, "example.com.").failure == Failure::signature_expired);
    world.clock.wall_now -= std::chrono::seconds{31'536'000 * 4};
    world.restart();
    CHECK(world.positive(set, "example.com.").failure == Failure::signature_not_yet_valid);

    // The right time again proves when the root's keys were signed, and so no clock may stand before it.
    world.clock.wall_now = std::chrono::sys_seconds{std::chrono::seconds{good_time}};
    world.restart();
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.floor.floor().time_since_epoch().count() == 1'600'000'000);
    world.clock.wall_now = std::chrono::sys_seconds{std::chrono::seconds{1'500'000'000}};
    world.restart();
    CHECK(world.positive(set, "example.com.").security == Security::secure);  // judged at the proven time
}

TEST_CASE("data below a delegation without DS is insecure")
{
    World world;
    dns::RRset set = rrset({"www.plain.com. 300 A 192.0.2.1"});
    CHECK(world.positive(set, "plain.com.").security == Security::insecure);
    const int asked = world.source.total();
    dns::RRset other = rrset({"x.sub.plain.com. 300 A 192.0.2.1"});
    CHECK(world.positive(other, "sub.plain.com.").security == Security::insecure);
    CHECK(world.source.total() == asked);
}

TEST_CASE("a DS that cannot be had leaves a zone below an insecure one insecure, below a secure one bogus")
{
    World world;
    dns::RRset below_insecure = rrset({"www.sub.plain.com. 300 A 192.0.2.1"});
    CHECK(world.positive(below_insecure, "sub.plain.com.").security == Security::insecure);
    dns::RRset below_secure = rrset({"www.sub.example.com. 300 A 192.0.2.1"});
    const Verdict verdict = world.positive(below_secure, "sub.example.com.");
    CHECK(verdict.failure == Failure::no_reachable_authority);
    CHECK(verdict.sentence.starts_with("the DS RRset of sub.example.com. cannot be had"));
}

TEST_CASE("nobody is asked for a DS at the servers of an insecure zone")
{
    World world;
    world.source.zones["sub.plain.com."] = name("plain.com.");
    world.source.zones["sub.example.com."] = name("example.com.");
    dns::RRset below_insecure = rrset({"www.sub.plain.com. 300 A 192.0.2.1"});
    CHECK(world.positive(below_insecure, "sub.plain.com.").security == Security::insecure);
    CHECK(world.source.asked[{"sub.plain.com.", RRType::ds}] == 0);
    dns::RRset below_secure = rrset({"www.sub.example.com. 300 A 192.0.2.1"});
    CHECK(world.positive(below_secure, "sub.example.com.").is_bogus());
    CHECK(world.source.asked[{"sub.example.com.", RRType::ds}] == 1);
}

TEST_CASE("an insecure child on the servers of its signed parent is found")
{
    World world;
    world.source.table[{"sub.example.com.", RRType::ds}] = {
        denial({world.example.sign({"sub.example.com. 300 NSEC t.example.com. NS RRSIG NSEC"})}, "example.com.")};
    dns::RRset set = rrset({"www.sub.example.com. 300 A 192.0.2.1"});
    CHECK(world.positive(set, "example.com.").security == Security::insecure);
}

TEST_CASE("a delegation whose lack of DS is not proven is bogus")
{
    World world;
    world.source.table[{"plain.com.", RRType::ds}] = {
        denial({world.com.sign({"plain.com. 300 NSEC quite.com. NS DS RRSIG NSEC"})}, "com.")};
    dns::RRset set = rrset({"www.plain.com. 300 A 192.0.2.1"});
    const Verdict verdict = world.positive(set, "plain.com.");
    CHECK(verdict.failure == Failure::nsec_missing);
    CHECK(verdict.chain_broken);
    CHECK(verdict.sentence == "com. does not prove that plain.com. has no DS");
    world.restart();
    world.source.table[{"plain.com.", RRType::ds}] = {denial({}, "com.")};
    CHECK(world.positive(set, "plain.com.").failure == Failure::nsec_missing);
}

TEST_CASE("DS and DNSKEY are asked again of others when they do not validate")
{
    World world;
    auto& list = world.source.table[{"com.", RRType::ds}];
    Fetched forged = list.front();
    forged.rrset.signatures = dnssec::test::flip(forged.rrset.signatures, 0, 60, 1);
    list.insert(list.begin(), forged);
    auto& keys = world.source.table[{"example.com.", RRType::dnskey}];
    Fetched stripped = keys.front();
    stripped.rrset.signatures = {};
    keys.insert(keys.begin(), stripped);
    dns::RRset set = world.example.sign(www);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.asked[{"com.", RRType::ds}] == 2);
    CHECK(world.source.asked[{"example.com.", RRType::dnskey}] == 2);
}

TEST_CASE("a DNSKEY RRset that no DS names is bogus, and is remembered so for a while")
{
    World world;
    const Signer stranger(LDNS_SIGN_ECDSAP256SHA256, 0, "example.com.");
    world.source.table[{"example.com.", RRType::dnskey}] = {answer(stranger.sign_keys({&stranger}), "example.com.")};
    dns::RRset set = stranger.sign(www);
    const Verdict verdict = world.positive(set, "example.com.");
    CHECK(verdict.failure == Failure::dnskey_missing);
    CHECK(verdict.sentence == "no DNSKEY of example.com. matches what its parent or a trust anchor says");
    const int asked = world.source.total();
    CHECK(world.positive(set, "example.com.").is_bogus());
    CHECK(world.source.total() == asked);
    world.clock.now += TrustCache::bogus_time + std::chrono::seconds{1};
    world.scheduler.update_now();
    CHECK(world.positive(set, "example.com.").is_bogus());
    CHECK(world.source.total() > asked);
}

TEST_CASE("a DS and the proof that there is none are kept for their own TTL, no longer than their signatures")
{
    World world;
    dns::RRset secure = world.example.sign(www);
    dns::RRset insecure = rrset({"www.plain.com. 300 A 192.0.2.1"});
    CHECK(world.positive(secure, "example.com.").security == Security::secure);
    CHECK(world.positive(insecure, "plain.com.").security == Security::insecure);
    CHECK(world.source.kept_ttl[{"example.com.", RRType::ds}] == 300);
    CHECK(world.source.kept_ttl[{"plain.com.", RRType::ds}] == 300);

    world.com.set_times(good_time - 100, good_time + 100);
    world.source.table[{"example.com.", RRType::ds}] = {
        answer(World::ds(world.com, world.example, "example.com."), "com.")};
    world.source.table[{"plain.com.", RRType::ds}] = {
        denial({world.com.sign({"plain.com. 300 NSEC quite.com. NS RRSIG NSEC"})}, "com.")};
    world.restart();
    CHECK(world.positive(secure, "example.com.").security == Security::secure);
    CHECK(world.positive(insecure, "plain.com.").security == Security::insecure);
    CHECK(world.source.kept_ttl[{"example.com.", RRType::ds}] == 100);
    CHECK(world.source.kept_ttl[{"plain.com.", RRType::ds}] == 100);
}

TEST_CASE("a DS from a cache that no DNSKEY fits is asked for again, once")
{
    World world;
    const Signer next(LDNS_SIGN_ECDSAP256SHA256, 0, "example.com.");
    auto& ds = world.source.table[{"example.com.", RRType::ds}];
    Fetched cached = ds.front();
    cached.secure = true;
    ds = {cached, answer(World::ds(world.com, next, "example.com."), "com.")};
    world.source.table[{"example.com.", RRType::dnskey}] = {answer(next.sign_keys({&next}), "example.com.")};
    dns::RRset set = next.sign(www);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.asked[{"example.com.", RRType::ds}] == 2);

    // The parent says the same again: there is nothing more to ask.
    world.restart();
    world.source.asked.clear();
    ds[1] = answer(World::ds(world.com, world.example, "example.com."), "com.");
    CHECK(world.positive(set, "example.com.").failure == Failure::dnskey_missing);
    CHECK(world.source.asked[{"example.com.", RRType::ds}] == 2);

    // Keys that cannot be had are no reason to doubt the DS.
    world.restart();
    world.source.asked.clear();
    world.source.table[{"example.com.", RRType::dnskey}].clear();
    CHECK(world.positive(set, "example.com.").failure == Failure::no_reachable_authority);
    CHECK(world.source.asked[{"example.com.", RRType::ds}] == 1);
}

TEST_CASE("a zone all of whose DS are of an unsupported algorithm or digest is insecure")
{
    World world;
    for (const char* ds : {"example.com. 300 DS 1 250 2 "
                           "0000000000000000000000000000000000000000000000000000000000000000",
                           "example.com. 300 DS 1 13 250 00",
                           "example.com. 300 DS 1 7 1 "
                           "0000000000000000000000000000000000000000"}) {
        CAPTURE(ds);
        world.restart();
        world.source.table[{"example.com.", RRType::ds}] = {answer(world.com.sign({ds}), "com.")};
        dns::RRset set = rrset(www);
        CHECK(world.positive(set, "example.com.").security == Security::insecure);
    }
}

TEST_CASE("a signer that is no zone, or outside the name, does not make an answer secure")
{
    World world;
    const Signer pretender(LDNS_SIGN_ECDSAP256SHA256, 0, "sub.example.com.");
    world.source.table[{"sub.example.com.", RRType::ds}] = {
        denial({world.example.sign({"sub.example.com. 300 NSEC t.example.com. A RRSIG NSEC"})}, "example.com.")};
    dns::RRset set = pretender.sign({"www.sub.example.com. 300 A 192.0.2.1"});
    const Verdict verdict = world.positive(set, "example.com.");
    CHECK(verdict.failure == Failure::bogus);
    CHECK(verdict.sentence == "www.sub.example.com. A is signed by sub.example.com., which is not a zone");
}

TEST_CASE("wildcard answers need the proof that nothing closer exists")
{
    World world;
    dns::RRset set = world.example.sign({"*.example.com. 300 A 192.0.2.1"});
    set.owner = name("q.example.com.");
    const Verdict without = world.positive(set, "example.com.");
    CHECK(without.failure == Failure::nsec_missing);
    CHECK(without.sentence ==
          "example.com. does not prove that no name closer to q.example.com. than its wildcard exists");
    const Verdict with = world.positive(set, "example.com.",
                                        {world.example.sign({"p.example.com. 300 NSEC r.example.com. A RRSIG NSEC"})});
    CHECK(with.security == Security::secure);
    CHECK(with.wildcard);
}

TEST_CASE("NXDOMAIN and NODATA are secure with proof and bogus without")
{
    World world;
    const dns::RRset signed_soa = world.example.sign({soa});
    const dns::RRset apex = world.example.sign({apex_nsec});
    const dns::RRset m = world.example.sign({"m.example.com. 300 NSEC example.com. A RRSIG NSEC"});
    CHECK(world.negative("nx.example.com.", RRType::a, EntryKind::nxdomain, {signed_soa}, {apex, m}, "example.com.")
              .security == Security::secure);
    const Verdict half =
        world.negative("nx.example.com.", RRType::a, EntryKind::nxdomain, {signed_soa}, {m}, "example.com.");
    CHECK(half.failure == Failure::nsec_missing);
    CHECK(half.sentence == "example.com. does not prove that nx.example.com. does not exist");
    CHECK(
        world.negative("m.example.com.", RRType::aaaa, EntryKind::nodata, {signed_soa}, {m}, "example.com.").security ==
        Security::secure);
    CHECK(world.negative("m.example.com.", RRType::a, EntryKind::nodata, {signed_soa}, {m}, "example.com.").failure ==
          Failure::nsec_missing);
    dns::RRset bad_soa = signed_soa;
    bad_soa.rdatas = dnssec::test::flip(bad_soa.rdatas, 0, bad_soa.rdatas.front().size() - 1, 0);
    CHECK(world.negative("m.example.com.", RRType::aaaa, EntryKind::nodata, {bad_soa}, {m}, "example.com.").failure ==
          Failure::bogus);
    CHECK(world.negative("m.example.com.", RRType::aaaa, EntryKind::nodata, {rrset({soa})}, {}, "example.com.")
              .is_bogus());
}

TEST_CASE("an NSEC whose next name is outside the zone proves nothing, whatever its signature")
{
    World world;
    const dns::RRset wide = world.example.sign({"m.example.com. 300 NSEC z.org. A RRSIG NSEC"});
    const Verdict verdict = world.negative("nx.example.com.", RRType::a, EntryKind::nxdomain,
                                           {world.example.sign({soa})}, {wide}, "example.com.");
    CHECK(verdict.failure == Failure::nsec_missing);
    CHECK(verdict.sentence == "m.example.com. NSEC has a next name outside the zone");
}

TEST_CASE("NSEC3 with more than 50 iterations is insecure and says why")
{
    World world;
    const dns::RRset nsec3 = world.example.sign(
        {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. 300 NSEC3 1 0 51 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3ton A RRSIG"});
    const Verdict verdict = world.negative("nx.example.com.", RRType::a, EntryKind::nxdomain,
                                           {world.example.sign({soa})}, {nsec3}, "example.com.");
    CHECK(verdict.security == Security::insecure);
    CHECK(verdict.too_many_iterations);
}

TEST_CASE("a DS question is judged at the parent")
{
    World world;
    dns::RRset set = World::ds(world.com, world.example, "example.com.");
    CHECK(world.positive(set, "com.").security == Security::secure);
    CHECK(world.source.asked[{"example.com.", RRType::dnskey}] == 0);
    const dns::RRset com_soa = world.com.sign({"com. 300 SOA ns.com. h.com. 1 2 3 4 300"});
    CHECK(world
              .negative("plain.com.", RRType::ds, EntryKind::nodata, {com_soa},
                        {world.com.sign({"plain.com. 300 NSEC quite.com. NS RRSIG NSEC"})}, "com.")
              .security == Security::secure);
    // The child's own denial of its DS is none.
    CHECK(world
              .negative("example.com.", RRType::ds, EntryKind::nodata, {world.example.sign({soa})},
                        {world.example.sign({apex_nsec})}, "com.")
              .is_bogus());
}

TEST_CASE("an alias made from a DNAME needs the DNAME's signature only")
{
    World world;
    std::vector<dns::RRset> sets{world.example.sign({"d.example.com. 300 DNAME example.com."}),
                                 rrset({"www.d.example.com. 300 CNAME www.example.com."})};
    Part part{name("www.d.example.com."), RRType::a, EntryKind::alias, true, sets, {}};
    CHECK(world.judge(part, "example.com.").security == Security::secure);
    sets[0].rdatas = dnssec::test::flip(sets[0].rdatas, 0, 1, 0);
    CHECK(world.judge(part, "example.com.").is_bogus());
}

TEST_CASE("negative anchors switch validation off below them and end by themselves")
{
    World world;
    AnchorSet set = *world.anchors.current();
    set.negative.push_back({name("example.com."), WallSeconds{std::chrono::seconds{good_time + 100}}});
    world.anchors.replace(set);
    dns::RRset bare = rrset(www);
    CHECK(world.positive(bare, "example.com.").security == Security::insecure);
    world.clock.wall_now += std::chrono::seconds{100};
    CHECK(world.positive(bare, "example.com.").is_bogus());
}

TEST_CASE("without an anchor above everything is indeterminate, and validation can be off")
{
    World world;
    dns::RRset set = world.example.sign(www);
    AnchorSet island;
    island.anchors.push_back(
        {name("org."), RRType::ds, World::ds_rdata(world.root, "org."), WallSeconds::min(), WallSeconds::max()});
    world.anchors.replace(island);
    CHECK(world.positive(set, "example.com.").security == Security::indeterminate);
    CHECK(world.source.total() == 0);
}

TEST_CASE("an island of security hangs on its own anchor, DS or DNSKEY")
{
    World world;
    AnchorSet island;
    island.anchors.push_back(
        {name("example.com."), RRType::dnskey, world.example.dnskey(), WallSeconds::min(), WallSeconds::max()});
    world.anchors.replace(island);
    dns::RRset set = world.example.sign(www);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.source.total() == 1);
}

TEST_CASE("KSK-2017 and KSK-2024 side by side: an anchor outside its window is not used")
{
    World world;
    const Signer next(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    AnchorSet set;
    set.anchors.push_back({name("."), RRType::ds, World::ds_rdata(world.root, "."), WallSeconds::min(),
                           WallSeconds{std::chrono::seconds{good_time}}});
    set.anchors.push_back({name("."), RRType::ds, World::ds_rdata(next, "."), WallSeconds::min(), WallSeconds::max()});
    world.anchors.replace(set);
    dns::RRset data = world.example.sign(www);
    CHECK(world.positive(data, "example.com.").failure == Failure::dnskey_missing);
    world.restart();
    world.source.table[{".", RRType::dnskey}] = {answer(next.sign_keys({&next, &world.root}), ".")};
    CHECK(world.positive(data, "example.com.").security == Security::secure);
}

TEST_CASE("CVE-2023-50387: a query whose budget is used up is bogus but the zone is not remembered as such")
{
    World world;
    world.work = dnssec::Work({100, 100, 100, 10});
    dns::RRset set = world.example.sign(www);
    CHECK(world.positive(set, "example.com.").failure == Failure::validation_budget_exhausted);
    CHECK(world.work.signatures() <= 2);
    world.work = dnssec::Work();
    CHECK(world.positive(set, "example.com.").security == Security::secure);
}

TEST_CASE("a DNSKEY RRset that was validated before costs no signature")
{
    World world;
    for (const auto& key : {TableSource::Key{".", RRType::dnskey}, TableSource::Key{"com.", RRType::ds},
                            TableSource::Key{"com.", RRType::dnskey}, TableSource::Key{"example.com.", RRType::ds},
                            TableSource::Key{"example.com.", RRType::dnskey}})
        world.source.table[key].front().secure = true;
    dns::RRset set = world.example.sign(www);
    CHECK(world.positive(set, "example.com.").security == Security::secure);
    CHECK(world.work.signatures() == 1);
}
