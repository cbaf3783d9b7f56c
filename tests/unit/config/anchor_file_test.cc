// SPDX-License-Identifier: EUPL-1.2
// The files of anchors that operators bring along. Keys here are made up; their form is what the programs write.
#include "config/anchor_file.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/scratch_file.h"

using namespace rw::config;
using rw::test::ScratchFile;

namespace
{

constexpr const char* root_ds = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";
constexpr rw::WallSeconds now = std::chrono::sys_days(std::chrono::January / 11 / 2027);

rw::Result<std::vector<TrustAnchor>> anchors_in(std::string_view text)
{
    return read_trust_anchors(text, now);
}

/// The anchors of `text`, one a line.
std::string anchors_of(std::string_view text)
{
    const auto anchors = anchors_in(text);
    if (!anchors)
        return anchors.error().message;
    std::string lines;
    for (const TrustAnchor& anchor : *anchors)
        lines += to_string(anchor) + "\n";
    return lines;
}

}  // namespace

TEST_CASE("text in the forms people write: parentheses join lines, zone signing keys are left out, RDATA is wire form")
{
    const auto anchors = anchors_in(
        "; comment\n"
        ". 172800 IN DS 20326 8 2 ( E06D44B80B8F1D39A95C0B0D7C65D084\n"
        "    58E880409BBC683457104237C7F8EC8D ) ; KSK-2017\n"
        "\r\n"
        "example. DNSKEY 257 3 13 AQID BAU=\n"
        "example. DNSKEY 256 3 13 AQIDBAU=");
    REQUIRE(anchors);
    REQUIRE(anchors->size() == 2);
    CHECK(anchors->front() == *parse_trust_anchor(root_ds));
    const rw::OctetBuffer ds = rdata_of(anchors->front());
    CHECK(ds.size() == 36);
    CHECK(ds[0] == 0x4f);
    CHECK(ds[35] == 0x8d);
    CHECK(rdata_of(anchors->back()) == rw::OctetBuffer{1, 1, 3, 13, 1, 2, 3, 4, 5});
    CHECK(anchors_in("\n\n. A 192.0.2.1").error().message.starts_with("3: "));
    CHECK(anchors_in("")->empty());
}

TEST_CASE("an anchor file holds records one a line, with comments")
{
    const ScratchFile file(std::string("; comment\n\n") + root_ds + " ; KSK-2017\nexample. DNSKEY 257 3 13 AQID");
    const auto anchors = load_anchor_file(file.path());
    REQUIRE(anchors);
    CHECK(anchors->size() == 2);
    CHECK(anchors->back().owner.text == "example.");
}

TEST_CASE("a mistake in an anchor file is reported with its line")
{
    const ScratchFile file(std::string(root_ds) + "\n\n. IN DS x 8 2 00\n");
    const auto anchors = load_anchor_file(file.path());
    REQUIRE_FALSE(anchors);
    CHECK(anchors.error().message.find(file.path().string() + ":3: ") == 0);
}

TEST_CASE("an anchor file that is empty, missing, a folder or without end is refused")
{
    const ScratchFile file("; nothing here\n");
    CHECK_FALSE(load_anchor_file(file.path()));
    CHECK_FALSE(load_anchor_file("/nonexistent/root.key"));
    CHECK_FALSE(load_anchor_file("/"));
    CHECK(load_anchor_file("/dev/zero").error().message.find("larger than") != std::string::npos);
}

TEST_CASE("of the file that Unbound keeps, keys that are valid or missing are anchors, in no other state")
{
    // States 0 to 5: START, ADDPEND, VALID, MISSING, REVOKED, REMOVED.
    std::string text =
        "; autotrust trust anchor file\n"
        ";;id: . 1\n"
        ";;last_queried: 1799000000 ;;Mon Jan  4 01:33:20 2027\n"
        ";;query_interval: 43200\n";
    for (const char state : std::string("012345"))
        text += std::string(".\t86400\tIN\tDNSKEY\t257 3 8 AQI") + state +
                " ;{id = 1 (ksk), size = 2048b} ;;state=" + state +
                " [  X  ] ;;count=0 ;;lastchange=1502438004 ;;Fri Aug 11 07:53:24 2017\n";
    CHECK(anchors_of(text) == ". IN DNSKEY 257 3 8 AQI2\n. IN DNSKEY 257 3 8 AQI3\n");
}

