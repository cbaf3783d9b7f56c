// SPDX-License-Identifier: EUPL-1.2
// The four verdicts: vectors of RFC 8976 appendix A, zones signed by ldns (which is also the oracle), and one change
// for every way a zone can be wrong.
#include "zones/verify.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/unit/zones/signed_zone.h"
#include "zones/files.h"
#include "zones/zone_file.h"
#include "zones/zonemd.h"

namespace rw::zones
{

namespace
{

const WallSeconds in_validity{std::chrono::seconds(1704067200 + 86400)};

const Signer& signer()
{
    static const Signer one;
    return one;
}

const std::string more =
    "fr.\t172800\tIN\tNS\td.nic.fr.\nd.nic.fr.\t172800\tIN\tAAAA\t2001:678:c::1\n"
    "fr.\t86400\tIN\tDS\t51508 13 2 1303E8DD0BE0E1E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1\n";

std::string good_zone()
{
    static const std::string text = signer().sign(small_root(2024010100, more), {});
    return text;
}

ZoneVerdict judge(const std::string& text, WallSeconds at = in_validity)
{
    const Result<Zone> zone = read_zone(text);
    REQUIRE_MESSAGE(zone, (zone ? "" : zone.error().message));
    const Result<Anchor> anchor = read_anchor(signer().anchor());
    REQUIRE(anchor);
    return verify_zone(*zone, *anchor, at);
}

/// `text` without the lines that contain `what`.
std::string without(const std::string& text, const std::string& what)
{
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at) + 1;
        if (text.substr(at, end - at).find(what) == std::string::npos)
            kept += text.substr(at, end - at);
        at = end;
    }
    return kept;
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

bool says(const ZoneVerdict& verdict, ZoneResult result, const std::string& what)
{
    const bool good = verdict.result == result && verdict.reason.find(what) != std::string::npos;
    if (!good)
        MESSAGE("result " << std::string(result_name(verdict.result)) << ": " << verdict.reason);
    return good;
}

ZonemdCheck zonemd_of(const std::string& text)
{
    const Result<Zone> zone = read_zone(text, *dns::Name::parse("example."));
    REQUIRE_MESSAGE(zone, (zone ? "" : zone.error().message));
    dnssec::Digester digester;
    return check_zonemd(*zone, digester);
}

const std::string vector_head =
    "example. 86400 IN SOA ns1 admin 2018031900 1800 900 604800 86400\n"
    "example. 86400 IN NS ns1\nexample. 86400 IN NS ns2\n";

}  // namespace

