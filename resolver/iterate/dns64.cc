// SPDX-License-Identifier: EUPL-1.2
// Embedding addresses and rewriting outcomes.
#include "resolver/iterate/dns64.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::iterate
{

namespace
{

using dns::RRType;

constexpr std::uint32_t longest_without_soa = 600;  // seconds (RFC 6147 §5.1.7)

/// IPv4 addresses that the well-known prefix must not represent (RFC 6052 §3.1): they are not global.
constexpr std::array<std::string_view, 9> not_global{"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",
                                                     "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
                                                     "192.168.0.0/16", "224.0.0.0/4",    "240.0.0.0/4"};

bool is_well_known(const Prefix& prefix)
{
    return prefix == Prefix::parse("64:ff9b::/96");
}

bool is_nibble(Octets label)
{
    return label.size() == 1 &&
           ((label[0] >= '0' && label[0] <= '9') || ((label[0] | 0x20) >= 'a' && (label[0] | 0x20) <= 'f'));
}

std::uint8_t nibble_of(std::uint8_t digit)
{
    return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

/// The address that a name of 32 nibbles below ip6.arpa. stands for.
std::optional<std::array<std::uint8_t, 16>> address_of(const dns::Name& name)
{
    constexpr std::size_t nibbles = 32;
    if (name.label_count() != nibbles + 2 || !name.is_at_or_below(*dns::Name::parse("ip6.arpa.")))
        return std::nullopt;
    std::array<std::uint8_t, 16> address{};
    Octets wire = name.wire();
    for (std::size_t i = 0; i < nibbles; ++i) {  // the lowest nibble comes first
        const Octets label = wire.subspan(1, wire[0]);
        if (!is_nibble(label))
            return std::nullopt;
        const std::uint8_t value = nibble_of(label[0]);
        address[15 - i / 2] |= static_cast<std::uint8_t>(i % 2 == 0 ? value : value << 4U);
        wire = wire.subspan(wire[0] + 1U);
    }
    return address;
}

}  // namespace

std::array<std::size_t, 4> Dns64::places() const
{
    std::array<std::size_t, 4> at{};
    std::size_t octet = prefix_.length / 8;
    for (std::size_t& place : at) {
        if (octet == 8)
            ++octet;
        place = octet++;
    }
    return at;
}

std::array<std::uint8_t, 16> Dns64::embed(Octets ipv4) const
{
    std::array<std::uint8_t, 16> address{};
    std::ranges::copy(prefix_.address.octets(), address.begin());
    const auto at = places();
    for (std::size_t i = 0; i < at.size(); ++i)
        address[at[i]] = ipv4[i];
    return address;
}

bool Dns64::is_excluded(Octets ipv6)
{
    const IpAddress address = IpAddress::from_octets(ipv6);
    return Prefix::parse("::ffff:0:0/96")->contains(address);
}

bool Dns64::may_embed(const IpAddress& ipv4) const
{
    return !is_well_known(prefix_) ||
           std::ranges::none_of(not_global, [&](std::string_view text) { return Prefix::parse(text)->contains(ipv4); });
}

bool Dns64::wants_synthesis(const Outcome& outcome) const
{
    if (outcome.failure)
        return fact(*outcome.failure).rcode == Rcode::servfail && !is_validation_failure(*outcome.failure);
    if (outcome.links.empty())
        return false;
    const Link& last = outcome.links.back();
    if (last.facts.kind == cache::EntryKind::nodata)
        return true;
    if (last.facts.kind != cache::EntryKind::positive || last.records.empty())
        return false;
    const dns::RdataList& rdatas = last.records.back().rdatas;
    return std::all_of(rdatas.begin(), rdatas.end(),
                       [](Octets rdata) { return rdata.size() == 16 && is_excluded(rdata); });
}

std::optional<Outcome> Dns64::synthesise(const Outcome& without, const Outcome& with_a) const
{
    if (with_a.failure || with_a.links.empty() || with_a.links.back().facts.kind != cache::EntryKind::positive)
        return std::nullopt;
    Outcome made = with_a;
    Link& last = made.links.back();
    const dns::RRset& addresses = last.records.back();
    const bool denied =
        !without.failure && !without.links.empty() && without.links.back().facts.kind == cache::EntryKind::nodata;
    dns::RRset synthetic{addresses.owner, RRType::aaaa, 0, {}, {}};
    synthetic.ttl = std::min(addresses.ttl, denied ? without.links.back().ttl : longest_without_soa);
    for (const Octets rdata : addresses.rdatas) {
        if (rdata.size() == 4 && may_embed(IpAddress::from_octets(rdata)))
            synthetic.rdatas.add(embed(rdata));
    }
    if (synthetic.rdatas.empty())
        return std::nullopt;
    last.ttl = std::min(last.ttl, synthetic.ttl);
    last.type = RRType::aaaa;
    last.records = {std::move(synthetic)};
    last.proof.clear();
    last.facts.security = cache::Security::insecure;  // nobody signed it (§5.5)
    last.facts.wildcard = false;
    return made;
}

std::optional<dns::Name> Dns64::ipv4_reverse(const dns::Name& name) const
{
    const auto address = address_of(name);
    if (!address || !prefix_.contains(IpAddress::from_octets(*address)))
        return std::nullopt;
    const auto at = places();
    return dns::Name::parse(fmt::format("{}.{}.{}.{}.in-addr.arpa.", (*address)[at[3]], (*address)[at[2]],
                                        (*address)[at[1]], (*address)[at[0]]));
}

}  // namespace rw::iterate
