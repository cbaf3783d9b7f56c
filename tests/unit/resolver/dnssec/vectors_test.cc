// SPDX-License-Identifier: EUPL-1.2
// The worked examples of the RFCs: keys, DS, signatures, NSEC3 hashes.
#include <doctest/doctest.h>

#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/encoding.h"
#include "resolver/dnssec/nsec3.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;

namespace
{

struct Vector {
    const char* rfc;
    const char* dnskey;
    const char* ds;
    std::uint16_t tag;
    std::vector<std::string> rrset;
    std::int64_t time;
};

const Vector vectors[] = {
    {"RFC 5702 6.1",
     "example.net. 3600 IN DNSKEY 256 3 8 "
     "AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=",
     nullptr,
     9033,
     {"www.example.net. 3600 IN A 192.0.2.91",
      "www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 example.net. "
      "kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg=="},
     1'600'000'000},
    {"RFC 6605 6.1",
     "example.net. 3600 IN DNSKEY 257 3 13 "
     "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
     "example.net. 3600 IN DS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
     55648,
     {"www.example.net. 3600 IN A 192.0.2.1",
      "www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
      "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="},
     1'282'000'000},
    {"RFC 6605 6.2",
     "example.net. 3600 IN DNSKEY 257 3 14 "
     "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur"
     "8I/mlVNgF6W/qTI37m40",
     "example.net. 3600 IN DS 10771 14 4 "
     "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6",
     10771,
     {"www.example.net. 3600 IN A 192.0.2.1",
      "www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 20100812102025 10771 example.net. "
      "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzu"
      "sdnI0RSMROxxwGipWcJm"},
     1'282'000'000},
    {"RFC 8080 6.1",
     "example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "example.com. 3600 IN DS 3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
     3613,
     {"example.com. 3600 IN MX 10 mail.example.com.",
      "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. "
      "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg=="},
     1'439'000'000},
    {"RFC 8080 6.2",
     "example.com. 3600 IN DNSKEY 257 3 16 "
     "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
     "example.com. 3600 IN DS 9713 16 2 6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
     9713,
     {"example.com. 3600 IN MX 10 mail.example.com.",
      "example.com. 3600 IN RRSIG MX 16 2 3600 1440021600 1438207200 9713 example.com. "
      "3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQ"
      "vE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA"},
     1'439'000'000},
};

}  // namespace

TEST_CASE("the examples of RFC 5702, 6605 and 8080 verify, and their DS match")
{
    RRsetVerifier verifier({});
    for (const Vector& vector : vectors) {
        CAPTURE(vector.rfc);
        const dns::RRset dnskeys = rrset({vector.dnskey});
        KeySet keys(dnskeys);
        REQUIRE(keys.keys.size() == 1);
        CHECK(keys.keys[0].tag() == vector.tag);
        Work work;
        const RRsetVerdict verdict = verifier.verify_with_key(rrset(vector.rrset), keys, 0, at(vector.time), work);
        CHECK(fact(problem_of(verdict)).name == "none");
        if (vector.ds != nullptr) {
            OctetBuffer ds = rdata(vector.ds);
            CHECK(match_ds(*Ds::parse(ds), keys.zone, keys.keys[0], verifier.digester(), work) == DsMatch::same);
            ds.back() ^= 1;
            CHECK(match_ds(*Ds::parse(ds), keys.zone, keys.keys[0], verifier.digester(), work) == DsMatch::different);
        }
    }
}

TEST_CASE("DS of RFC 4034 5.4 and RFC 4509 2.3")
{
    const dns::RRset dnskeys = rrset(
        {"dskey.example.com. 86400 IN DNSKEY 256 3 5 "
         "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7Or"
         "zKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="});
    CHECK(key_tag(dnskeys.rdatas.front()) == 60485);
    Digester digester;
    const dns::Name owner = name("dsKey.Example.com.");
    const auto sha1 = ds_digest(owner, dnskeys.rdatas.front(), 1, digester);
    const auto sha256 = ds_digest(owner, dnskeys.rdatas.front(), 2, digester);
    REQUIRE(sha1);
    REQUIRE(sha256);
    CHECK(encode_hex(sha1->view()) == "2BB183AF5F22588179A53B0A98631FAD1A292118");
    CHECK(encode_hex(sha256->view()) == "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A");
    CHECK_FALSE(ds_digest(owner, dnskeys.rdatas.front(), 3, digester));
}

TEST_CASE("hashes of RFC 5155 appendix A")
{
    const std::pair<const char*, const char*> hashes[] = {
        {"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},     {"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
        {"ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"},  {"ns1.Example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
        {"ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"}, {"w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
        {"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"}, {"x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"},
        {"y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"}, {"x.y.w.EXAMPLE.", "2vptu5timamqttgl4luu9kg21e0aor3s"},
        {"xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"},
    };
    const OctetBuffer salt = *decode_hex("aabbccdd");
    Digester digester;
    Work work;
    for (const auto& [text, expected] : hashes) {
        CAPTURE(text);
        const auto hash = nsec3_hash(name(text), {12, salt}, digester, work);
        REQUIRE(hash);
        CHECK(encode_base32hex(*hash) == expected);
    }
    CHECK(work.nsec3_hashes() == 11);
    CHECK(work.spent().nsec3_compressions == 11 * 13);
}

TEST_CASE("base encodings of RFC 4648 section 10")
{
    const std::string_view plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    const std::string_view base64[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    const std::string_view base32hex[] = {"", "co", "cpng", "cpnmu", "cpnmuog", "cpnmuoj1", "cpnmuoj1e8"};
    for (std::size_t i = 0; i < std::size(plain); ++i) {
        CHECK(encode_base64(octets_of(plain[i])) == base64[i]);
        CHECK(text_of(*decode_base64(base64[i])) == plain[i]);
        CHECK(encode_base32hex(octets_of(plain[i])) == base32hex[i]);
        OctetBuffer out(plain[i].size());
        CHECK(decode_base32hex(base32hex[i], out));
        CHECK(text_of(out) == plain[i]);
    }
    CHECK(encode_hex(octets_of("foo")) == "666F6F");
    CHECK_FALSE(decode_hex("666"));
    CHECK_FALSE(decode_hex("6G"));
    CHECK_FALSE(decode_base64("Zg="));
    CHECK_FALSE(decode_base64("Zh=="));  // bits behind the last octet
    CHECK_FALSE(decode_base64("Z==="));
    OctetBuffer one(1);
    CHECK_FALSE(decode_base32hex("cp", one));
    CHECK_FALSE(decode_base32hex("cw", one));
}
