// SPDX-License-Identifier: EUPL-1.2
// DNS64: the examples of RFC 6052 §2.4 and what RFC 6147 says about when and how long.
#include "resolver/iterate/dns64.h"

#include <doctest/doctest.h>

using namespace rw;
using iterate::Dns64;
using iterate::Link;
using iterate::Outcome;

namespace
{

Dns64 with_prefix(std::string_view prefix)
{
    return Dns64({.prefix = *Prefix::parse(prefix)});
}

std::string embedded(std::string_view prefix)
{
    const std::array<std::uint8_t, 4> address{192, 0, 2, 33};
    return IpAddress::from_octets(with_prefix(prefix).embed(address)).to_string();
}

Outcome with_addresses(std::initializer_list<std::string_view> addresses, std::uint32_t ttl = 300)
{
    const dns::Name name = *dns::Name::parse("www.example.");
    Link link{name, dns::RRType::a, cache::EntryFacts(cache::Rank::answer), {}, {}, ttl};
    dns::RRset set{name, dns::RRType::a, ttl, {}, {}};
    for (const std::string_view address : addresses)
        set.rdatas.add(IpAddress::parse(address)->octets());
    link.facts.security = cache::Security::secure;
    link.records.push_back(std::move(set));
    return {{std::move(link)}, std::nullopt, {}};
}

Outcome denied(std::uint32_t ttl)
{
    Link link{
        *dns::Name::parse("www.example."), dns::RRType::aaaa, cache::EntryFacts(cache::Rank::denial), {}, {}, ttl};
    link.facts.kind = cache::EntryKind::nodata;
    return {{std::move(link)}, std::nullopt, {}};
}

Outcome failed_with(Failure failure)
{
    return {{}, failure, {}};
}

}  // namespace

TEST_CASE("addresses are embedded as RFC 6052 §2.4 shows for every prefix length")
{
    CHECK(embedded("2001:db8::/32") == "2001:db8:c000:221::");
    CHECK(embedded("2001:db8:100::/40") == "2001:db8:1c0:2:21::");
    CHECK(embedded("2001:db8:122::/48") == "2001:db8:122:c000:2:2100::");
    CHECK(embedded("2001:db8:122:300::/56") == "2001:db8:122:3c0:0:221::");
    CHECK(embedded("2001:db8:122:344::/64") == "2001:db8:122:344:c0:2:2100:0");
    CHECK(embedded("2001:db8:122:344::/96") == "2001:db8:122:344::c000:221");
}

TEST_CASE("AAAA records are made when there are none, and when the servers fail otherwise than by bad data")
{
    const Dns64 dns64 = with_prefix("64:ff9b::/96");
    CHECK(dns64.wants_synthesis(denied(60)));
    CHECK(dns64.wants_synthesis(failed_with(Failure::no_reachable_authority)));
    CHECK_FALSE(dns64.wants_synthesis(failed_with(Failure::bogus)));
    Outcome absent = denied(60);
    absent.links.back().facts.kind = cache::EntryKind::nxdomain;
    CHECK_FALSE(dns64.wants_synthesis(absent));
}

TEST_CASE("what is made lives no longer than the denial, and is not secure")
{
    const Dns64 dns64 = with_prefix("64:ff9b::/96");
    const auto made = dns64.synthesise(denied(60), with_addresses({"192.0.2.33", "198.51.100.1"}));
    REQUIRE(made);
    const Link& link = made->links.back();
    CHECK(link.ttl == 60);
    CHECK(link.facts.security == cache::Security::insecure);
    REQUIRE(link.records.size() == 1);
    CHECK(link.records[0].type == dns::RRType::aaaa);
    CHECK(link.records[0].rdatas.size() == 2);
    CHECK(IpAddress::from_octets(link.records[0].rdatas.front()).to_string() == "64:ff9b::c000:221");
}

TEST_CASE("the well-known prefix stands for no private address")
{
    const Dns64 known = with_prefix("64:ff9b::/96");
    CHECK_FALSE(known.synthesise(denied(60), with_addresses({"10.1.2.3", "192.168.0.1"})));
    CHECK(with_prefix("2001:db8::/96").synthesise(denied(60), with_addresses({"10.1.2.3"})));
}

TEST_CASE("reverse names below the prefix lead to the reverse name of the IPv4 address")
{
    const Dns64 dns64 = with_prefix("64:ff9b::/96");
    const auto reverse = [&](std::string_view name) { return dns64.ipv4_reverse(*dns::Name::parse(name)); };
    const auto name = reverse("1.2.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.b.9.f.f.4.6.0.0.ip6.arpa.");
    REQUIRE(name);
    CHECK(name->to_string() == "33.2.0.192.in-addr.arpa.");
    CHECK_FALSE(reverse("1.2.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."));
    CHECK_FALSE(reverse("b.9.f.f.4.6.0.0.ip6.arpa."));
}
