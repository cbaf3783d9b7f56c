// SPDX-License-Identifier: EUPL-1.2
// Signatures of every algorithm, made by ldns, and the ways in which they can be wrong.
#include "resolver/dnssec/verify.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;

namespace
{

constexpr AlgorithmPolicy with_sha1{true};

struct Case {
    ldns_signing_algorithm algorithm;
    std::uint16_t bits;
};

constexpr Case cases[] = {
    {LDNS_SIGN_RSASHA1, 1024},      {LDNS_SIGN_RSASHA1_NSEC3, 1024},
    {LDNS_SIGN_RSASHA256, 2048},    {LDNS_SIGN_RSASHA512, 1536},
    {LDNS_SIGN_ECDSAP256SHA256, 0}, {LDNS_SIGN_ECDSAP384SHA384, 0},
    {LDNS_SIGN_ED25519, 0},         {LDNS_SIGN_ED448, 0},
};

const std::vector<std::vector<std::string>> rrsets{
    {"a.example. 300 A 192.0.2.1"},
    {"MiXed.Example. 300 A 192.0.2.9", "MiXed.Example. 300 A 192.0.2.1", "MiXed.Example. 300 A 192.0.2.200"},
    {"example. 300 NS NS2.Example.", "example. 300 NS ns1.example."},
    {"example. 300 SOA Ns.Example. Host.Example. 1 2 3 4 5"},
    {"m.example. 300 MX 10 Mail.Example.", "m.example. 300 MX 5 a.EXAMPLE."},
    {"s.example. 300 SRV 1 2 3 Target.Example."},
    {"t.example. 300 TXT \"Keep\" \"This CASE\"", "t.example. 300 TXT \"\""},
    {"n.example. 300 NAPTR 1 2 \"U\" \"E2U+sip\" \"!^.*$!sip:X@example.com!\" Repl.Example."},
    {"c.example. 300 CNAME Target.Example."},
    {"d.example. 300 DNAME Target.Example."},
    {"ns.example. 300 NSEC Next.Example. A RRSIG NSEC"},
    {"caa.example. 300 CAA 0 issue \"CA.example\""},
    {"u.example. 300 TYPE65280 \\# 4 0A4B4C4D"},
    {"ds.example. 300 DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000"},
};

ZoneKeys keys_of(const Signer& signer)
{
    return zone_keys(signer.sign_keys({&signer}));
}

}  // namespace

TEST_CASE("signatures that ldns makes verify with every algorithm, and not with one bit flipped")
{
    for (const Case& algorithm : cases) {
        CAPTURE(algorithm.algorithm);
        const Signer signer(algorithm.algorithm, algorithm.bits, "example.");
        ZoneKeys keys = keys_of(signer);
        RRsetVerifier verifier(with_sha1);
        for (const auto& records : rrsets) {
            CAPTURE(records.front());
            const dns::RRset good = signer.sign(records);
            Work work = Work::unlimited();
            const RRsetVerdict verdict = verifier.verify(good, keys, at(good_time), work);
            REQUIRE(is_signed(verdict));
            CHECK(facts_of(verdict)->key_tag == signer.tag());
            CHECK(facts_of(verdict)->ttl == 300);

            dns::RRset changed = good;
            const std::size_t last = good.rdatas.front().size() - 1;
            changed.rdatas = flip(good.rdatas, 0, last, 0);
            CHECK_FALSE(is_signed(verifier.verify(changed, keys, at(good_time), work)));

            dns::RRset forged = good;
            const std::size_t signature_end = good.signatures.front().size() - 1;
            forged.signatures = flip(good.signatures, 0, signature_end, 3);
            CHECK(problem_of(verifier.verify(forged, keys, at(good_time), work)) == RrsigProblem::signature_wrong);

            dns::RRset later = good;
            later.signatures = flip(good.signatures, 0, 11, 0);  // last octet of the expiration
            CHECK(problem_of(verifier.verify(later, keys, at(good_time), work)) == RrsigProblem::signature_wrong);
        }
    }
}

TEST_CASE("order and case of the records, and case of the owner, do not matter; another owner does")
{
    const Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    ZoneKeys keys = keys_of(signer);
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    const dns::RRset good = signer.sign({"a.example. 300 NS b.example.", "a.example. 300 NS a.example."});
    dns::RRset same =
        rrset({"A.eXample. 300 NS A.example.", "A.eXample. 300 NS B.EXAMPLE.", "A.eXample. 300 NS b.exAMPLE."});
    same.signatures = good.signatures;
    CHECK(is_signed(verifier.verify(same, keys, at(good_time), work)));
    dns::RRset other = good;
    other.owner = name("b.example.");
    CHECK(problem_of(verifier.verify(other, keys, at(good_time), work)) == RrsigProblem::signature_wrong);
    dns::RRset fewer = rrset({"a.example. 300 NS a.example."});
    fewer.signatures = good.signatures;
    CHECK(problem_of(verifier.verify(fewer, keys, at(good_time), work)) == RrsigProblem::signature_wrong);
}

