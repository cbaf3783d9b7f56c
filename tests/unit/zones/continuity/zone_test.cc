// SPDX-License-Identifier: EUPL-1.2
// The zone: built from its base, signed by a zone signing key alone, and everything that must not pass for it.
#include <doctest/doctest.h>

#include "resolver/dnssec/dnskey.h"
#include "tests/unit/zones/continuity/world.h"
#include "tests/unit/zones/signed_zone.h"
#include "zones/continuity/zone_build.h"
#include "zones/zone_file.h"

using namespace rw::zones;
using namespace rw::zones::continuity;

namespace
{

constexpr Seconds signing = continuity::test::epoch;

/// A base, a statement's policy for it, the keys, and the zone that follows.
struct Ground {
    Zone base = read_zone(Signer().sign(small_root(2026090100,
                                                   "se.\t172800\tIN\tNS\tns1.se.\nns1.se.\t172800\tIN\tA\t192.0.2.7\n"
                                                   "se.\t86400\tIN\tDS\t1 13 2 2F0BEC2D6F79DFBD1D08FD21A3AF92"
                                                   "D0E39A4B9EF1E3F4111FFF282490DA453B\n"),
                                        {}))
                    .value();
    FileKey ksk;
    FileKey zsk;
    KeyBundle keys;
    ZonePolicy policy;