TEST_CASE("ZONEMD agrees with the vectors of RFC 8976 appendix A.1, A.2 and A.3")
{
    const std::string simple =
        vector_head +
        "example. 86400 IN ZONEMD 2018031900 1 1 ( c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3 "
        "a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c )\nns1 3600 IN A 203.0.113.63\n"
        "ns2 3600 IN AAAA 2001:db8::63\n";
    CHECK(zonemd_of(simple).state == ZonemdState::verified);
    CHECK(zonemd_of(replaced(simple, "203.0.113.63", "203.0.113.64")).state == ZonemdState::mismatch);

    const std::string complex =
        vector_head +
        "example. 86400 IN ZONEMD 2018031900 1 1 ( a3b69bad980a3504e1cffcb0fd6397f93848071c93151f55 "
        "2ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe )\nns1 3600 IN A 203.0.113.63\n"
        "NS2 3600 IN AAAA 2001:db8::63\noccluded.sub 7200 IN TXT \"I'm occluded but must be digested\"\n"
        "sub 7200 IN NS ns1\nduplicate 300 IN TXT \"I must be digested just once\"\n"
        "duplicate 300 IN TXT \"I must be digested just once\"\n"
        "foo.test. 555 IN TXT \"out-of-zone data must be excluded\"\n"
        "UPPERCASE 3600 IN TXT \"canonicalize uppercase owner names\"\n"
        "* 777 IN PTR dont-forget-about-wildcards\nmail 3600 IN MX 20 MAIL1\n"
        "mail 3600 IN MX 10 Mail2.Example.\nsortme 3600 IN AAAA 2001:db8::5:61\n"
        "sortme 3600 IN AAAA 2001:db8::3:62\nsortme 3600 IN AAAA 2001:db8::4:63\n"
        "sortme 3600 IN AAAA 2001:db8::1:65\nsortme 3600 IN AAAA 2001:db8::2:64\n"
        "non-apex 900 IN ZONEMD 2018031900 1 1 ( 616c6c6f776564206275742069676e6f7265642e20616c6c "
        "6f776564206275742069676e6f7265642e20616c6c6f7765 )\n";
    CHECK(zonemd_of(complex).state == ZonemdState::verified);

    const std::string several =
        vector_head +
        "example. 86400 IN ZONEMD 2018031900 1 1 ( 62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637 "
        "493daaf401c92c279dd10f0edb1c56f8080211f8480ee306 )\n"
        "example. 86400 IN ZONEMD 2018031900 1 2 ( 08cfa1115c7b948c4163a901270395ea226a930cd2cbcf2f "
        "a9a5e6eb85f37c8a4e114d884e66f176eab121cb02db7d652e0cc4827e7a3204f166b47e5613fd27 )\n"
        "example. 86400 IN ZONEMD 2018031900 1 240 e2d523f654b9422a96c5a8f44607bbee\n"
        "example. 86400 IN ZONEMD 2018031900 241 1 e1846540e33a9e4189792d18d5d131f605fc283e\n"
        "ns1 3600 IN A 203.0.113.63\nns2 86400 IN TXT \"This example has multiple digests\"\n"
        "NS2.EXAMPLE. 3600 IN AAAA 2001:db8::63\n";
    CHECK(zonemd_of(several).state == ZonemdState::verified);
    CHECK(zonemd_of(without(several, " 1 1 (")).state == ZonemdState::verified);
    CHECK(zonemd_of(without(without(several, " 1 1 ("), " 1 2 (")).state == ZonemdState::unsupported);
}

TEST_CASE("ZONEMD of another serial, of one kind twice or cut short proves nothing")
{
    CHECK(zonemd_of(vector_head).state == ZonemdState::absent);
    const std::string digest(96, 'a');
    CHECK(zonemd_of(vector_head + "example. 1 IN ZONEMD 2018031901 1 1 " + digest + "\n").state ==
          ZonemdState::other_serial);
    CHECK(zonemd_of(vector_head + "example. 1 IN ZONEMD 2018031900 1 1 " + digest +
                    "\nexample. 1 IN ZONEMD 2018031900 1 1 " + std::string(96, 'b') + "\n")
              .state == ZonemdState::malformed);
    CHECK(zonemd_of(vector_head + "example. 1 IN ZONEMD 2018031900 1 1 aa\n").state == ZonemdState::mismatch);
}

TEST_CASE("a zone signed by ldns is verified, and ldns agrees on the digest")
{
    for (const int flags : {LDNS_SIGN_WITH_ZONEMD_SIMPLE_SHA384, LDNS_SIGN_WITH_ZONEMD_SIMPLE_SHA512}) {
        const std::string text = signer().sign(small_root(2024010100, more), {}, flags);
        const ZoneVerdict verdict = judge(text);
        CHECK(verdict.result == ZoneResult::verified);
        CHECK(verdict.reason == "");
        CHECK(verdict.fit_to_serve());
        CHECK(verdict.rrsets == verdict.signatures);
        CHECK(verdict.rrsets == 9);
        CHECK(Signer::zonemd_verifies(text));
        CHECK_FALSE(Signer::zonemd_verifies(replaced(text, "192.5.6.30", "192.5.6.31")));
    }
}

TEST_CASE("a change in unsigned glue or delegation is found by ZONEMD alone")
{
    CHECK(says(judge(replaced(good_zone(), "192.5.6.30", "192.5.6.31")), ZoneResult::failed, "digest"));
    CHECK(says(judge(replaced(good_zone(), "net.\t172800\tIN\tNS\ta.gtld", "net.\t172800\tIN\tNS\tx.gtld")),
               ZoneResult::failed, "digest"));
    CHECK(says(judge(good_zone() + "evil.net.\t1\tIN\tA\t192.0.2.1\n"), ZoneResult::failed, "digest"));
}

