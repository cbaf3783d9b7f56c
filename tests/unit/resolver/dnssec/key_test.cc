// SPDX-License-Identifier: EUPL-1.2
// DNSKEY decoding within bounds, DS choice, trust anchors.
#include <doctest/doctest.h>

#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/trust_anchor.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;

namespace
{

OctetBuffer rsa_key(OctetBuffer exponent, std::size_t modulus_octets, std::uint8_t first = 0x80,
                    std::uint8_t last = 0x01, std::uint8_t algorithm = 8)
{
    OctetBuffer rdata{1, 1, 3, algorithm, static_cast<std::uint8_t>(exponent.size())};
    append(rdata, exponent);
    OctetBuffer modulus(modulus_octets, 0x5a);
    if (modulus_octets > 0) {
        modulus.front() = first;
        modulus.back() = last;
    }
    append(rdata, modulus);
    return rdata;
}

unsigned bits(const OctetBuffer& rdata)
{
    auto key = PublicKey::from_rdata(rdata);
    SignatureTools tools;
    return key ? key->bits(tools) : 0;
}

const OctetBuffer f4{1, 0, 1};
const std::string digest32(64, 'A');

}  // namespace

TEST_CASE("RSA keys are bounded: modulus 512 to 4096 bits, exponent up to 2^32 + 1, no leading zeros (BIND #5881)")
{
    CHECK(bits(rsa_key(f4, 256)) == 2048);
    CHECK(bits(rsa_key({3}, 256)) == 2048);
    CHECK(bits(rsa_key({1, 0, 0, 0, 1}, 256)) == 2048);  // F5
    CHECK(bits(rsa_key(f4, 64)) == 512);
    CHECK(bits(rsa_key(f4, 512)) == 4096);
    CHECK(bits(rsa_key(f4, 64, 0x7f)) == 0);          // 511 bits
    CHECK(bits(rsa_key(f4, 64, 0x80, 1, 10)) == 0);   // RFC 5702 2.2: at least 1024 for RSASHA512
    CHECK(bits(rsa_key(f4, 513, 0x01)) == 0);         // 4097 bits
    CHECK(bits(rsa_key({2, 0, 0, 0, 1}, 256)) == 0);  // 34 bits
    CHECK(bits(rsa_key(OctetBuffer(255, 0xff), 256)) == 0);
    CHECK(bits(rsa_key({0, 1, 0, 1}, 256)) == 0);  // leading zero
    CHECK(bits(rsa_key(f4, 256, 0x00)) == 0);
    CHECK(bits(rsa_key({1}, 256)) == 0);
    CHECK(bits(rsa_key({2}, 256)) == 0);  // even
    CHECK(bits(rsa_key(f4, 256, 0x80, 0x02)) == 0);
    CHECK(bits(rsa_key({}, 256)) == 0);
    CHECK(bits(rsa_key(f4, 0)) == 0);
    // Exponent length in three octets (RFC 3110 2), and one that runs past the end.
    OctetBuffer longform{1, 1, 3, 8, 0, 0, 3, 1, 0, 1};
    longform.resize(longform.size() + 128, 0x81);
    CHECK(bits(longform) == 1024);
    longform[5] = 2;
    CHECK(bits(longform) == 0);
}

TEST_CASE("an exponent of 33 bits costs more than 65537, and a large modulus more than a small one")
{
    const auto cost = [](const OctetBuffer& rdata) {
        auto key = PublicKey::from_rdata(rdata);
        const std::uint32_t undecoded = key->verify_microseconds();
        SignatureTools tools;
        static_cast<void>(key->bits(tools));
        CHECK(undecoded >= key->verify_microseconds());  // the first signature pays for decoding
        return key->verify_microseconds();
    };
    CHECK(cost(rsa_key({1, 0xff, 0xff, 0xff, 0xff}, 256)) > 2 * cost(rsa_key(f4, 256)));
    CHECK(cost(rsa_key(f4, 512)) > 2 * cost(rsa_key(f4, 256)));
    CHECK(cost(rsa_key({0}, 256)) >= 1);
}

TEST_CASE("curve keys of the wrong size or off the curve are not decoded")
{
    const Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, "example.");
    OctetBuffer good = signer.dnskey();
    CHECK(bits(good) == 256);
    OctetBuffer off_curve = good;
    off_curve.back() ^= 1;
    CHECK(bits(off_curve) == 0);
    OctetBuffer shorter = good;
    shorter.pop_back();
    CHECK(bits(shorter) == 0);
    CHECK(bits(OctetBuffer{1, 1, 3, 13}) == 0);
    OctetBuffer unknown = good;
    unknown[3] = 250;
    CHECK(bits(unknown) == 0);
    const Signer ed448(LDNS_SIGN_ED448, 0, "example.");
    CHECK(bits(ed448.dnskey()) == 456);
    OctetBuffer ed_short = ed448.dnskey();
    ed_short.pop_back();
    CHECK(bits(ed_short) == 0);
}

