// SPDX-License-Identifier: EUPL-1.2
// What a hostile zone may cost: work that grows with the square of something it holds is cut off when it is read. Counts
// are compared, not times; tests/e2e/audit_worst.py holds the same files against a clock.
#include <doctest/doctest.h>
#include <zlib.h>

#include "tests/unit/zones/signed_zone.h"
#include "zones/audit/leaf.h"
#include "zones/events.h"
#include "zones/unpack.h"
#include "zones/zone_file.h"

namespace rw::zones
{

namespace
{

std::string signature(const std::string& owner, const std::string& covered, unsigned number)
{
    return owner + " 1 IN RRSIG " + covered + " 13 1 1 20270101000000 20260101000000 " +
           std::to_string(number % 65536) + " . " + base64(sha256(std::to_string(number))) + "\n";
}

std::string refusal_of(const std::string& text)
{
    const Result<Zone> zone = read_zone(text);
    return zone ? "" : zone.error().message;
}

}  // namespace

TEST_CASE("an RRset looks at the signatures that cover it and at no other of its owner")
{
    std::string text = small_root(1);
    unsigned written = 0;
    for (unsigned type = 0; type < 500; ++type) {
        text += "x. 1 IN TYPE" + std::to_string(300 + type) + " \\# 1 00\n";
        for (unsigned i = 0; i < type % (rrset_signature_limit + 1); ++i)
            text += signature("x.", "TYPE" + std::to_string(300 + type), written++);
    }
    text += signature("x.", "TYPE9999", written++);  // covers nothing that is there
    const Result<Zone> zone = read_zone(text);
    REQUIRE_MESSAGE(zone, refusal_of(text));
    std::size_t looked_at = 0;
    for (const RRsetRange& rrset : zone->rrsets()) {
        if (rrset.type == dns::RRType::rrsig)
            continue;
        const RRsetRange covering = zone->signatures(rrset);
        looked_at += covering.count;
        for (std::uint32_t i = 0; i < covering.count; ++i)
            CHECK(load_u16(zone->rdata(covering, i).data()) == static_cast<std::uint16_t>(rrset.type));
        CHECK(zone->owned(rrset).signatures.size() == covering.count);
    }
    CHECK(looked_at == written - 1);
}

TEST_CASE("more signatures, keys or data than a root zone has are refused when it is read")
{
    std::string text = small_root(1) + "x. 1 IN TXT x\n";
    for (unsigned i = 0; i < rrset_signature_limit; ++i)
        text += signature("x.", "TXT", i);
    CHECK(refusal_of(text) == "");
    CHECK(refusal_of(text + signature("x.", "TXT", 99)).find("more than 8 signatures") != std::string::npos);

    text = small_root(1);
    for (unsigned i = 0; i < zone_key_limit; ++i)
        text += ". 1 IN DNSKEY 256 3 13 " + base64(sha256(std::to_string(i))) + "\n";
    CHECK(refusal_of(text) == "");
    CHECK(refusal_of(text + ". 1 IN DNSKEY 256 3 13 AAAA\n").find("more than 64 keys") != std::string::npos);

    text = small_root(1);
    for (unsigned i = 0; i < 17; ++i)
        text += "x. 1 IN TYPE999 \\# 62000 " + std::string(123'998, '0') + "0" + std::to_string(i % 10) + "\n" +
                "x. 1 IN TYPE999 \\# 62000 " + std::string(123'998, '0') + "A" + std::to_string(i % 10) + "\n";
    CHECK(refusal_of(text).find("more than 1024 KiB of data") != std::string::npos);
}

TEST_CASE("a zone that would be gigabytes of text is refused before it is one")
{
    std::string bitmap = "00";
    for (unsigned window = 0; window < 64; ++window)
        bitmap += hex_upper(OctetBuffer{static_cast<std::uint8_t>(window), 32}) + std::string(64, 'F');
    std::string text = small_root(1);
    const auto add = [&](unsigned from, unsigned to) {
        for (unsigned i = from; i < to; ++i)
            text +=
                "n" + std::to_string(i) + ". 1 IN NSEC \\# " + std::to_string(bitmap.size() / 2) + " " + bitmap + "\n";
    };
    add(0, 3);
    const Result<Zone> small = read_zone(text);
    REQUIRE(small);
    CHECK(canonical_text(*small).size() > 3 * 100'000);
    add(3, 500);
    CHECK(refusal_of(text).find("written out the zone has more than 64 MiB") != std::string::npos);
}

TEST_CASE("a record that is short to read and too long to be read again once it is written out is refused")
{
    std::string octets;  // as they are: one character each when read, four when written
    for (int i = 0; i < 256; ++i)
        octets += "\"" + std::string(255, '\x80') + "\" ";
    CHECK(
        refusal_of(small_root(1) + "x. 1 IN TXT " + octets.substr(0, octets.size() - 258) + "\n").find("longer than") !=
        std::string::npos);
    std::string bitmap = "00";
    for (unsigned window = 0; window < 256; ++window)
        bitmap += hex_upper(OctetBuffer{static_cast<std::uint8_t>(window), 32}) + std::string(64, 'F');
    CHECK(refusal_of(small_root(1) + "x. 1 IN NSEC \\# " + std::to_string(bitmap.size() / 2) + " " + bitmap + "\n")
              .find("x. NSEC written out is longer than 256 KiB") != std::string::npos);
}

TEST_CASE("whatever is read can be written out and read again as the same, up to every limit")
{
    std::string octets;
    for (int i = 0; i < 200; ++i)
        octets += "\"" + std::string(255, '\x80') + "\" ";
    std::string text = small_root(1);
    for (int i = 0; i < 260; ++i)
        text += "x" + std::to_string(i) + ". 1 IN TXT " + octets + "\n";
    const Result<Zone> zone = read_zone(text);
    REQUIRE_MESSAGE(zone, refusal_of(text));
    const std::string written = canonical_text(*zone);
    CHECK(written.size() > zone_text_limit / 10 * 7);
    const Result<Zone> again = read_zone(written);
    REQUIRE_MESSAGE(again, refusal_of(written));
    CHECK(canonical_text(*again) == written);
}

TEST_CASE("canonical text stays within the bound that was reckoned when the zone was read")
{
    std::string label;
    for (int i = 0; i < 60; ++i)
        label += "\\001";
    std::string text = small_root(1);
    for (unsigned i = 0; i < 2000; ++i)
        text += label + "." + label + "." + label + ".a. 1 IN TYPE999 \\# 4 " +
                hex_upper(OctetBuffer{0, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}) + "\n";
    const Result<Zone> zone = read_zone(text);
    REQUIRE(zone);
    CHECK(canonical_text(*zone).size() <= text.size() + 2000 * 4);
    // 90,000 such owners are spelt out each time: more than the limit.
    std::string many = small_root(1);
    for (unsigned i = 0; i < 90'000; ++i)
        many += std::string(i == 0 ? label + "." + label + "." + label + ".a." : "") + "\t1 IN A 192.0." +
                std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255) + "\n";
    CHECK(refusal_of(many).find("written out the zone") != std::string::npos);
}

TEST_CASE("a packed file of empty parts without end is refused")
{
    std::string member;
    {
        z_stream stream{};
        REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        std::array<char, 64> out{};
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = out.size();
        REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
        member.assign(out.data(), out.size() - stream.avail_out);
        deflateEnd(&stream);
    }
    std::string gzip;
    for (int i = 0; i < 70'000; ++i)
        gzip += member;
    CHECK(unpacked(octets_of(gzip), 1U << 20).error().message.find("more than 65536 parts") != std::string::npos);
    std::string zstd;
    for (int i = 0; i < 70'000; ++i)
        zstd += std::string("\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", 9);  // RFC 8878 §3.1.1, no content
    CHECK(unpacked(octets_of(zstd), 1U << 20).error().message.find("more than 65536 parts") != std::string::npos);
}

TEST_CASE("a delta without end is listed up to a limit, and says how much more there is")
{
    Delta delta{.from = 1, .to = 2, .changes = {}};
    for (int i = 0; i < 25'000; ++i)
        delta.changes.push_back({.owner = "t" + std::to_string(i) + ".",
                                 .type = dns::RRType::ns,
                                 .added = {"a."},
                                 .removed = {},
                                 .ttl_before = {},
                                 .ttl_after = 1});
    std::size_t listed = 0;
    const std::vector<Json> leaves = audit::delta_leaves(delta, Digest{}, Digest{});
    for (const Json& leaf : leaves)
        listed += leaf["changes"].size();
    CHECK(listed == 20'000);
    CHECK(leaves.back()["changes_not_listed"] == 5'000);
}

TEST_CASE("the TLD of a name is told from its text, escapes and all")
{
    for (const char* owner : {".", "fr.", "d.nic.fr.", "a\\.b.", "x.a\\.b.", "\\001.", "a.\\001."}) {
        CAPTURE(owner);
        const dns::Name name = *dns::Name::parse(owner);
        CHECK(is_tld(owner) == (name.label_count() == 1));
        CHECK(tld_of(owner) == (name.is_root() ? "." : name.ancestor(1).to_string()));
    }
}

}  // namespace rw::zones