TEST_CASE("a change in signed data fails with the RRset's name")
{
    CHECK(says(judge(replaced(good_zone(), "51508 13 2 1303", "51508 13 2 1304")), ZoneResult::failed, "fr. DS"));
    CHECK(says(judge(without(good_zone(), "RRSIG\tDS")), ZoneResult::failed, "are not signed"));
    CHECK(says(judge(good_zone(), WallSeconds(std::chrono::seconds(1705190400 + 1))), ZoneResult::failed, "expired"));
    CHECK(says(judge(good_zone(), WallSeconds(std::chrono::seconds(1704067200 - 1))), ZoneResult::failed,
               "not yet valid"));
}

TEST_CASE("the NSEC chain must be whole and tell the truth")
{
    const std::string unchained = without(without(good_zone(), "fr.\t86400\tIN\tNSEC"), "RRSIG\tNSEC");
    CHECK(says(judge(unchained), ZoneResult::failed, "not signed"));
    // An extra delegation, which carries no signature, is not in the chain.
    CHECK(says(judge(good_zone() + "xx.\t172800\tIN\tNS\ta.gtld-servers.net.\n"), ZoneResult::failed,
               "the NSEC of net. leads to ., not to xx."));
    const std::string gone = without(good_zone(), "fr.\t172800\tIN\tNS");
    CHECK(says(judge(gone), ZoneResult::failed, ""));
}

TEST_CASE("what is not there is unverifiable, with the reason")
{
    CHECK(says(judge(signer().sign(small_root(2024010100, more), {}, 0)), ZoneResult::unverifiable, "no ZONEMD"));
    std::string stripped;
    for (const std::string& kind : {"DS", "NS", "NSEC", "ZONEMD"})
        stripped = without(stripped.empty() ? good_zone() : stripped, std::string("RRSIG\t") + kind + " ");
    CHECK(says(judge(stripped), ZoneResult::unverifiable, "signatures stripped"));
    CHECK(judge(stripped).signatures == 2);
    CHECK(says(judge(small_root(2024010100)), ZoneResult::unverifiable, "no DNSKEY"));
    const std::string bare = without(without(good_zone(), "RRSIG\t"), "ZONEMD\t");
    CHECK(says(judge(bare), ZoneResult::unverifiable, "DNSKEY signature stripped; signatures stripped; no ZONEMD"));
    CHECK(says(judge(without(bare, "\tDNSKEY\t")), ZoneResult::unverifiable, "signatures stripped or never made"));
    // What no archive strips must still be there.
    CHECK(says(judge(without(bare, "fr.\t86400\tIN\tDS")), ZoneResult::failed, "does not list the types"));
}

TEST_CASE("a private ZONEMD hash that is signed is unverifiable, not bad")
{
    const std::string digest(96, 'a');
    const std::string text =
        signer().sign(small_root(2024010100, ".\t86400\tIN\tZONEMD\t2024010100 1 241 " + digest + "\n"), {}, 0);
    CHECK(says(judge(text), ZoneResult::unverifiable, "private or unknown hash: ZONEMD scheme 1 hash 241 (private)"));
}

TEST_CASE("keys that the anchor does not name, or a missing DNSKEY, fail")
{
    const Result<Zone> zone = read_zone(good_zone());
    const Signer other;
    CHECK(says(verify_zone(*zone, *read_anchor(other.anchor()), in_validity), ZoneResult::failed,
               "named by the trust anchor"));
    CHECK(says(judge(without(good_zone(), "\tDNSKEY\t")), ZoneResult::failed, "no DNSKEY"));
    const std::string stranger = other.sign(small_root(2024010100), {});
    CHECK(says(judge(stranger), ZoneResult::failed, "trust anchor"));
    CHECK(says(verify_zone(*zone, *read_anchor("example. IN DS 1 8 250 AA"), in_validity), ZoneResult::failed,
               "anchor is for"));
}

