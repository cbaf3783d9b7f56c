// SPDX-License-Identifier: EUPL-1.2
// The preference.
#include "resolver/root/root_selection.h"

namespace rw::root
{

std::vector<upstream::Candidate> order_root_servers(const std::vector<RootServer>& servers, config::RootMode mode,
                                                    std::uint16_t port, const upstream::AddressRules& rules,
                                                    const upstream::ServerStats& stats, Random& random)
{
    std::vector<upstream::Candidate> candidates;
    for (const RootServer& server : servers) {
        const bool wanted = mode != config::RootMode::only || server.tier == Tier::preferred;
        if (!wanted || !rules.allow(server.address))
            continue;
        const Tier tier = mode == config::RootMode::off && server.tier == Tier::other ? Tier::preferred : server.tier;
        const Endpoint endpoint{server.address, port};
        candidates.push_back({endpoint, stats.state(endpoint), static_cast<std::uint8_t>(tier), server.letter});
    }
    return in_order(std::move(candidates), random);
}

}  // namespace rw::root
