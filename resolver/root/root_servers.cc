// SPDX-License-Identifier: EUPL-1.2
// Tiers of root servers.
#include "resolver/root/root_servers.h"

#include <algorithm>

namespace rw::root
{

namespace
{

/// The identity whose host name this is.
std::optional<config::IdentityLetter> letter_of(const dns::Name& host,
                                                const std::vector<config::RootIdentity>& identities)
{
    for (const config::RootIdentity& identity : identities) {
        if (dns::Name::parse(identity.name.text) == host)
            return identity.letter;
    }
    return std::nullopt;
}

}  // namespace

std::vector<RootServer> classify(const std::vector<HintedAddress>& addresses,
                                 const std::vector<config::RootIdentity>& identities,
                                 const std::vector<config::IdentityLetter>& preferred,
                                 const std::vector<HintedAddress>& confirmed)
{
    std::vector<RootServer> servers;
    for (const HintedAddress& hint : addresses) {
        const auto identity = std::ranges::find_if(identities, [&](const config::RootIdentity& candidate) {
            return candidate.ipv4 == hint.address || candidate.ipv6 == hint.address;
        });
        RootServer server{std::nullopt, hint.name, hint.address, Tier::unconfirmed};
        if (identity != identities.end())
            server.letter = identity->letter;
        else if (std::ranges::count(confirmed, hint) > 0)
            server.letter = letter_of(hint.name, identities);
        if (server.letter)
            server.tier = std::ranges::count(preferred, *server.letter) > 0 ? Tier::preferred : Tier::other;
        servers.push_back(server);
    }
    return servers;
}

void RootServers::confirm(std::vector<HintedAddress> addresses, const std::vector<config::IdentityLetter>& preferred)
{
    std::vector<HintedAddress> known;
    for (const RootServer& server : *current())
        known.push_back({server.name, server.address});
    auto servers = classify(known, config::root_identities(), preferred, addresses);
    const std::scoped_lock lock(mutex_);
    confirmed_ = std::move(addresses);
    servers_ = std::make_shared<const std::vector<RootServer>>(std::move(servers));
}

}  // namespace rw::root
