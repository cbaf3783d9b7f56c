// SPDX-License-Identifier: EUPL-1.2
// Parties by client and zone.
#include "resolver/upstream/party.h"

#include <algorithm>
#include <array>

namespace rw::upstream
{

namespace
{

constexpr std::size_t ipv6_network_octets = 7;  // a /56, what one customer of a provider is given (RFC 6177 §2)
constexpr std::size_t zone_labels = 2;

}  // namespace

IpAddress network_of(const IpAddress& client)
{
    if (client.is_v4())
        return client;
    std::array<std::uint8_t, 16> network{};
    std::ranges::copy(client.octets().first(ipv6_network_octets), network.begin());
    return IpAddress::from_octets(network);
}

Claimant PartyKeys::claimant(const IpAddress& client, std::uint32_t clients) const
{
    const IpAddress network = network_of(client);
    // 0 is ourselves.
    return {std::max<std::uint64_t>(1, siphash(key_, network.octets())), clients};
}

ZoneKey PartyKeys::zone(const dns::Name& name) const
{
    const std::size_t labels = std::min(zone_labels, name.label_count());
    const Octets tail = name.wire().subspan(name.offset_of_ancestor(labels));
    Room<std::uint8_t, dns::max_name_octets> lowercase;
    std::ranges::transform(tail, lowercase.begin(), dns::lower);
    return static_cast<ZoneKey>(siphash(key_, Octets(lowercase.data(), tail.size())));
}

}  // namespace rw::upstream
