// SPDX-License-Identifier: EUPL-1.2
// Which DNSKEY RRsets become keys of a zone, and which do not.
#include "resolver/dnssec/key_judge.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <list>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;

namespace
{

dns::RdataList ds_of(const Signer& signer)
{
    Digester digester;
    OctetBuffer rdata;
    append_u16(rdata, signer.tag());
    append_u8(rdata, signer.dnskey()[3]);
    append_u8(rdata, 2);
    append(rdata, ds_digest(name("example."), signer.dnskey(), 2, digester)->view());
    dns::RdataList list;
    list.add(rdata);
    return list;
}

struct Bench {
    Signer ksk{LDNS_SIGN_ECDSAP256SHA256, 0, "example."};
    Signer zsk{LDNS_SIGN_ECDSAP256SHA256, 0, "example.", 256};
    RRsetVerifier verifier{AlgorithmPolicy{}};
    SignatureTime time = at(good_time);
    Work work;
    KeyJudge judge{verifier, time, work};

    [[nodiscard]] Vouchers vouchers() const
    {
        Vouchers made({});
        made.add_ds(ds_of(ksk));
        return made;
    }
};

}  // namespace

TEST_CASE("keys are those of a DNSKEY RRset that a key signed which a DS names")
{
    Bench bench;
    dns::RRset set = bench.ksk.sign_keys({&bench.ksk, &bench.zsk});
    const KeyVerdict judged = bench.judge.judge(set, bench.vouchers());
    REQUIRE(judged);
    CHECK(judged->by.key_tag == bench.ksk.tag());
    CHECK(judged->keys.keys().size() == 2);
    REQUIRE(judged->keys.vouched().size() == 1);
    CHECK(judged->keys.vouched().contains(bench.ksk.dnskey()));
}

TEST_CASE("SECURITY a DNSKEY RRset that a zone-signing key alone signed gives no keys (RFC 4035 5.2)")
{
    Bench bench;
    const Signer thief(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    dns::RRset set = bench.zsk.sign_keys({&bench.ksk, &bench.zsk, &thief});
    const KeyVerdict judged = bench.judge.judge(set, bench.vouchers());
    REQUIRE_FALSE(judged);
    CHECK(judged.error().named);
    CHECK(judged.error().why.problem == RrsigProblem::no_matching_key);
    dns::RRset own = thief.sign_keys({&thief, &bench.zsk});
    const KeyVerdict strange = bench.judge.judge(own, bench.vouchers());
    REQUIRE_FALSE(strange);
    CHECK_FALSE(strange.error().named);
}

TEST_CASE("of a DNSKEY RRset the signatures stay that others may need: of key-signing keys, revoked ones included")
{
    Bench bench;
    Signer revoked(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    revoked.revoke();
    dns::RRset set = bench.zsk.sign_keys({&bench.ksk, &bench.zsk, &revoked});
    for (const Signer* signer : {&revoked, &bench.ksk})
        set.signatures.add(signer->sign_keys({&bench.ksk, &bench.zsk, &revoked}).signatures.front());
    REQUIRE(bench.judge.judge(set, bench.vouchers()));
    REQUIRE(set.signatures.size() == 2);
    CHECK(Rrsig::parse(set.signatures.front())->key_tag == bench.ksk.tag());
    CHECK(Rrsig::parse(*std::next(set.signatures.begin()))->key_tag == revoked.tag());
}

TEST_CASE("an RRset that was judged before needs a voucher for one of its keys, and no signature")
{
    Bench bench;
    dns::RRset set = bench.ksk.sign_keys({&bench.ksk, &bench.zsk});
    REQUIRE(bench.judge.judge_kept(set, bench.vouchers()));
    CHECK(bench.work.signatures() == 0);
    const Signer other(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    Vouchers rolled({});
    rolled.add_ds(ds_of(other));
    CHECK_FALSE(bench.judge.judge_kept(set, rolled));
}

TEST_CASE("a key takes no more memory decoded than it says")
{
    for (const auto& [algorithm, bits] :
         std::vector<std::pair<ldns_signing_algorithm, std::uint16_t>>{{LDNS_SIGN_RSASHA256, 1024},
                                                                       {LDNS_SIGN_RSASHA256, 2048},
                                                                       {LDNS_SIGN_RSASHA256, 4096},
                                                                       {LDNS_SIGN_ED25519, 0},
                                                                       {LDNS_SIGN_ED448, 0},
                                                                       {LDNS_SIGN_ECDSAP384SHA384, 0}}) {
        CAPTURE(algorithm);
        CAPTURE(bits);
        const Signer signer(algorithm, bits, "example.");
        const dns::RRset set = signer.sign({"a.example. 300 A 192.0.2.1"});
        ZoneKeys warm = zone_keys(signer.sign_keys({&signer}));
        RRsetVerifier verifier({});
        Work work = Work::unlimited();
        REQUIRE(is_signed(verifier.verify(set, warm, at(good_time), work)));
        const dns::RRset dnskeys = signer.sign_keys({&signer});
        std::list<KeySet> many;
        const std::size_t before = mallinfo2().uordblks;
        for (int i = 0; i < 100; ++i) {
            many.emplace_back(dnskeys);
            static_cast<void>(verifier.verify_with_key(set, many.back(), 0, at(good_time), work));
        }
        const std::size_t each = (mallinfo2().uordblks - before) / 100;
        MESSAGE("algorithm ", static_cast<int>(algorithm), ", ", bits, " bits: ", each, " octets measured, ",
                many.front().keys.front().octets(), " reckoned");
        CHECK(each <= many.front().keys.front().octets());
    }
}
