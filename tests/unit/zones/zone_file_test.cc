// SPDX-License-Identifier: EUPL-1.2
// Zone files: what a published zone looks like, every spelling RFC 1035 §5 allows, and hostile text.
#include "zones/zone_file.h"

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "tests/unit/zones/ldns_oracle.h"
#include "zones/rdata_text.h"
#include "zones/unpack.h"

namespace rw::zones
{

namespace
{

const std::string soa = ". 86400 IN SOA a.root-servers.net. nstld.verisign-grs.com. 2024010100 1800 900 604800 86400\n";

std::string canonical(const std::string& text)
{
    const Result<Zone> zone = read_zone(text);
    REQUIRE_MESSAGE(zone, (zone ? "" : zone.error().message));
    return canonical_text(*zone);
}

std::string refusal(const std::string& text)
{
    const Result<Zone> zone = read_zone(text);
    return zone ? "accepted" : zone.error().message;
}

OctetBuffer packed_zstd(const std::string& text)
{
    OctetBuffer out(ZSTD_compressBound(text.size()));
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

OctetBuffer packed_gzip(const std::string& text)
{
    OctetBuffer out(text.size() + 1000);
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// The line that a record becomes.
std::string line_of(const std::string& record)
{
    const std::string text = canonical(soa + record + "\n");
    const std::size_t second = text.find('\n') + 1;
    return text.substr(second, text.size() - second - 1);
}

}  // namespace

TEST_CASE("records are written one a line, lower-cased, absolute, addresses and blobs in one spelling")
{
    CHECK(line_of("Example. 3600 IN NS NS1.Example.") == "example.\t3600\tIN\tNS\tns1.example.");
    CHECK(line_of("ns. 1h AAAA 2001:0DB8:0:0::0001") == "ns.\t3600\tIN\tAAAA\t2001:db8::1");
    CHECK(line_of("se. 1 IN DS 59407 8 2 67ff9e 0E20") == "se.\t1\tIN\tDS\t59407 8 2 67FF9E0E20");
    CHECK(line_of("x. IN 5 TXT \"a\\\"b;(\" c\\032d \"\"") == "x.\t5\tIN\tTXT\t\"a\\\"b;(\" \"c d\" \"\"");
    CHECK(line_of("x. 5 IN DNSKEY 256 3 8 AwEA AQ==") == "x.\t5\tIN\tDNSKEY\t256 3 8 AwEAAQ==");
    CHECK(line_of("x. 5 IN NSEC Y. NS TYPE65534 DS") == "x.\t5\tIN\tNSEC\tY. NS DS TYPE65534");
    CHECK(line_of("x. 5 IN ZONEMD 2018031500 1 241 FEBE3D") == "x.\t5\tIN\tZONEMD\t2018031500 1 241 FEBE3D");
    CHECK(line_of("x. 5 IN RRSIG A 8 1 5 20240102030405 1704164645 1 . AAAA") ==
          "x.\t5\tIN\tRRSIG\tA 8 1 5 20240102030405 20240102030405 1 . AAAA");
    CHECK(line_of("x. 5 IN TYPE731 \\# 3 abcdef") == "x.\t5\tIN\tTYPE731\t\\# 3 ABCDEF");
    CHECK(line_of("x. 5 IN A \\# 4 C0000201") == "x.\t5\tIN\tA\t192.0.2.1");
    CHECK(line_of("a\\.b\\007. 5 IN CNAME \\*.x.") == "a\\.b\\007.\t5\tIN\tCNAME\t*.x.");
}

TEST_CASE("rare types are read through ldns and kept in the form of RFC 3597")
{
    CHECK(line_of("x. 5 IN SSHFP 1 1 00ff") == "x.\t5\tIN\tSSHFP\t\\# 4 010100FF");
    CHECK(rdata_text(dns::RRType::sshfp, *from_hex("010100FF")) == "1 1 00ff");
    CHECK(line_of("x. 5 IN CAA 0 issue \"ca.example\"") == "x.\t5\tIN\tCAA\t\\# 17 0005697373756563612E6578616D706C65");
}

TEST_CASE("owners, TTLs, parentheses, comments and directives follow RFC 1035")
{
    const std::string text =
        "$TTL 7\n$ORIGIN .\n@ IN SOA a. b. ( 1 ; serial\n 2 3\n 4 5 )\n\tIN NS a\n 9 NS b.\n$ORIGIN example.\nwww A "
        "192.0.2.1 ; comment\n\n; whole line\n@ A 192.0.2.2\n";
    CHECK(canonical(text) ==
          ".\t7\tIN\tNS\ta.\n.\t9\tIN\tNS\tb.\n.\t7\tIN\tSOA\ta. b. 1 2 3 4 5\nexample.\t7\tIN\tA\t192.0.2.2\n"
          "www.example.\t7\tIN\tA\t192.0.2.1\n");
}

TEST_CASE("order and duplicates in the file do not matter, and the canonical text reads back to itself")
{
    const std::string a = "b. 5 IN NS x.\n", b = "a.b. 5 IN NS x.\n", c = "Z.b. 5 IN NS x.\n",
                      d = "b. 5 IN DS 1 8 2 AA\n";
    const std::string text = canonical(soa + a + b + c + d);
    CHECK(canonical(d + c + soa + b + a + a) == text);
    CHECK(canonical(text) == text);
    CHECK(text.find("\nb.\t5\tIN\tNS") < text.find("\nb.\t5\tIN\tDS"));
    CHECK(text.find("\nb.\t5\tIN\tDS") < text.find("\na.b."));
    CHECK(text.find("\na.b.") < text.find("\nz.b."));
}

TEST_CASE("owners sort in canonical order, as ldns sorts them")
{
    std::vector<std::string> names = {"a.",       "b.a.", "a.a.",   "aa.",     "a\\000.", "a\\001.", "\\000.a.",
                                      "\\001.a.", "-.",   "z.b.a.", "A\\255.", "*.a.",    "xn--a.",  "\\200.a."};
    std::string text = soa;
    for (const std::string& name : names)
        text += name + " 1 IN A 192.0.2.1\n";
    const Result<Zone> zone = read_zone(text);
    REQUIRE(zone);
    REQUIRE(zone->owner_count() == names.size() + 1);
    for (std::uint32_t i = 1; i < zone->owner_count(); ++i) {
        const auto dname = [&](std::uint32_t owner) {
            const Octets wire = zone->owner_wire(owner);
            return std::unique_ptr<ldns_rdf, void (*)(ldns_rdf*)>(
                ldns_dname_new_frm_data(static_cast<std::uint16_t>(wire.size()), wire.data()), ldns_rdf_deep_free);
        };
        CHECK(ldns_dname_compare(dname(i - 1).get(), dname(i).get()) < 0);
        CHECK(zone->owner(i - 1) < zone->owner(i));
    }
}

TEST_CASE("a zone answers for its RRsets and signatures")
{
    const Result<Zone> zone = read_zone(soa +
                                        "b. 9 IN NS y.\nb. 5 IN NS x.\nb. 5 IN RRSIG NS 8 1 5 2 1 7 . AAAA\n"
                                        "b. 5 IN RRSIG DS 8 1 5 2 1 7 . AAAA\n");
    REQUIRE(zone);
    CHECK(zone->serial() == 2024010100);
    const RRsetRange* ns = zone->find(*dns::Name::parse("B."), dns::RRType::ns);
    REQUIRE(ns != nullptr);
    CHECK(ns->ttl == 5);
    CHECK(zone->owned(*ns).rdatas.size() == 2);
    CHECK(zone->owned(*ns).signatures.size() == 1);
    CHECK(zone->find(*dns::Name::parse("b."), dns::RRType::a) == nullptr);
    CHECK(zone->find(*dns::Name::parse("bb."), dns::RRType::ns) == nullptr);
}

TEST_CASE("a zone of another name is read for its own apex, and what lies outside is left out and counted")
{
    const dns::Name apex = *dns::Name::parse("example.");
    const Result<Zone> zone = read_zone("@ 1 IN SOA a. b. 1 2 3 4 5\nwww A 192.0.2.1\nother. A 192.0.2.1\n", apex);
    REQUIRE(zone);
    CHECK(zone->record_count() == 2);
    CHECK(zone->outside_count() == 1);
    CHECK(zone->first_outside() == "other.");
}

TEST_CASE("the forms that archives and tools give a zone all read to the same zone")
{
    const std::string wanted = canonical(soa +
                                         ". 518400 IN NS a.root-servers.net.\ncom. 172800 IN NS a.gtld.\n"
                                         "com. 86400 IN DS 30909 8 2 E2D3C916\na.gtld. 172800 IN A 192.5.6.30\n");
    // A transfer as dig prints it: comments, the SOA again at the end.
    CHECK(canonical("; <<>> DiG 9.18 <<>> . AXFR\n;; global options: +cmd\n" + soa +
                    ".\t518400\tIN\tNS\ta.root-servers.net.\ncom.\t172800\tIN\tNS\ta.gtld.\n"
                    "com.\t86400 IN DS 30909 8 2 E2D3 C916\na.gtld.\t172800\tIN\tA\t192.5.6.30\n" +
                    soa + ";; Query time: 10 msec\n\n") == wanted);
    // InterNIC's root.zone of the 2000s: $TTL, no class, relative and upper-case names, records without owner.
    CHECK(
        canonical(".\t\t86400 IN SOA A.ROOT-SERVERS.NET. NSTLD.VERISIGN-GRS.COM. (\n\t2024010100 ; serial\n"
                  "\t1800 ;refresh every 30 min\n\t900\n\t604800\n\t86400 )\n$TTL 518400\n\t\tNS A.ROOT-SERVERS.NET.\n"
                  "$TTL 172800\n; com\nCOM\tNS\tA.GTLD\n$TTL 86400\nCOM DS 30909 8 2 (\n  E2D3\n  C916 )\n"
                  "$ORIGIN GTLD.\nA 172800 A 192.5.6.30\n") == wanted);
    // dnssec-signzone and others: class before TTL, TTL with units, CRLF, generic forms (RFC 3597), owners once.
    CHECK(
        canonical("$ORIGIN .\r\n$TTL 6d\r\n@ IN 1d SOA a.root-servers.net. nstld.verisign-grs.com. 2024010100 30m 15m "
                  "1w 1d\r\n\tCLASS1 NS a.root-servers.net.\r\ncom IN 2d TYPE2 \\# 8 01610467746C6400\r\n"
                  "\t86400 in ds 30909 8 2 e2d3c916\r\na.gtld 2D IN a 192.5.6.30\r\n") == wanted);
    // Any order, twice.
    CHECK(canonical("a.gtld. 172800 IN A 192.5.6.30\ncom. 86400 IN DS 30909 8 2 E2D3C916\n"
                    "Com. 172800 IN NS A.gtld.\n. 518400 IN NS A.root-servers.net.\n" +
                    soa + "com. 172800 IN NS a.gtld.\n") == wanted);
}

TEST_CASE("a packed zone file is unpacked by what it begins with, and a packed bomb stops at the limit")
{
    const std::string text = soa + ". 518400 IN NS a.root-servers.net.\n";
    const OctetBuffer zstd = packed_zstd(text);
    const OctetBuffer gzip = packed_gzip(text);
    CHECK(*unpacked(zstd, 1000) == text);
    CHECK(*unpacked(gzip, 1000) == text);
    CHECK(*unpacked(octets_of(text), 1000) == text);
    OctetBuffer twice = zstd;
    append(twice, zstd);
    CHECK(*unpacked(twice, 1000) == text + text);
    for (const OctetBuffer& whole : {zstd, gzip}) {
        CHECK(unpacked(whole, text.size() - 1).error().message.find("larger") != std::string::npos);
        for (std::size_t size = 5; size < whole.size(); ++size)
            CHECK_FALSE(unpacked(Octets(whole).first(size), 1000));
        std::size_t refused = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            OctetBuffer bad = whole;
            bad[i] ^= 0x11;
            const Result<std::string> found = unpacked(bad, 1000);
            refused += found && *found == text ? 0 : 1;
        }
        CHECK(refused > whole.size() / 2);
    }
    const std::string zeros(std::size_t{4} << 20, '\0');
    CHECK_FALSE(unpacked(packed_zstd(zeros), 1U << 20));
    CHECK_FALSE(unpacked(packed_gzip(zeros), 1U << 20));
}

TEST_CASE("hostile zone files are refused with their line")
{
    CHECK(refusal("") == "the zone has no SOA at .");
    CHECK(refusal(soa + soa + "x. 1 IN A 192.0.2.1\n").find("line 3: a second SOA") == 0);
    CHECK(refusal(soa + soa + soa).find("line 3: a second SOA") == 0);
    CHECK(refusal(soa + ". 86400 IN SOA a. b. 1 2 3 4 5\n").find("line 2: a second SOA that differs") == 0);
    CHECK(refusal("example. 1 IN SOA a. b. 1 2 3 4 5\n").find("line 1: the SOA is at example., not at the apex") == 0);
    CHECK(refusal(soa.substr(0, soa.size() - 3)).find("cut off") != std::string::npos);
    CHECK(refusal(soa + "x. 1 IN A (192.0.2.1\n").find("cut off") != std::string::npos);
    CHECK(refusal(soa + "x. 1 IN A 192.0.2.1)\n").find("line 2: a closing parenthesis") == 0);
    CHECK(refusal(soa + "x. 1 IN A ((192.0.2.1))\n").find("parentheses within") != std::string::npos);
    CHECK(refusal(soa + "x. 1 IN TXT \"abc\n").find("not closed") != std::string::npos);
    CHECK(refusal(soa + "x. 1 IN BANANA 1\n").find("no RR type") != std::string::npos);
    CHECK(refusal(soa + "x. 1 CH A 192.0.2.1\n").find("class must be IN") != std::string::npos);
    CHECK(refusal(soa + "x. 1 IN ANY 1\n") != "accepted");
    CHECK(refusal(soa + "x. 1 IN OPT \\# 0\n").find("cannot be in a zone") != std::string::npos);
    CHECK(refusal(soa + "x. 4294967296 IN A 192.0.2.1\n").find("no TTL") != std::string::npos);
    CHECK(refusal(soa + "$INCLUDE /etc/passwd\n").find("not supported") != std::string::npos);
    CHECK(refusal(soa + "$GENERATE 1-1000000000 a A 1\n") != "accepted");
    CHECK(refusal(" 1 IN A 192.0.2.1\n").find("no owner") != std::string::npos);
    for (const char* bad : {"a\\256. 1 IN A 192.0.2.1",
                            "a\\25. 1 IN A 192.0.2.1",
                            "a..b. 1 IN A 192.0.2.1",
                            "x. 1 IN A 192.0.2.256",
                            "x. 1 IN A",
                            "x. 1 IN A 1.2.3.4 5",
                            "x. 1 IN AAAA 1::2::3",
                            "x. 1 IN NS",
                            "x. 1 IN DS 1 8 2 XYZ",
                            "x. 1 IN DS 65536 8 2 AA",
                            "x. 1 IN DNSKEY 256 3 8 A",
                            "x. 1 IN TXT",
                            "x. 1 IN TXT \"\\999\"",
                            "x. 1 IN TYPE731 \\# 4 00",
                            "x. 1 IN A \\# 3 000000",
                            "x. 1 IN NSEC",
                            "x. 1 IN RRSIG A 8 1 5 20241302000000 1 1 . AA==",
                            "x. 1 IN SOA a. b. 1 2 3 4",
                            "x. 1",
                            "x.",
                            "x. 1 IN TYPE65536 \\# 0"}) {
        CAPTURE(bad);
        CHECK(refusal(soa + bad + "\n").find("line 2: ") == 0);
    }
    CHECK(refusal(soa + std::string(300, 'a') + ". 1 IN A 192.0.2.1\n") != "accepted");
    CHECK(refusal(soa + "x. 1 IN TXT " + std::string(256, 'a') + "\n") != "accepted");
    CHECK(refusal(soa + "x. 1 IN TXT (" + std::string(1 << 20, '\n') + ")\n").find("longer than 256 KiB") !=
          std::string::npos);
    CHECK(refusal(std::string("\0\0\xff", 3)) != "accepted");
    // What a hostile file says is never sent to a terminal as it is.
    for (const std::string& bad : {"x. 1 IN \x1b[31m\xa6 1", "x. 9\x1b\xff IN A 192.0.2.1", "$\x1b[31m\xa6 x",
                                   "x. 1 IN DS \x1b\xa6 1 1 AA", "\x1b\xff\x07..x. 1 IN A 192.0.2.1"}) {
        const std::string said = refusal(soa + bad + "\n");
        CHECK(said != "accepted");
        CHECK(std::ranges::all_of(said, [](char c) { return c >= 0x20 && c < 0x7f; }));
    }
}

TEST_CASE("a million records are refused before they take memory")
{
    std::string text = soa;
    for (std::size_t i = 0; i <= record_limit; ++i)
        text += "a" + std::to_string(i) + ". 1 NS x.\n";
    CHECK(refusal(text).find("more than 100000 records") != std::string::npos);
}

TEST_CASE("every cut and every changed octet of a small zone is either refused or read, never worse")
{
    const std::string good = soa + "b. 9 IN NS y.\nb. 5 IN TXT \"q\\\"\" ( a\n b )\nc. TYPE9 \\# 2 0001\n";
    for (std::size_t size = 0; size < good.size(); ++size)
        (void)read_zone(std::string_view(good).substr(0, size));
    std::size_t refused = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            refused += read_zone(bad) ? 0 : 1;
        }
    }
    CHECK(refused > good.size());
}

