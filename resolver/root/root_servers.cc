// SPDX-License-Identifier: EUPL-1.2
// Tiers of root servers.
#include "resolver/root/root_servers.h"

#include <algorithm>

namespace rw::root
{

std::vector<RootServer> classify(const std::vector<HintedAddress>& addresses,
                                 const std::vector<config::RootIdentity>& identities,
                                 const std::vector<config::IdentityLetter>& preferred)
{
    std::vector<RootServer> servers;
    for (const HintedAddress& hint : addresses) {
        const auto identity = std::ranges::find_if(identities, [&](const config::RootIdentity& candidate) {
            return candidate.ipv4 == hint.address || candidate.ipv6 == hint.address;
        });
        RootServer server{std::nullopt, hint.name, hint.address, Tier::unconfirmed};
        if (identity != identities.end()) {
            server.letter = identity->letter;
            server.tier = std::ranges::count(preferred, identity->letter) > 0 ? Tier::preferred : Tier::other;
        }
        servers.push_back(server);
    }
    return servers;
}

}  // namespace rw::root
