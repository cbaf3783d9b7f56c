// SPDX-License-Identifier: EUPL-1.2
// From delegations to servers that can be asked.
#include "resolver/iterate/zone_servers.h"

namespace rw::iterate
{

ZoneServers ZoneServers::from(const cache::Delegation& delegation, std::uint16_t port)
{
    ZoneServers zone;
    zone.zone = delegation.zone;
    zone.port = port;
    zone.servers.reserve(delegation.servers.size());
    for (const auto& server : delegation.servers)
        zone.servers.push_back({server.name, server.glue, false});
    return zone;
}

}  // namespace rw::iterate
