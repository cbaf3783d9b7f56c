// SPDX-License-Identifier: EUPL-1.2
// The table of special names, and zones made from it.
#include "resolver/iterate/special_names.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "resolver/iterate/dns64.h"

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::RRType;
using enum Treatment;

constexpr std::uint32_t special_ttl = 10800;  // seconds; RFC 6303 §3

constexpr std::string_view zero_reverse = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.";
constexpr std::string_view loopback_reverse =
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.";

constexpr std::array table{
    SpecialName{"alt.", nonexistent, "RFC 9476"},
    SpecialName{"example.", resolve, "RFC 6761 §6.5"},
    SpecialName{"example.com.", resolve, "RFC 6761 §6.5"},
    SpecialName{"example.net.", resolve, "RFC 6761 §6.5"},
    SpecialName{"example.org.", resolve, "RFC 6761 §6.5"},
    SpecialName{"invalid.", nonexistent, "RFC 6761 §6.4"},
    SpecialName{"local.", nonexistent, "RFC 6762 §22.1"},
    SpecialName{"localhost.", loopback, "RFC 6761 §6.3"},
    SpecialName{"onion.", nonexistent, "RFC 7686 §2"},
    SpecialName{"test.", nonexistent, "RFC 6761 §6.2"},
    SpecialName{"6tisch.arpa.", nonexistent, "RFC 9031 §11"},
    SpecialName{"eap.arpa.", nonexistent, "draft-ietf-emu-eap-arpa"},
    SpecialName{"eap-noob.arpa.", nonexistent, "RFC 9140 §5.6"},
    SpecialName{"home.arpa.", nonexistent, "RFC 8375 §4"},
    SpecialName{"ipv4only.arpa.", dns64, "RFC 8880 §7.1"},
    // Who has no designated resolver says so, and nobody else's designation gets past (RFC 9462 §4, §6.4).
    SpecialName{"resolver.arpa.", no_data, "RFC 9462 §6.4"},
    SpecialName{"service.arpa.", nonexistent, "RFC 9665 §8.4"},
    SpecialName{"170.0.0.192.in-addr.arpa.", dns64, "RFC 8880 §7.2"},
    SpecialName{"171.0.0.192.in-addr.arpa.", dns64, "RFC 8880 §7.2"},
    SpecialName{"10.in-addr.arpa.", nonexistent, "RFC 6303 §4.1"},
    SpecialName{"172.in-addr.arpa.", nonexistent, "RFC 6303 §4.1", 16, 31},
    SpecialName{"168.192.in-addr.arpa.", nonexistent, "RFC 6303 §4.1"},
    SpecialName{"100.in-addr.arpa.", nonexistent, "RFC 7793", 64, 127},
    SpecialName{"0.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{"127.in-addr.arpa.", loopback_ptr, "RFC 6303 §4.2"},
    SpecialName{"254.169.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{"2.0.192.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{"100.51.198.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{"113.0.203.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{"255.255.255.255.in-addr.arpa.", nonexistent, "RFC 6303 §4.2"},
    SpecialName{zero_reverse, nonexistent, "RFC 6303 §4.3"},
    SpecialName{loopback_reverse, loopback_ptr, "RFC 6303 §4.3"},
    SpecialName{"d.f.ip6.arpa.", nonexistent, "RFC 6303 §4.4"},
    SpecialName{"8.e.f.ip6.arpa.", nonexistent, "RFC 6303 §4.5"},
    SpecialName{"9.e.f.ip6.arpa.", nonexistent, "RFC 6303 §4.5"},
    SpecialName{"a.e.f.ip6.arpa.", nonexistent, "RFC 6303 §4.5"},
    SpecialName{"b.e.f.ip6.arpa.", nonexistent, "RFC 6303 §4.5"},
    SpecialName{"8.b.d.0.1.0.0.2.ip6.arpa.", nonexistent, "RFC 6303 §4.6"},
};

constexpr std::array<std::array<std::uint8_t, 4>, 2> ipv4only_addresses{{{192, 0, 0, 170}, {192, 0, 0, 171}}};

Name name_of(std::string_view text)
{
    return Name::parse(text).value_or(Name{});  // a test reads all names of the table
}

void add(LocalZone& zone, const Name& owner, RRType type, Octets rdata)
{
    zone.add({owner, type, special_ttl, OctetBuffer(rdata.begin(), rdata.end())});
}

void add_loopback(LocalZone& zone)
{
    static constexpr std::array<std::uint8_t, 4> ipv4{127, 0, 0, 1};
    static constexpr std::array<std::uint8_t, 16> ipv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    add(zone, zone.apex(), RRType::a, ipv4);
    add(zone, zone.apex(), RRType::aaaa, ipv6);
}

/// Addresses of ipv4only.arpa., from which clients learn the prefix; or the names of these addresses.
void add_ipv4only(LocalZone& zone, const Dns64& dns64)
{
    static const Name ipv4only = name_of("ipv4only.arpa.");
    if (zone.apex() != ipv4only) {
        add(zone, zone.apex(), RRType::ptr, ipv4only.wire());
        return;
    }
    for (const auto& address : ipv4only_addresses) {
        add(zone, ipv4only, RRType::a, address);
        add(zone, ipv4only, RRType::aaaa, dns64.embed(address));
    }
}

LocalZone make_zone(const Name& apex, Treatment treatment, const std::optional<Dns64>& dns64)
{
    const bool whole = treatment == loopback || treatment == no_data;
    LocalZone zone(apex, whole ? config::LocalZoneType::redirect : config::LocalZoneType::fixed, true);
    if (treatment == loopback)
        add_loopback(zone);
    else if (treatment == loopback_ptr)
        add(zone, name_of(apex == name_of(loopback_reverse) ? loopback_reverse : "1.0.0.127.in-addr.arpa."),
            RRType::ptr, name_of("localhost.").wire());
    else if (treatment == Treatment::dns64)
        add_ipv4only(zone, *dns64);
    return zone;
}

}  // namespace

std::vector<std::string> SpecialName::names() const
{
    if (first < 0)
        return {std::string(name)};
    std::vector<std::string> all;
    for (int label = first; label <= last; ++label)
        all.push_back(fmt::format("{}.{}", label, name));
    return all;
}

std::span<const SpecialName> special_names()
{
    return table;
}

std::vector<LocalZone> special_zones(const config::Settings& settings)
{
    std::optional<Dns64> dns64;
    if (settings.dns64)
        dns64.emplace(*settings.dns64);
    std::vector<LocalZone> zones;
    for (const SpecialName& row : table) {
        if (row.treatment == resolve || (row.treatment == Treatment::dns64 && !dns64))
            continue;
        for (const std::string& name : row.names())
            zones.push_back(make_zone(name_of(name), row.treatment, dns64));
    }
    return zones;
}

}  // namespace rw::iterate
