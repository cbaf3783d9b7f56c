// SPDX-License-Identifier: EUPL-1.2
// Order of a zone's servers.
#include "resolver/iterate/server_selection.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

/// One odd answer makes a server lame: a load balancer that knows addresses only refers away whoever asks for more (RFC
/// 4074 §4). Such servers are asked last, not never.
enum class Rank : std::uint8_t { sound, lame };

}  // namespace

std::vector<upstream::Candidate> order_servers(const ZoneServers& zone, const upstream::AddressRules& rules,
                                               const upstream::ServerStats& stats, Random& random)
{
    std::vector<upstream::Candidate> candidates;
    candidates.reserve(2 * zone.servers.size());  // most have an address of each family
    for (const ZoneServers::Server& server : zone.servers) {
        for (const IpAddress& address : server.addresses) {
            const Endpoint endpoint = zone.endpoint(server, address);
            if (!rules.allow(address))
                continue;
            const upstream::ServerState state = stats.state(endpoint, zone.zone);
            const Rank rank = state.lame ? Rank::lame : Rank::sound;
            candidates.push_back({endpoint, state, static_cast<std::uint8_t>(rank)});
        }
    }
    return in_order(std::move(candidates), random);
}

}  // namespace rw::iterate
