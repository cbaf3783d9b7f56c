// SPDX-License-Identifier: EUPL-1.2
#include "config/trust_anchor.h"

#include <doctest/doctest.h>

#include <string>

using namespace rw::config;

namespace
{

constexpr const char* ksk_2017 = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";

std::string error_of(const std::string& text)
{
    const auto anchor = parse_trust_anchor(text);
    return anchor ? "" : anchor.error().message;
}

}  // namespace

TEST_CASE("a DS record is decoded")
{
    const auto anchor = parse_trust_anchor(ksk_2017);
    REQUIRE(anchor);
    CHECK(anchor->owner.text == ".");
    const auto& ds = std::get<DsAnchor>(anchor->record);
    CHECK(ds.key_tag == 20326);
    CHECK(ds.algorithm == 8);
    CHECK(ds.digest_type == 2);
    REQUIRE(ds.digest.size() == 32);
    CHECK(ds.digest[0] == 0xe0);
    CHECK(ds.digest[31] == 0x8d);
}

TEST_CASE("TTL and class may stand or be missing, and the digest may be cut by blanks")
{
    const auto plain = parse_trust_anchor(ksk_2017);
    REQUIRE(plain);
    CHECK(parse_trust_anchor(". 172800 IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d084 "
                             "58e880409bbc683457104237c7f8ec8d") == *plain);
    CHECK(parse_trust_anchor(".\tDS\t20326 8 2 ( E06D44B80B8F1D39A95C0B0D7C65D084\n"
                             "58E880409BBC683457104237C7F8EC8D )") == *plain);
}

TEST_CASE("a DNSKEY record is decoded and printed again")
{
    const auto anchor = parse_trust_anchor("example. DNSKEY 257 3 13 AQIDBAU=");
    REQUIRE(anchor);
    const auto& key = std::get<DnskeyAnchor>(anchor->record);
    CHECK(key.flags == 257);
    CHECK(key.algorithm == 13);
    CHECK(key.key == rw::OctetBuffer{1, 2, 3, 4, 5});
    CHECK(to_string(*anchor) == "example. IN DNSKEY 257 3 13 AQIDBAU=");
    CHECK(to_string(*parse_trust_anchor("a. DNSKEY 257 3 13 AQIDBA==")) == "a. IN DNSKEY 257 3 13 AQIDBA==");
    CHECK(to_string(*parse_trust_anchor("a. DNSKEY 257 3 13 AQID")) == "a. IN DNSKEY 257 3 13 AQID");
}

TEST_CASE("a digest of the wrong length is refused: it was cut while copying")
{
    CHECK(error_of(". IN DS 20326 8 2 E06D44") == "a digest of type 2 has 32 octets, this one has 3");
    CHECK(error_of(". IN DS 20326 8 1 E06D44") == "a digest of type 1 has 20 octets, this one has 3");
    CHECK(parse_trust_anchor(". IN DS 20326 8 250 E06D44"));  // an unknown type has no known length
}

TEST_CASE("records that cannot be anchors are refused with the reason")
{
    CHECK(error_of("") != "");
    CHECK(error_of(".") != "");
    CHECK(error_of(". IN A 192.0.2.1").find("DS or a DNSKEY") != std::string::npos);
    CHECK(error_of(". IN DS 65536 8 2 E0").find("numbers") != std::string::npos);
    CHECK(error_of(". IN DS 1 256 2 E0").find("numbers") != std::string::npos);
    CHECK(error_of(". IN DS 1 8").find("key tag") != std::string::npos);
    CHECK(error_of(". IN DS 1 8 250 E0G0").find("hexadecimal") != std::string::npos);
    CHECK(error_of(". IN DS 1 8 250 E0E").find("hexadecimal") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 2 8 AQID").find("protocol") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 0 3 8 AQID").find("zone key flag") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 3 8 AQI").find("base64") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 3 8 A=ID").find("base64") != std::string::npos);
    CHECK(error_of("a..b. IN DS 1 8 250 E0").find("empty label") != std::string::npos);
}

TEST_CASE("a file name is told from a record")
{
    CHECK(looks_like_record(ksk_2017));
    CHECK(looks_like_record("example. dnskey 257 3 8 AQID"));
    CHECK_FALSE(looks_like_record("/etc/rootward/root.key"));
    CHECK_FALSE(looks_like_record("DS.key"));
}

TEST_CASE("algorithms and digest types may be written as words, in any case")
{
    const auto number = parse_trust_anchor(ksk_2017);
    REQUIRE(number);
    CHECK(parse_trust_anchor(". IN DS 20326 RSASHA256 SHA-256 E06D44B80B8F1D39A95C0B0D7C65D084"
                             "58E880409BBC683457104237C7F8EC8D") == *number);
    CHECK(parse_trust_anchor("a. DNSKEY 257 3 ecdsap256sha256 AQID") == *parse_trust_anchor("a. DNSKEY 257 3 13 AQID"));
    CHECK(parse_trust_anchor("a. DNSKEY 257 3 NSEC3RSASHA1 AQID") == *parse_trust_anchor("a. DNSKEY 257 3 7 AQID"));
    CHECK(error_of("a. DNSKEY 257 3 BLOWFISH AQID").find("BLOWFISH is no algorithm we know") != std::string::npos);
    CHECK(error_of(". IN DS 1 8 MD5 E0").find("MD5 is no digest type we know") != std::string::npos);
}

TEST_CASE("a comment may stand behind a record")
{
    CHECK(parse_trust_anchor(std::string(ksk_2017) + " ; KSK-2017") == *parse_trust_anchor(ksk_2017));
    CHECK(parse_trust_anchor("a. DNSKEY 257 3 13 ( AQID ; the first half\n BAU= ) ; the key") ==
          *parse_trust_anchor("a. DNSKEY 257 3 13 AQIDBAU="));
}

TEST_CASE("a key without the SEP flag is an anchor, a revoked one is not")
{
    const auto anchor = parse_trust_anchor("a. DNSKEY 256 3 13 AQID");
    REQUIRE(anchor);
    CHECK(std::get<DnskeyAnchor>(anchor->record).flags == 256);
    CHECK(error_of("a. DNSKEY 385 3 13 AQID").find("revoked") != std::string::npos);
}

TEST_CASE("an anchor may be written as BIND writes it")
{
    CHECK(looks_like_record(". initial-key 257 3 8 \"AQID\""));
    CHECK(parse_trust_anchor("a. static-key 257 3 13 \"AQID BAU=\"") ==
          *parse_trust_anchor("a. DNSKEY 257 3 13 AQIDBAU="));
    CHECK(parse_trust_anchor("a. initial-ds 1 8 250 \"E0\"") == *parse_trust_anchor("a. DS 1 8 250 E0"));
}