TEST_CASE("data out of zone, below a delegation or at one is refused")
{
    CHECK(says(judge(good_zone() + "x.net.\t1\tIN\tTXT\t\"a\"\n"), ZoneResult::failed, "no glue"));
    CHECK(says(judge(good_zone() + "net.\t1\tIN\tTXT\t\"a\"\n"), ZoneResult::failed, "no delegation data"));
    const Result<Zone> zone =
        read_zone("@ 1 IN SOA a. b. 1 2 3 4 5\nother. 1 IN A 192.0.2.1\n", *dns::Name::parse("x."));
    REQUIRE(zone);
    CHECK(
        says(verify_zone(*zone, *read_anchor("x. IN DS 1 8 250 AA"), in_validity), ZoneResult::failed, "out of zone"));
}

TEST_CASE("anchors are read in the forms people have them in")
{
    const Result<Anchor> anchor = read_anchor(
        "; root\n. 172800 IN DS 20326 8 2 (\n E06D44B80B8F1D39A95C0B0D7C65D084 "
        "58E880409BBC683457104237C7F8EC8D )\n.\tIN\tDNSKEY 257 3 8 AwEAAQ==");
    REQUIRE(anchor);
    CHECK(anchor->ds.rdatas.size() == 1);
    CHECK(anchor->dnskey.rdatas.size() == 1);
    CHECK(shipped_anchor().ds.rdatas.size() == 3);
    CHECK(read_anchor(". IN ds 1 8 250 aa")->ds.rdatas.size() == 1);
    CHECK_FALSE(read_anchor(""));
    CHECK_FALSE(read_anchor(". IN A 192.0.2.1\n"));
    CHECK_FALSE(read_anchor(". IN DS 1 8 250 AA\nfr. IN DS 1 8 250 AA\n"));
    CHECK_FALSE(read_anchor(std::string(100'000, ';')));
}

TEST_CASE("an anchor counts in its own time only, and in no anchor's time nothing is bad")
{
    Anchor anchor = *read_anchor(signer().anchor());
    const Zone zone = *read_zone(good_zone());
    anchor.ds_windows = {{.from = in_validity, .until = in_validity + std::chrono::days(1)}};
    CHECK(verify_zone(zone, anchor, in_validity).result == ZoneResult::verified);
    anchor.ds_windows = {{.from = WallSeconds(), .until = in_validity}};
    CHECK(says(verify_zone(zone, anchor, in_validity), ZoneResult::unverifiable,
               "no trust anchor was valid at that time"));
    // One that is not the zone's, but of the time: now the zone contradicts.
    anchor.ds.rdatas.add(shipped_anchor().ds.rdatas.front());
    anchor.ds_windows.push_back({.from = WallSeconds(), .until = WallSeconds::max()});
    CHECK(says(verify_zone(zone, anchor, in_validity), ZoneResult::failed, "named by the trust anchor"));
    const auto day = [](int y, unsigned m, unsigned d) {
        return WallSeconds(std::chrono::sys_days(std::chrono::year(y) / std::chrono::month(m) / std::chrono::day(d)));
    };
    CHECK_FALSE(shipped_anchor().any_valid(day(2010, 6, 1)));
    CHECK(shipped_anchor().ds_is_valid(0, day(2010, 7, 16)));
    CHECK_FALSE(shipped_anchor().ds_is_valid(0, day(2024, 1, 1)));
    CHECK(shipped_anchor().ds_is_valid(1, day(2024, 1, 1)));
    CHECK(shipped_anchor().ds_is_valid(2, day(2026, 11, 1)));
}

TEST_CASE("the zone of RFC 8976 appendix A.4 is verified whole, signatures and all, and A.5 has its digest")
{
    const auto in_2021 = WallSeconds(std::chrono::seconds(1612137600));  // 2021-02-01
    const std::string folder = RW_SOURCE_DIR "/tests/unit/zones/rfc8976/";
    const dns::Name apex = *dns::Name::parse("uri.arpa.");
    const Result<Zone> signed_one = read_zone_file(folder + "uri.arpa.zone", apex);
    REQUIRE_MESSAGE(signed_one, (signed_one ? "" : signed_one.error().message));
    const RRsetRange* keys = signed_one->find_at_apex(dns::RRType::dnskey);
    REQUIRE(keys != nullptr);
    Anchor anchor = *read_anchor("uri.arpa. DS 1 8 250 AA");
    for (std::uint32_t i = 0; i < keys->count; ++i)
        anchor.dnskey.rdatas.add(signed_one->rdata(*keys, i));
    const ZoneVerdict verdict = verify_zone(*signed_one, anchor, in_2021);
    CHECK(says(verdict, ZoneResult::verified, ""));
    CHECK(verdict.signatures == verdict.rrsets);
    CHECK(verdict.zonemd.starts_with("1 1 0DBC3C4DBFD75777C12CA19C337854B1"));

    const Result<Zone> unsigned_one =
        read_zone_file(folder + "root-servers.net.zone", *dns::Name::parse("root-servers.net."));
    REQUIRE_MESSAGE(unsigned_one, (unsigned_one ? "" : unsigned_one.error().message));
    dnssec::Digester digester;
    CHECK(check_zonemd(*unsigned_one, digester).state == ZonemdState::verified);
    CHECK(check_zonemd(*unsigned_one, digester).detail.starts_with("F1CA0CCD91BD5573D9F431C00EE0101B"));
}

TEST_CASE("one right digest proves a zone, whatever stands beside it")
{
    const std::string right =
        "example. 86400 IN ZONEMD 2018031900 1 1 62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637"
        "493daaf401c92c279dd10f0edb1c56f8080211f8480ee306\n";
    const std::string rest =
        "ns1 3600 IN A 203.0.113.63\nns2 86400 IN TXT \"This example has multiple digests\"\n"
        "NS2.EXAMPLE. 3600 IN AAAA 2001:db8::63\n";
    const std::string wrong = "example. 86400 IN ZONEMD 2018031900 1 2 " + std::string(128, 'a') + "\n";
    const std::string old = "example. 86400 IN ZONEMD 2018031899 1 2 " + std::string(128, 'a') + "\n";
    CHECK(zonemd_of(vector_head + wrong + right + rest).state == ZonemdState::verified);
    CHECK(zonemd_of(vector_head + right + old + rest).state == ZonemdState::verified);
    CHECK(zonemd_of(vector_head + wrong + rest).state == ZonemdState::mismatch);
    CHECK(zonemd_of(vector_head + old + rest).state == ZonemdState::other_serial);
    CHECK(zonemd_of(vector_head + right + wrong + old + rest).state == ZonemdState::verified);
    CHECK(zonemd_of(vector_head + wrong + old + rest).state == ZonemdState::malformed);
}

TEST_CASE("the signed root zone of 2022 is checked whole: every signature right, no ZONEMD yet")
{
    // From an archive beside the source tree, which is not part of it.
    const char* given = std::getenv("ROOTWARD_ROOT_ZONES");
    const std::string folder = given != nullptr ? given : RW_SOURCE_DIR "/../shared/data/root-zones";
    const std::string path = folder + "/2022021501.zone.zst";
    if (!std::filesystem::exists(path)) {
        MESSAGE("SKIPPED: the signed root zone of 2022-02-15 is not there (" << path << ")");
        return;
    }
    const Result<Zone> zone = read_zone_file(path);
    REQUIRE(zone);
    const auto at = WallSeconds(std::chrono::seconds(1645315200));  // 2022-02-20
    const ZoneVerdict verdict = verify_zone(*zone, shipped_anchor(), at);
    CHECK(says(verdict, ZoneResult::unverifiable, "no ZONEMD"));
    CHECK(verdict.rrsets == 2854);
    CHECK(verdict.signatures == 2854);
    CHECK(says(verify_zone(*zone, shipped_anchor(), at + std::chrono::days(30)), ZoneResult::failed, "expired"));
}

}  // namespace rw::zones