TEST_CASE("a file in which Unbound noted that all keys are revoked holds no anchor")
{
    CHECK(anchors_of("; autotrust trust anchor file\n;;REVOKED\n; the anchor was revoked\n"
                     ". 86400 IN DNSKEY 257 3 8 AQID ;;state=2\n") == "");
}

TEST_CASE("BIND's statements are read, with its three kinds of comment and keys in several lines")
{
    CHECK(anchors_of("# managed by hand\n"
                     "/* trust-anchors as shipped;\n   two lines */\n"
                     "trust-anchors {\n"
                     "    // the root\n"
                     "    . initial-key 257 3 8 \"AQID\n        BAU=\";\n"
                     "    example. static-ds 1 8 250 \"E0E1\"; # an island\n"
                     "};\n"
                     "options { directory \"/var/cache/bind\"; listen-on { any; }; };\n") ==
          ". IN DNSKEY 257 3 8 AQIDBAU=\nexample. IN DS 1 8 250 E0E1\n");
    CHECK(anchors_of("managed-keys { \".\" initial-key 257 3 8 \"AQID\"; };") == ". IN DNSKEY 257 3 8 AQID\n");
    CHECK(anchors_of("trusted-keys { \"example.\" 257 3 8 \"AQID\"; };") == "example. IN DNSKEY 257 3 8 AQID\n");
}

TEST_CASE("a mistake in BIND's statements is reported with its line")
{
    CHECK(anchors_of("trust-anchors {\n  . initial-key 257 3 8 \"AQID\";\n  . initial-key 257 2 8 \"AQID\";\n};\n")
              .starts_with("3: the protocol"));
}

TEST_CASE("of the zone in which BIND keeps the state of its keys, those are anchors that are trusted by now")
{
    const auto keydata = [](const char* trust, const char* removal, const char* key) {
        return std::string("\t\t\tKEYDATA\t20270111000000 ") + trust + " " + removal + " 257 3 8 (\n\t\t\t\t" + key +
               "\n\t\t\t\t) ; KSK; alg = RSASHA256; key id = 20326\n\t\t\t\t; next refresh: Mon, 11 Jan 2027\n";
    };
    const std::string text =
        "$ORIGIN .\n$TTL 0\t; 0 seconds\n@\t\t\tIN SOA\t. . (\n\t\t\t\t5 ; serial\n\t\t\t\t0 0 0 0\n\t\t\t\t)\n" +
        keydata("20260101000000", "19700101000000", "AQIA") +  // trusted
        keydata("20270201000000", "19700101000000", "AQIB") +  // pending
        keydata("19700101000000", "19700101000000", "AQIC") +  // never trusted
        keydata("20260101000000", "20270210000000", "AQID");   // to be removed
    CHECK(anchors_of(text) == ". IN DNSKEY 257 3 8 AQIA\n");
}

TEST_CASE("keys without the SEP flag are anchors of a zone that has nothing else, revoked ones never")
{
    CHECK(anchors_of("a. DNSKEY 256 3 13 AQID\n") == "a. IN DNSKEY 256 3 13 AQID\n");
    CHECK(anchors_of("a. DNSKEY 256 3 13 AQID\nA. DS 1 8 250 E0\nb. DNSKEY 256 3 13 AQID\n") ==
          "A. IN DS 1 8 250 E0\nb. IN DNSKEY 256 3 13 AQID\n");
    CHECK(anchors_of("a. DNSKEY 385 3 13 AQID\n") == "");
}

TEST_CASE("a zone signing key beside a key that is not trusted yet does not take its place")
{
    CHECK(anchors_of(". DNSKEY 257 3 8 AQID ;;state=1\n. DNSKEY 256 3 8 AQIE\n") == "");
}

TEST_CASE("what dig prints besides the keys is passed over")
{
    CHECK(anchors_of(";; ANSWER SECTION:\n"
                     ".  86400 IN DNSKEY 257 3 8 AQID ; KSK; alg = RSASHA256 ; key id = 20326\n"
                     ".  86400 IN RRSIG DNSKEY 8 0 86400 20270121000000 20270101000000 20326 . AQID\n") ==
          ". IN DNSKEY 257 3 8 AQID\n");
}