TEST_CASE("the TSIG records of a transfer that dig prints are of its messages, not of the zone")
{
    const std::string plain = soa + "b. 5 IN NS x.\n" + soa;
    const std::string transfer = soa + "b. 5 IN NS x.\n" + soa +
                                 "key.example. 0 ANY TSIG hmac-sha256. 1799000000 300 32 AQIDBA== 4711 NOERROR 0\n";
    CHECK(canonical(transfer) == canonical(plain));
    CHECK_FALSE(read_zone(soa + "key.example. 0 IN TSIG hmac-sha256. 1799000000 300 0 4711 NOERROR 0\n"));
}

TEST_CASE("a byte order mark is named as such")
{
    const auto error_of = [](const std::string& text) { return read_zone(text).error().message; };
    CHECK(error_of("\xef\xbb\xbf" + soa).find("byte order mark (EF BB BF)") != std::string::npos);
    CHECK(error_of("\xff\xfe.").find("UTF-16") != std::string::npos);
}

TEST_CASE("a file that begins with something else than a record is no zone file, whatever is wrong behind it")
{
    CHECK(is_no_zone_file("root:x:0:0:root:/root:/bin/bash\n"));
    CHECK(is_no_zone_file("<html><body>404</body></html>\n"));
    CHECK(is_no_zone_file("\xef\xbb\xbf" + soa));
    CHECK_FALSE(is_no_zone_file(soa));
    CHECK_FALSE(is_no_zone_file("; comment\n$TTL 7\n$ORIGIN .\n@ IN SOA a. b. 1 2 3 4 5\nbroken\n"));
    CHECK_FALSE(is_no_zone_file(""));
    CHECK_FALSE(is_no_zone_file("; only a comment\n"));
}

}  // namespace rw::zones