TEST_CASE("an RRset expanded from a wildcard verifies and says so")
{
    const Signer signer(LDNS_SIGN_ED25519, 0, "example.");
    ZoneKeys keys = keys_of(signer);
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    dns::RRset set = signer.sign({"*.w.example. 300 A 192.0.2.1"});
    const RRsetVerdict literal = verifier.verify(set, keys, at(good_time), work);
    CHECK(is_signed(literal));
    set.owner = name("a.b.w.example.");
    const RRsetVerdict expanded = verifier.verify(set, keys, at(good_time), work);
    REQUIRE(std::holds_alternative<Expanded>(expanded));
    CHECK(std::get<Expanded>(expanded).wildcard == name("*.w.example."));
    CHECK(std::get<Expanded>(expanded).encloser_labels() == 2);
    set.owner = name("a.x.example.");
    CHECK(problem_of(verifier.verify(set, keys, at(good_time), work)) == RrsigProblem::signature_wrong);
}

TEST_CASE("a key that is no zone key, or is revoked, verifies nothing")
{
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const auto with_flags = [&](std::uint16_t flags) {
        OctetBuffer rdata = signer.dnskey();
        store_u16(rdata.data(), flags);
        signer.set_tag(key_tag(rdata));
        dns::RRset dnskeys;
        dnskeys.owner = name("example.");
        dnskeys.rdatas.add(rdata);
        return KeySet(dnskeys);
    };
    KeySet no_zone_key = with_flags(Dnskey::sep_flag);
    const dns::RRset set = signer.sign({"a.example. 300 A 192.0.2.1"});
    CHECK(problem_of(verifier.verify_with_key(set, no_zone_key, 0, at(good_time), work)) ==
          RrsigProblem::key_not_zone_key);
    KeySet zone_key = with_flags(Dnskey::zone_flag);
    const dns::RRset again = signer.sign({"a.example. 300 A 192.0.2.1"});
    CHECK(is_signed(verifier.verify_with_key(again, zone_key, 0, at(good_time), work)));

    const Signer revoked(LDNS_SIGN_ECDSAP256SHA256, 0, "example.", 257 | Dnskey::revoke_flag);
    const dns::RRset dnskeys = revoked.sign_keys({&revoked});
    KeySet revoked_keys(dnskeys);
    CHECK(problem_of(verifier.verify_with_key(dnskeys, revoked_keys, 0, at(good_time), work)) ==
          RrsigProblem::key_revoked);
    CHECK(is_signed(verifier.verify_with_key(dnskeys, revoked_keys, 0, at(good_time), work, true)));
    CHECK(work.signatures() == 2);
}

TEST_CASE("SHA-1 algorithms count as unsupported unless the policy validates them")
{
    const Signer signer(LDNS_SIGN_RSASHA1_NSEC3, 1024, "example.");
    ZoneKeys keys = keys_of(signer);
    const dns::RRset set = signer.sign({"a.example. 300 A 192.0.2.1"});
    Work work;
    CHECK(problem_of(RRsetVerifier({}).verify(set, keys, at(good_time), work)) == RrsigProblem::algorithm_unsupported);
    CHECK(is_signed(RRsetVerifier(with_sha1).verify(set, keys, at(good_time), work)));
}

