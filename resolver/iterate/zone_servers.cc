// SPDX-License-Identifier: EUPL-1.2
// From delegations to servers that can be asked.
#include "resolver/iterate/zone_servers.h"

namespace rw::iterate
{

ZoneServers ZoneServers::from(cache::Delegation& delegation, std::uint16_t port)
{
    ZoneServers zone;
    zone.zone = delegation.zone;
    zone.port = port;
    zone.known = Known::cached;
    zone.servers.reserve(delegation.servers.size());
    for (auto& server : delegation.servers)
        zone.servers.push_back({server.name, std::move(server.glue), false});
    delegation.servers.clear();
    return zone;
}

}  // namespace rw::iterate
