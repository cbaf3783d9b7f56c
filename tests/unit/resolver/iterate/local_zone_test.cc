// SPDX-License-Identifier: EUPL-1.2
// Local zones: records as written, and the answers they give.
#include "resolver/iterate/local_zone.h"

#include <doctest/doctest.h>

#include <string>

using namespace rw;
using iterate::LocalZone;
using iterate::read_local_record;
using Type = config::LocalZoneType;

namespace
{

dns::Name domain(std::string_view text)
{
    return *dns::Name::parse(text);
}

std::string error_of(std::string_view text, std::string_view apex = "lan.")
{
    const auto record = read_local_record(text, domain(apex));
    return record ? "" : record.error().message;
}

/// Adds records; gives the complaint about the last.
std::string add(LocalZone& zone, std::initializer_list<std::string_view> records)
{
    std::string complaint;
    for (const std::string_view text : records) {
        auto record = read_local_record(text, zone.apex());
        REQUIRE_MESSAGE(record, text);
        const auto added = zone.add(std::move(*record));
        complaint = added ? "" : added.error().message;
    }
    return complaint;
}

std::string answer(const LocalZone& zone, std::string_view owner, dns::RRType type = dns::RRType::a)
{
    const auto found = zone.answer({domain(owner), type, dns::RRClass::in});
    if (!found)
        return "resolve";
    if (!*found)
        return std::string(fact(found->error()).name);
    switch ((*found)->facts.kind) {
        case cache::EntryKind::nxdomain:
            return "nxdomain";
        case cache::EntryKind::nodata:
            return "nodata";
        default:
            return (*found)->records.front().owner.to_string() + " " + dns::type_name((*found)->records.front().type);
    }
}

}  // namespace

TEST_CASE("TTL and class may be left out or stand in either order, and units are read")
{
    const auto whole = read_local_record("printer.lan. 300 IN A 192.0.2.9", domain("lan."));
    REQUIRE(whole);
    CHECK(whole->ttl == 300);
    CHECK(whole->rdata == OctetBuffer{192, 0, 2, 9});
    CHECK(read_local_record("printer.lan. IN 300 A 192.0.2.9", domain("lan."))->ttl == 300);
    CHECK(read_local_record("printer.lan. A 192.0.2.9", domain("lan."))->ttl == 3600);
    CHECK(read_local_record("printer.lan. in a 192.0.2.9", domain("lan."))->ttl == 3600);
    CHECK(read_local_record("printer.lan. 5m A 192.0.2.9", domain("lan."))->ttl == 300);
    CHECK(error_of("printer.lan. 300x A 192.0.2.9").find("300x is no TTL") != std::string::npos);
}

TEST_CASE("a name without its final dot is absolute when that lies in the zone, else one label below it")
{
    CHECK(read_local_record("printer.lan A 192.0.2.9", domain("lan."))->owner == domain("printer.lan."));
    CHECK(read_local_record("printer A 192.0.2.9", domain("lan."))->owner == domain("printer.lan."));
    CHECK(read_local_record("* A 192.0.2.9", domain("lan."))->owner == domain("*.lan."));
    CHECK(read_local_record("@ A 192.0.2.9", domain("lan."))->owner == domain("lan."));
    CHECK(error_of("www.example A 192.0.2.9").find("write www.example.lan. if that is meant") != std::string::npos);
    CHECK(error_of("www.example. A 192.0.2.9").find("www.example. is not below lan.") != std::string::npos);
    CHECK(error_of("xlan. A 192.0.2.9").find("is not below lan.") != std::string::npos);
}

TEST_CASE("what could have no effect is refused")
{
    CHECK(error_of("a.lan. OPT x").find("no type that data has") != std::string::npos);
    CHECK(error_of("a.lan. DNAME b.lan.").find("not followed") != std::string::npos);
    CHECK(error_of("a.lan. BOGUS x").find("no record type we know") != std::string::npos);
    CHECK(error_of("a.*.lan. A 192.0.2.1").find("first label") != std::string::npos);
    LocalZone zone(domain("lan."), Type::fixed);
    CHECK(add(zone, {"a CNAME b.lan.", "a A 192.0.2.1"}).find("stands alone") != std::string::npos);
    CHECK(add(zone, {"c A 192.0.2.1", "c CNAME b.lan."}).find("stands alone") != std::string::npos);
    CHECK(add(zone, {"d 60 A 192.0.2.1", "d 61 A 192.0.2.2"}).find("have a TTL of 60") != std::string::npos);
    CHECK(add(zone, {"e SOA a. b. 1 1 1 1 1"}).find("belongs to its apex") != std::string::npos);
    LocalZone redirect(domain("lan."), Type::redirect);
    CHECK(add(redirect, {"a A 192.0.2.1"}).find("this is never given") != std::string::npos);
}

TEST_CASE("a wildcard answers for names that do not exist, and for no others")
{
    LocalZone zone(domain("home."), Type::fixed);
    REQUIRE(add(zone, {"*.home. 60 A 10.0.0.2", "x.y.home. A 10.0.0.3", "*.y.home. TXT t"}) == "");
    CHECK(answer(zone, "a.home.") == "a.home. A");
    CHECK(answer(zone, "a.b.home.") == "a.b.home. A");
    CHECK(answer(zone, "a.home.", dns::RRType::aaaa) == "nodata");
    CHECK(answer(zone, "y.home.") == "nodata");  // an empty non-terminal exists
    CHECK(answer(zone, "a.y.home.") == "nodata");
    CHECK(answer(zone, "a.y.home.", dns::RRType::txt) == "a.y.home. TXT");
    CHECK(answer(zone, "a.x.y.home.") == "nxdomain");  // below a name that exists
    CHECK(answer(zone, "home.") == "nodata");
}

TEST_CASE("in a transparent zone a wildcard answers, and what it does not cover is resolved")
{
    LocalZone zone(domain("home."), Type::transparent);
    REQUIRE(add(zone, {"*.a.home. A 10.0.0.2"}) == "");
    CHECK(answer(zone, "x.a.home.") == "x.a.home. A");
    CHECK(answer(zone, "x.home.") == "resolve");
}

TEST_CASE("a zone is denied with its own SOA when it has one")
{
    LocalZone zone(domain("lan."), Type::fixed);
    REQUIRE(add(zone, {"@ 120 SOA ns.lan. admin.lan. 7 3600 600 86400 30"}) == "");
    const auto denied = zone.answer({domain("x.lan."), dns::RRType::a, dns::RRClass::in});
    REQUIRE(denied);
    REQUIRE(*denied);
    CHECK((*denied)->records.front().ttl == 30);  // RFC 2308 §5: the smaller of TTL and MINIMUM
    CHECK(answer(zone, "lan.", dns::RRType::soa) == "lan. SOA");
}