TEST_CASE("key tags agree with ldns for every algorithm")
{
    for (const auto algorithm : {LDNS_SIGN_RSASHA256, LDNS_SIGN_ECDSAP384SHA384, LDNS_SIGN_ED25519}) {
        for (int i = 0; i < 4; ++i) {
            const Signer signer(algorithm, 1024, "example.");
            CHECK(key_tag(signer.dnskey()) == signer.tag());
        }
    }
}

TEST_CASE("DS of unknown or unsupported algorithm or digest do not count, and none left means insecure")
{
    const auto usable = [](const std::vector<std::string>& rdatas, AlgorithmPolicy policy = {}) {
        std::vector<std::string> records;
        for (const std::string& text : rdatas)
            records.push_back("a.example. DS " + text);
        const dns::RRset set = rrset(records);
        std::string types;
        for (const Ds& ds : usable_ds(set.rdatas, policy))
            types += std::to_string(ds.key_tag);
        return types;
    };
    const std::string sha1(40, 'A');
    const std::string sha256(64, 'A');
    const std::string sha384(96, 'A');
    CHECK(usable({"1 13 2 " + sha256}) == "1");
    CHECK(usable({"1 13 1 " + sha1}).empty());
    CHECK(usable({"1 13 1 " + sha1}, {true}) == "1");
    CHECK(usable({"1 13 1 " + sha1, "2 13 2 " + sha256}, {true}) == "2");
    CHECK(usable({"1 13 1 " + sha1, "2 13 4 " + sha384}, {true}) == "2");
    CHECK(usable({"1 13 1 " + sha1, "2 13 3 " + sha256}, {true}) == "1");  // GOST does not push SHA-1 out
    CHECK(usable({"1 13 1 " + sha1, "2 250 2 " + sha256}, {true}) == "1");
    CHECK(usable({"1 7 2 " + sha256}).empty());
    CHECK(usable({"1 7 2 " + sha256}, {true}) == "1");
    CHECK(usable({"1 250 2 " + sha256, "2 13 200 " + sha256}).empty());
    CHECK(usable({"1 250 2 " + sha256, "2 8 2 " + sha256}) == "2");
    CHECK(usable({"1 13 2 " + sha1}) == "1");  // of a wrong length: it names no key, and the zone is bogus
    CHECK(usable({"1 13 1 " + sha1, "2 13 2 " + sha1}, {true}) == "12");  // and does not push SHA-1 out
}

TEST_CASE("a DS costs a digest only when tag and algorithm fit, and no more than the budget")
{
    const Signer signer(LDNS_SIGN_ED25519, 0, "example.");
    const auto key = PublicKey::from_rdata(signer.dnskey());
    Digester digester;
    const auto digest = ds_digest(name("EXAMPLE."), signer.dnskey(), 4, digester);
    Ds ds{signer.tag(), 15, 4, digest->view()};
    Work work({0, 0, 0, 2});
    CHECK(match_ds(ds, name("example."), *key, digester, work) == DsMatch::same);
    ++ds.key_tag;
    CHECK(match_ds(ds, name("example."), *key, digester, work) == DsMatch::different);
    --ds.key_tag;
    CHECK(match_ds(ds, name("other."), *key, digester, work) == DsMatch::different);
    CHECK(work.spent().ds_digests == 2);
    CHECK(match_ds(ds, name("example."), *key, digester, work) == DsMatch::work_exhausted);
    Work enough({0, 0, 0, 2});
    ds.digest = ds.digest.first(ds.digest.size() - 1);
    CHECK(match_ds(ds, name("example."), *key, digester, enough) == DsMatch::different);
    ds.digest = {};
    CHECK(match_ds(ds, name("example."), *key, digester, enough) == DsMatch::different);
}

TEST_CASE("an anchor is valid inside its window, the end excluded, and KSK-2024's DS names its key")
{
    TrustAnchor anchor{dns::Name{}, dns::RRType::ds,
                       rdata(". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16")};
    CHECK(anchor.key_tag() == 38696);
    CHECK(anchor.algorithm() == 8);
    CHECK(anchor.to_string() == ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16");
    CHECK(anchor.valid_at(WallSeconds{}));
    anchor.valid_from = WallSeconds{std::chrono::seconds{100}};
    anchor.valid_until = WallSeconds{std::chrono::seconds{200}};
    CHECK_FALSE(anchor.valid_at(WallSeconds{std::chrono::seconds{99}}));
    CHECK(anchor.valid_at(WallSeconds{std::chrono::seconds{100}}));
    CHECK_FALSE(anchor.valid_at(WallSeconds{std::chrono::seconds{200}}));
    Digester digester;
    const OctetBuffer ksk2024 = rdata(
        ". DNSKEY 257 3 8 "
        "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3"
        "aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3e"
        "j2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF1"
        "8UYH9Z9GNUUeayffKC73PYc=");
    Work work;
    CHECK(match_ds(*Ds::parse(anchor.rdata), dns::Name{}, *PublicKey::from_rdata(ksk2024), digester, work) ==
          DsMatch::same);
}