    explicit Ground(rw::dnssec::Algorithm algorithm = rw::dnssec::Algorithm::ecdsap256sha256)
        : ksk(FileKey::generate(algorithm).value()), zsk(FileKey::generate(algorithm).value())
    {
        keys = sign_keys(ksk, {zsk_rdata(zsk)}, {.from = signing - hour}).value();
        policy = continuity::test::policy();
        policy.anchor = ds_text(dnskey_rdata(257, ksk.algorithm(), ksk.public_key()));
        policy.algorithms = {static_cast<std::int64_t>(algorithm)};
        policy.base = base_of(base);
        policy.share = 1'000;
    }
    static rw::OctetBuffer zsk_rdata(const FileKey& signer)
    {
        return dnskey_rdata(256, signer.algorithm(), signer.public_key());
    }
    [[nodiscard]] rw::Result<Zone> bare(const ZonePolicy& by, const Zone& from) const
    {
        return build_unsigned({.base = from,
                               .policy = by,
                               .servers = {read_server("ns1.continuity-test.se.=192.0.2.53,2001:db8::53").value()},
                               .responsible = rw::dns::Name::parse("hostmaster.continuity-test.se.").value(),
                               .serial = 2026090100,
                               .keys = keys});
    }
    Zone made(const ZonePolicy& by, const Zone& from)
    {
        return sign_zone(bare(by, from).value(), keys, zsk, signing - hour, signing + 12 * day).value();
    }
    Zone made() { return made(policy, base); }
    [[nodiscard]] ZoneComparison checked(const Zone& zone) const
    {
        return check_zone(zone, base, policy, rw::WallSeconds(std::chrono::seconds(signing)));
    }
    /// The zone as this ground's own signer would sign another base's content.
    Zone of_text(const std::string& text)
    {
        const Zone other = read_zone(text).value();
        ZonePolicy by = policy;
        by.base = base_of(other);
        return made(by, other);
    }
    [[nodiscard]] std::string base_text() const { return canonical_text(base); }
};

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// What the evaluator says about the zone under the ground's policy.
Verdict judged(const Ground& ground, const Zone& zone)
{
    continuity::test::World world;
    Statement statement = world.make(StatementType::activate, 11);
    statement.policy = ground.policy;
    world.state.chain[0].content.anchors.push_back(ground.policy.anchor);
    world.present(statement, 3);
    return world.happen(ShowZone{.zone = ground.checked(zone).facts});
}

bool refused_as_unlisted(const Ground& ground, const Zone& zone, const std::string& what)
{
    const Verdict verdict = judged(ground, zone);
    return continuity::test::refused(verdict, Rule::zone_difference) &&
           verdict.sentence.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a continuity zone verifies by its own anchor and equals the base in every delegation, DS and glue")
{
    for (const auto algorithm : {rw::dnssec::Algorithm::ecdsap256sha256, rw::dnssec::Algorithm::rsasha256}) {
        Ground ground(algorithm);
        const Zone zone = ground.made();
        const ZoneComparison comparison = ground.checked(zone);
        CHECK(comparison.facts.anchor == ground.policy.anchor);
        CHECK(comparison.facts.zonemd);
        CHECK(comparison.deviations.empty());
        CHECK(comparison.facts.changed_tlds == 0);
        CHECK(comparison.facts.base_tlds == 2);
        CHECK(judged(ground, zone).permitted);
        CHECK(Signer::zonemd_verifies(canonical_text(zone)));
        // None of IANA's keys.
        const RRsetRange* keys = zone.find_at_apex(rw::dns::RRType::dnskey);
        REQUIRE(keys != nullptr);
        CHECK(keys->count == 2);
    }
}

TEST_CASE("two parties with the same inputs get the same unsigned zone, and two signers' zones are one by its hash")
{
    Ground ground;
    CHECK(canonical_text(ground.bare(ground.policy, ground.base).value()) ==
          canonical_text(ground.bare(ground.policy, ground.base).value()));
    const Zone one = ground.made();
    const Zone two = ground.made();
    CHECK(canonical_text(one) != canonical_text(two));  // ECDSA signs anew each time
    CHECK(unsigned_hash(one) == unsigned_hash(two));
    CHECK(unsigned_hash(one) == unsigned_hash(ground.bare(ground.policy, ground.base).value()));
}

TEST_CASE("two bodies with zone signing keys of their own sign under one key signing key")
{
    Ground ground;
    FileKey second = FileKey::generate(rw::dnssec::Algorithm::ecdsap256sha256).value();
    ground.keys =
        sign_keys(ground.ksk, {Ground::zsk_rdata(ground.zsk), Ground::zsk_rdata(second)}, {.from = signing - hour})
            .value();
    const Zone bare = ground.bare(ground.policy, ground.base).value();
    for (FileKey* zsk : {&ground.zsk, &second}) {
        const Zone zone = sign_zone(bare, ground.keys, *zsk, signing - hour, signing + 12 * day).value();
        CHECK(judged(ground, zone).permitted);
        CHECK(unsigned_hash(zone) == unsigned_hash(bare));
    }
    CHECK(ground.keys.answer_octets() <= dnskey_answer_limit);
}

TEST_CASE("a DNSKEY answer that is too large is refused, and a key signing key is no zone signing key")
{
    FileKey ksk = FileKey::generate(rw::dnssec::Algorithm::rsasha256).value();
    std::vector<rw::OctetBuffer> zsks;
    for (int i = 0; i < 3; ++i)
        zsks.push_back(Ground::zsk_rdata(FileKey::generate(rw::dnssec::Algorithm::rsasha256).value()));
    const auto large = sign_keys(ksk, zsks, {.from = signing});
    REQUIRE_FALSE(large);
    CHECK(large.error().message.find("at most 1232 fit") != std::string::npos);
    CHECK_FALSE(sign_keys(ksk, {dnskey_rdata(256, ksk.algorithm(), ksk.public_key())}, {.from = signing}));
}

TEST_CASE("a key bundle is read as it was written, and covers a quarter with overlaps")
{
    const Ground ground;
    const KeyBundle read = read_bundle(bundle_text(ground.keys)).value();
    CHECK(bundle_text(read) == bundle_text(ground.keys));
    for (Seconds at = signing; at < signing + 90 * day; at += day)
        CHECK(read.slot_at(at) != nullptr);
    CHECK(read.slot_at(signing + 200 * day) == nullptr);
}

TEST_CASE("one delegation changed is refused")
{
    Ground ground;
    CHECK(refused_as_unlisted(ground,
                              ground.of_text(replaced(ground.base_text(), "ns1.se.\t172800\tIN\tA\t192.0.2.7",
                                                      "ns1.se.\t172800\tIN\tA\t192.0.2.66")),
                              "ns1.se. A"));
}

TEST_CASE("one DS dropped is refused")
{
    Ground ground;
    const std::string text = ground.base_text();
    const std::size_t at = text.find("se.\t86400\tIN\tDS");
    REQUIRE(at != std::string::npos);
    std::string without = text;
    without.erase(at, text.find('\n', at) + 1 - at);
    CHECK(refused_as_unlisted(ground, ground.of_text(without), "se. DS"));
}

TEST_CASE("an extra TLD is refused, listed or not")
{
    Ground ground;
    const Zone zone = ground.of_text(ground.base_text() + "extra-test.\t172800\tIN\tNS\tns1.se.\n");
    CHECK(refused_as_unlisted(ground, zone, "extra-test. NS"));
    ground.policy.differences = {
        {.owner = "extra-test.", .type = "NS", .ttl = 172'800, .old = {}, .rdata = {"ns1.se."}}};
    CHECK(refused_as_unlisted(ground, zone, "no statement can add one"));
    CHECK_FALSE(ground.bare(ground.policy, ground.base));
}

TEST_CASE("a listed difference passes as it is listed, and in no other way")
{
    Ground ground;
    const RRsetRange* ds = ground.base.find(rw::dns::Name::parse("se.").value(), rw::dns::RRType::ds);
    REQUIRE(ds != nullptr);
    ground.policy.differences = {
        {.owner = "se.", .type = "DS", .ttl = 0, .old = rrset_hash(ground.base, *ds), .rdata = {}}};
    const Zone zone = ground.made();
    CHECK(judged(ground, zone).permitted);
    CHECK(ground.checked(zone).facts.changed_tlds == 1);
    Ground plain;
    plain.policy.differences = ground.policy.differences;
    plain.policy.differences[0].old = sha256("another");
    CHECK_FALSE(plain.bare(plain.policy, plain.base));
    const ZonePolicy wrong = plain.policy;
    ground.policy.differences[0].old = sha256("another");
    CHECK(refused_as_unlisted(ground, zone, "another old hash"));
    ground.policy.differences[0] = wrong.differences[0];
    ground.policy.differences[0].old = rrset_hash(ground.base, *ds);
    ground.policy.differences[0].rdata = {"9 13 2 00"};
    ground.policy.differences[0].ttl = 86'400;
    CHECK_FALSE(judged(ground, ground.made(continuity::test::policy(), ground.base)).permitted);
}

TEST_CASE("addresses of a listed apex server do not change a delegation's glue")
{
    Ground ground;
    const auto inputs = [&](const std::string& server) {
        return build_unsigned({.base = ground.base,
                               .policy = ground.policy,
                               .servers = {read_server(server).value()},
                               .responsible = rw::dns::Name::parse("h.se.").value(),
                               .serial = 2026090100,
                               .keys = ground.keys});
    };
    CHECK_FALSE(inputs("ns1.se.=192.0.2.66"));
    CHECK(inputs("ns1.se."));
    // The same by hand: the apex names a server of se. and moves its address.
    std::string text = canonical_text(inputs("ns1.se.").value());
    text = replaced(text, "ns1.se.\t172800\tIN\tA\t192.0.2.7", "ns1.se.\t172800\tIN\tA\t192.0.2.66");
    const ZoneComparison comparison = compare_with_base(read_zone(text).value(), ground.base, ground.policy);
    CHECK(comparison.facts.unlisted == 1);
}

TEST_CASE("a zone signed by another key, or whose ZONEMD is wrong, is refused")
{
    Ground ground;
    Ground thief;
    const Zone stolen = thief.made(thief.policy, thief.base);
    CHECK(ground.checked(stolen).facts.anchor.empty());
    const std::string text = canonical_text(ground.made());
    const std::size_t at = text.find("\tZONEMD\t");
    REQUIRE(at != std::string::npos);
    // A glue record that no signature covers: ZONEMD alone notices.
    const Zone bent = read_zone(replaced(text, "192.33.14.30", "192.33.14.31")).value();
    const ZoneComparison comparison = ground.checked(bent);
    CHECK_FALSE(comparison.facts.zonemd);
    CHECK(comparison.facts.anchor == ground.policy.anchor);
    CHECK(continuity::test::refused(judged(ground, bent), Rule::zone_digest));
}

TEST_CASE("a zone that keeps one of the base's keys is refused")
{
    Ground ground;
    const RRsetRange* iana = ground.base.find_at_apex(rw::dns::RRType::dnskey);
    REQUIRE(iana != nullptr);
    const rw::Octets rdata = ground.base.rdata(*iana, 0);
    ground.keys.dnskeys.emplace_back(rdata.begin(), rdata.end());
    const Zone zone = ground.bare(ground.policy, ground.base).value();
    CHECK(compare_with_base(zone, ground.base, ground.policy).facts.unlisted == 1);
}
