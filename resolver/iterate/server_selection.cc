// SPDX-License-Identifier: EUPL-1.2
// Order of a zone's servers.
#include "resolver/iterate/server_selection.h"

#include <algorithm>

namespace rw::iterate
{

std::vector<upstream::Candidate> order_servers(const ZoneServers& zone, const upstream::AddressRules& rules,
                                               const upstream::ServerStats& stats, Random& random)
{
    std::vector<upstream::Candidate> candidates;
    candidates.reserve(2 * zone.servers.size());  // most have an address of each family
    for (const ZoneServers::Server& server : zone.servers) {
        for (const IpAddress& address : server.addresses) {
            const Endpoint endpoint = zone.endpoint(server, address);
            if (rules.allow(address) && !stats.is_lame(endpoint, zone.zone))
                candidates.push_back({endpoint, stats.state(endpoint)});
        }
    }
    return in_order(std::move(candidates), random);
}

}  // namespace rw::iterate
