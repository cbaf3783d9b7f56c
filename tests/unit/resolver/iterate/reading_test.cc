// SPDX-License-Identifier: EUPL-1.2
// What responses mean, and what of them is believed.
#include "resolver/iterate/reading.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "resolver/dnssec/denial.h"
#include "resolver/iterate/limits.h"
#include "tests/unit/resolver/iterate/response.h"

using rw::OctetBuffer;
using rw::Rcode;
using rw::dns::Header;
using rw::dns::Question;
using rw::dns::RRType;
using rw::dns::Section;
using rw::iterate::Reading;
using rw::iterate::ReadingRules;
using rw::test::name;
using rw::test::Response;
using Kind = Reading::Kind;

namespace
{

constexpr std::uint16_t from_parent = Header::qr;  // a referral has no AA
constexpr std::array<std::uint8_t, 4> address{192, 0, 2, 1};

Question www(RRType type = RRType::a)
{
    return {name("www.example.com."), type, rw::dns::RRClass::in};
}

Reading read(Response& response, std::string_view zone, const Question& question, const ReadingRules& rules = {})
{
    return rw::iterate::read(response.view(), name(zone), question, rules);
}

}  // namespace

TEST_CASE("an answer is the RRset that was asked for")
{
    Response response(www());
    response.a(Section::answer, "WWW.example.com.", address);
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::answer);
    REQUIRE(reading.links.size() == 1);
    CHECK(reading.links.front().rdatas.size() == 1);
    CHECK(reading.authoritative);
}

TEST_CASE("aliases inside the zone are followed in one response, those that leave it are not")
{
    Response response(www());
    response.points(Section::answer, "www.example.com.", RRType::cname, "a.example.com.")
        .points(Section::answer, "a.example.com.", RRType::cname, "www.example.net.")
        .a(Section::answer, "www.example.net.", address);
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::alias);
    CHECK(reading.links.size() == 2);
    CHECK(reading.target == name("www.example.net."));
}

TEST_CASE("a loop of aliases ends the reading")
{
    Response response(www());
    response.points(Section::answer, "www.example.com.", RRType::cname, "a.example.com.")
        .points(Section::answer, "a.example.com.", RRType::cname, "www.example.com.");
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::alias);
    CHECK(reading.links.size() <= 2 * rw::iterate::limits::alias_chain + 1);
}

TEST_CASE("a DNAME stands in front of the alias that is made from it, whatever CNAME the server sent")
{
    Response response(www());
    response.points(Section::answer, "example.com.", RRType::dname, "example.net.")
        .points(Section::answer, "www.example.com.", RRType::cname, "www.attacker.example.");
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::alias);
    REQUIRE(reading.links.size() == 2);
    CHECK(reading.links[0].type == RRType::dname);
    CHECK(reading.target == name("www.example.net."));
}

TEST_CASE("a referral is closer to the name than the zone asked")
{
    Response response(www(), from_parent);
    response.points(Section::authority, "example.com.", RRType::ns, "ns1.example.com.")
        .a(Section::additional, "ns1.example.com.", address);
    const Reading reading = read(response, "com.", www());
    REQUIRE(reading.kind == Kind::referral);
    CHECK(reading.delegation.zone == name("example.com."));
    REQUIRE(reading.delegation.servers.size() == 1);
    CHECK(reading.delegation.servers.front().glue.size() == 1);
    CHECK(reading.lease == 3600);
}

TEST_CASE("referrals upwards, sideways and to the zone itself are lame")
{
    for (const char* owner : {".", "com.", "example.com.", "example.net."}) {
        CAPTURE(owner);
        Response response(www(), from_parent);
        response.points(Section::authority, owner, RRType::ns, "ns1.example.org.");
        CHECK(read(response, "example.com.", www()).kind == Kind::lame);
    }
}

TEST_CASE("a forwarder that says RA may leave the SOA out, and refers to nobody")
{
    const ReadingRules rules{.accept_non_aa = true, .harden_glue = true, .forwarder = true};
    Response empty(www(), Header::qr | Header::ra);
    CHECK(read(empty, ".", www(), rules).kind == Kind::nodata);
    Response silent(www(), from_parent);
    CHECK(read(silent, ".", www(), rules).kind == Kind::lame);
    Response referring(www(), Header::qr | Header::ra);
    referring.points(Section::authority, "com.", RRType::ns, "a.gtld-servers.net.");
    CHECK(read(referring, ".", www(), rules).kind == Kind::lame);
}