TEST_CASE("one good signature among wrong ones is enough, and double signing with two algorithms validates")
{
    const Signer old_key(LDNS_SIGN_RSASHA256, 2048, "example.");
    const Signer new_key(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const std::vector<std::string> records{"a.example. 300 A 192.0.2.1"};
    dns::RRset set = old_key.sign(records);
    set.signatures.add(new_key.sign(records).signatures.front());
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    SUBCASE("both keys published")
    {
        ZoneKeys both = zone_keys(old_key.sign_keys({&old_key, &new_key}));
        CHECK(is_signed(verifier.verify(set, both, at(good_time), work)));
    }
    SUBCASE("signatures whose DNSKEY is not yet published (root algorithm roll)")
    {
        ZoneKeys only_old = zone_keys(old_key.sign_keys({&old_key}));
        CHECK(facts_of(verifier.verify(set, only_old, at(good_time), work))->key_tag == old_key.tag());
        ZoneKeys only_new = zone_keys(new_key.sign_keys({&new_key}));
        CHECK(facts_of(verifier.verify(set, only_new, at(good_time), work))->key_tag == new_key.tag());
    }
    SUBCASE("a wrong signature in front")
    {
        ZoneKeys both = zone_keys(old_key.sign_keys({&old_key, &new_key}));
        set.signatures = flip(set.signatures, 0, set.signatures.front().size() - 1, 0);
        CHECK(facts_of(verifier.verify(set, both, at(good_time), work))->key_tag == new_key.tag());
    }
}

TEST_CASE("KeyTrap: keys and signatures that share one tag end at the budget, and the verdict says so")
{
    const Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const dns::RRset good = signer.sign({"a.example. 300 A 192.0.2.1"});
    dns::RRset dnskeys = signer.sign_keys({&signer});
    for (int i = 1; i < 60; ++i)
        dnskeys.rdatas.add(signer.dnskey());
    ZoneKeys keys = zone_keys(dnskeys);
    REQUIRE(keys.keys().size() == 60);
    dns::RRset set = good;
    set.signatures = {};
    for (std::size_t i = 0; i < 31; ++i) {
        OctetBuffer wrong(good.signatures.front().begin(), good.signatures.front().end());
        wrong.back() = static_cast<std::uint8_t>(wrong.back() + 1 + i);
        set.signatures.add(wrong);
    }
    RRsetVerifier verifier({});
    Work work;
    CHECK(problem_of(verifier.verify(set, keys, at(good_time), work)) == RrsigProblem::work_exhausted);
    CHECK(work.exhausted());
    CHECK(work.signatures() <= 11);
    // The budget stays used up: another RRset of the same query costs nothing more.
    CHECK(problem_of(verifier.verify(good, keys, at(good_time), work)) == RrsigProblem::work_exhausted);
    CHECK(work.signatures() <= 11);
}

TEST_CASE("a huge RRset with a long owner is charged for what must be hashed")
{
    const std::string owner =
        std::string(60, 'x') + "." + std::string(60, 'y') + "." + std::string(60, 'z') + ".example.";
    const Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    ZoneKeys keys = keys_of(signer);
    dns::RRset set = signer.sign({owner + " 300 A 192.0.2.1"});
    for (unsigned i = 0; i < 4000; ++i)
        set.rdatas.add(OctetBuffer{10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
    RRsetVerifier verifier({});
    Work work;
    CHECK(problem_of(verifier.verify(set, keys, at(good_time), work)) == RrsigProblem::signature_wrong);
    CHECK(work.spent().signature_microseconds > 1000);
    CHECK(problem_of(verifier.verify(set, keys, at(good_time), work)) == RrsigProblem::work_exhausted);
}

TEST_CASE("SECURITY of the signatures of an authentic RRset those stay that are right, and one of each other algorithm")
{
    const Signer one(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const Signer two(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const Signer other(LDNS_SIGN_ED25519, 0, "example.");
    const Signer stranger(LDNS_SIGN_ECDSAP384SHA384, 0, "example.");
    Signer late(LDNS_SIGN_ED25519, 0, "example.");
    late.set_times(1'600'000'000, 1'600'000'100);
    ZoneKeys keys = zone_keys(one.sign_keys({&one, &two, &other, &late}));
    const std::vector<std::string> records{"a.w.example. 300 A 192.0.2.1"};
    const auto signature = [&](const Signer& signer) {
        const dns::RdataList list = signer.sign(records).signatures;
        return OctetBuffer(list.front().begin(), list.front().end());
    };
    const OctetBuffer first = signature(one);  // ECDSA signs differently each time
    const OctetBuffer second = signature(two);
    OctetBuffer fewer_labels = signature(other);
    fewer_labels[3] = 2;
    OctetBuffer spoilt = signature(other);
    spoilt.back() ^= 1;
    OctetBuffer wrong = signature(two);
    wrong.back() ^= 1;

    dns::RRset set = one.sign(records);
    set.ttl = 86400;
    set.signatures = {};
    for (const OctetBuffer& each : {wrong, fewer_labels, signature(late), spoilt, first, signature(stranger),
                                    signature(other), second, OctetBuffer{1, 2, 3}})
        set.signatures.add(each);
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    CHECK(is_signed(verifier.authenticate(set, keys, at(good_time), work)));
    CHECK(set.ttl == 300);
    REQUIRE(set.signatures.size() == 2);
    CHECK(set.signatures.contains(first));
    CHECK(set.signatures.contains(second));
    // Nobody verified it: the first that fits is as good as the next.
    REQUIRE(set.unchecked.size() == 1);
    CHECK(set.unchecked.contains(spoilt));
}

TEST_CASE("an RRset that is not authentic keeps what it came with")
{
    const Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const Signer stranger(LDNS_SIGN_ED25519, 0, "example.");
    ZoneKeys keys = keys_of(signer);
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    dns::RRset set = stranger.sign({"a.example. 300 A 192.0.2.1"});
    set.ttl = 86400;
    CHECK(problem_of(verifier.authenticate(set, keys, at(good_time), work)) == RrsigProblem::no_matching_key);
    CHECK(set.signatures.size() == 1);
    CHECK(set.ttl == 86400);
}

TEST_CASE("a further signature is verified only while there is work to spare, and without it the verdict is the same")
{
    const Signer one(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    const Signer two(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    ZoneKeys keys = zone_keys(one.sign_keys({&one, &two}));
    dns::RRset set = one.sign({"a.example. 300 A 192.0.2.1"});
    set.signatures.add(two.sign({"a.example. 300 A 192.0.2.1"}).signatures.front());
    RRsetVerifier verifier({});
    Work work({100, 100, 100, 100});
    CHECK(is_signed(verifier.authenticate(set, keys, at(good_time), work)));
    CHECK(set.signatures.size() == 1);
    CHECK(work.signatures() == 1);
    CHECK_FALSE(work.exhausted());
}