TEST_CASE("glue is taken for the referral's own servers and only from below the zone asked")
{
    Response response(www(), from_parent);
    response.points(Section::authority, "example.com.", RRType::ns, "ns.example.net.")
        .a(Section::additional, "ns.example.net.", address)
        .a(Section::additional, "www.example.com.", address);
    const Reading hardened = read(response, "com.", www());
    REQUIRE(hardened.kind == Kind::referral);
    CHECK(hardened.delegation.servers.front().glue.empty());
    const Reading lax = read(response, "com.", www(), {.accept_non_aa = true, .harden_glue = false});
    CHECK(lax.delegation.servers.front().glue.size() == 1);
}

TEST_CASE("a referral keeps a bounded number of servers and addresses")
{
    Response response(www(), from_parent);
    for (int i = 0; i < 100; ++i)
        response.points(Section::authority, "example.com.", RRType::ns, fmt::format("ns{}.example.com.", i));
    for (std::uint8_t i = 0; i < 100; ++i)
        response.a(Section::additional, "ns0.example.com.", {192, 0, 2, i});
    const Reading reading = read(response, "com.", www());
    REQUIRE(reading.kind == Kind::referral);
    CHECK(reading.delegation.servers.size() == rw::iterate::limits::servers_per_delegation);
    CHECK(reading.delegation.servers.front().glue.size() == rw::iterate::limits::addresses_per_server);
}

TEST_CASE("the parent answers for DS itself: its own NS beside a denial are no referral")
{
    const Question ds{name("example.com."), RRType::ds, rw::dns::RRClass::in};
    Response response(ds);
    response.soa("com.").points(Section::authority, "example.com.", RRType::ns, "ns1.example.com.");
    CHECK(read(response, "com.", ds).kind == Kind::nodata);
}

TEST_CASE("a referral where a DS was asked for says that there is none")
{
    const Question ds{name("example.com."), RRType::ds, rw::dns::RRClass::in};
    Response response(ds, from_parent);
    response.points(Section::authority, "example.com.", RRType::ns, "ns1.example.com.");
    CHECK(read(response, "com.", ds).kind == Kind::nodata);
    Response upwards(ds, from_parent);
    upwards.points(Section::authority, ".", RRType::ns, "k.root-servers.net.");
    CHECK(read(upwards, "com.", ds).kind == Kind::lame);
}

TEST_CASE("a forwarder may deny a name by a zone above the one that is forwarded to it")
{
    const ReadingRules rules{.accept_non_aa = true, .harden_glue = true, .forwarder = true};
    Response denied(www(), Header::qr | Header::ra);
    denied.rcode(Rcode::nxdomain).soa("com.");
    const Reading reading = read(denied, "example.com.", www(), rules);
    CHECK(reading.kind == Kind::nxdomain);
    CHECK(reading.denial.size() == 1);
}

TEST_CASE("what the authority and additional sections of an answer hold does not come out")
{
    Response response(www());
    response.a(Section::answer, "www.example.com.", address)
        .points(Section::authority, "example.com.", RRType::ns, "ns.attacker.example.")
        .a(Section::additional, "ns.attacker.example.", address);
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::answer);
    CHECK(reading.delegation.servers.empty());
    CHECK(reading.denial.empty());
}

TEST_CASE("the SOA of a zone above proves nothing")
{
    Response response(www());
    response.soa("com.");
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::nodata);
    CHECK(reading.denial.empty());
}

TEST_CASE("NXDOMAIN with its SOA is a denial, and NODATA without the name's type")
{
    Response denied(www());
    denied.rcode(Rcode::nxdomain).soa("example.com.");
    const Reading nxdomain = read(denied, "example.com.", www());
    CHECK(nxdomain.kind == Kind::nxdomain);
    CHECK(nxdomain.denial.size() == 1);
    Response other(www());
    other.soa("example.com.");
    CHECK(read(other, "example.com.", www()).kind == Kind::nodata);
}

TEST_CASE("error codes are told apart")
{
    const std::array rows{std::pair{Rcode::refused, Kind::refused}, std::pair{Rcode::servfail, Kind::servfail},
                          std::pair{Rcode::formerr, Kind::formerr}, std::pair{Rcode::notimp, Kind::formerr}};
    for (const auto& [code, kind] : rows) {
        Response response(www());
        response.rcode(code);
        CHECK(read(response, "example.com.", www()).kind == kind);
    }
}

TEST_CASE("a truncated response is not read further")
{
    Response response(www(), Header::qr | Header::aa | Header::tc);
    response.a(Section::answer, "www.example.com.", address);
    const Reading reading = read(response, "example.com.", www());
    CHECK(reading.kind == Kind::truncated);
    CHECK(reading.links.empty());
}

TEST_CASE("records of another class are no answer")
{
    Response response(www());
    response.add(Section::answer, "www.example.com.", RRType::a, address, rw::dns::RRClass::ch);
    CHECK(read(response, "example.com.", www()).kind == Kind::nodata);
}

TEST_CASE("more records than a section may have are refused")
{
    Response response(www());
    for (std::size_t i = 0; i <= rw::iterate::limits::records_per_section; ++i)
        response.a(Section::answer, fmt::format("w{}.example.com.", i), address);
    CHECK(read(response, "example.com.", www()).kind == Kind::too_large);
}

TEST_CASE("an RRset that is too large or malformed is no denial")
{
    Response large(www());
    for (std::size_t i = 0; i <= rw::iterate::limits::records_per_rrset; ++i)
        large.a(Section::answer, "www.example.com.",
                {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
    CHECK(read(large, "example.com.", www()).kind == Kind::too_large);
    const std::array<std::uint8_t, 3> short_address{192, 0, 2};
    Response malformed(www());
    malformed.a(Section::answer, "www.example.com.", address)
        .add(Section::answer, "www.example.com.", RRType::a, short_address);
    CHECK(read(malformed, "example.com.", www()).kind == Kind::malformed);
    Response alias(www());
    alias.add(Section::answer, "www.example.com.", RRType::cname, short_address);
    CHECK(read(alias, "example.com.", www()).kind == Kind::malformed);
    Response renamed(www());
    renamed.add(Section::answer, "example.com.", RRType::dname, short_address);
    CHECK(read(renamed, "example.com.", www()).kind == Kind::malformed);
}

TEST_CASE("of two aliases at a name the first counts")
{
    for (const bool dname : {false, true}) {
        CAPTURE(dname);
        const RRType type = dname ? RRType::dname : RRType::cname;
        const char* owner = dname ? "example.com." : "www.example.com.";
        Response response(www());
        response.points(Section::answer, owner, type, "a.example.net.")
            .points(Section::answer, owner, type, "b.example.net.");
        const Reading reading = read(response, "example.com.", www());
        REQUIRE(reading.kind == Kind::alias);
        CHECK(reading.target == name(dname ? "www.a.example.net." : "a.example.net."));
        CHECK(reading.links.front().rdatas.size() == 1);
    }
}

namespace
{

/// The shortest of a few readings of a response with 1,500 records of `type`, each at an owner of its own.
rw::Duration reading_time(RRType type, Section section)
{
    // Memory that is given back after each reading would cost more than the reading.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 25);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 26);
    const rw::dns::Name zone = name("example.com.");
    OctetBuffer rdata(zone.wire().begin(), zone.wire().end());
    if (type == RRType::soa)
        rdata.insert(rdata.end(), 21, 0);
    std::string deep = "example.com.";
    while (deep.size() < 250)
        deep.insert(0, "a.");
    const Question question{name(deep), RRType::a, rw::dns::RRClass::in};
    Response response(question);
    for (std::size_t i = 0; i < rw::iterate::limits::records_per_section; ++i)
        response.add(section, fmt::format("w{}.example.com.", i), type, rdata);
    const rw::dns::MessageView view = response.view();
    auto shortest = rw::Duration::max();
    for (int i = 0; i < 10; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const Reading reading = rw::iterate::read(view, zone, question, {});
        shortest = std::min<rw::Duration>(shortest, std::chrono::steady_clock::now() - start);
        REQUIRE(reading.denial.size() <= rw::iterate::limits::rrsets_of_type);
    }
    return shortest;
}

}  // namespace

// One response of 64 KB over TCP must not hold up a worker.
TEST_CASE("many record sets take little longer to read than records that nobody looks at")
{
    for (const RRType type : {RRType::nsec, RRType::nsec3, RRType::soa, RRType::ns, RRType::dname}) {
        CAPTURE(rw::dns::type_name(type));
        const Section section = type == RRType::dname ? Section::answer : Section::authority;
        const rw::Duration ignored = reading_time(RRType::txt, section);
        CHECK(reading_time(type, section) < 10 * ignored);
    }
}

TEST_CASE("as many denial records come out as validation looks at")
{
    static_assert(rw::iterate::limits::rrsets_of_type >= rw::dnssec::max_denial_records);
    Response response(www());
    response.rcode(Rcode::nxdomain).soa("example.com.");
    const rw::dns::Name next = name("example.com.");
    for (int i = 0; i < 40; ++i)
        response.add(Section::authority, fmt::format("w{}.example.com.", i), RRType::nsec, next.wire());
    CHECK(read(response, "example.com.", www()).denial.size() == 1 + rw::iterate::limits::rrsets_of_type);
}
