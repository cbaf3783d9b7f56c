// SPDX-License-Identifier: EUPL-1.2
// Ordering of candidates.
#include "resolver/iterate/server_selection.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

constexpr double unmeasured_seconds =
    0.1;                                // a guess: better than the far side of the world, worse than a known near one
constexpr double explore_share = 0.03;  // how often a slower server jumps the queue to be measured again

struct Ranked {
    Candidate candidate;
    double cost;
};

double cost_of(const upstream::ServerState& state, Random& random)
{
    if (random.chance(explore_share))
        return 0;
    const double expected = state.measured ? std::chrono::duration<double>(state.srtt).count() : unmeasured_seconds;
    // Within a third of each other servers are equals; a floor keeps one at 1 ms from hiding one at 2 ms for ever.
    const double jitter = 0.75 + 0.5 * static_cast<double>(random.below(1024)) / 1024;
    return (expected + 0.002) * jitter;
}

std::vector<Candidate> sorted(std::vector<Ranked>& ranked)
{
    const auto key = [](const Ranked& row) {
        return std::tuple(row.candidate.state.failing(), row.candidate.tier, row.cost);
    };
    std::ranges::sort(ranked, {}, key);
    std::vector<Candidate> candidates;
    candidates.reserve(ranked.size());
    for (const Ranked& row : ranked) {
        const auto same = [&](const Candidate& other) { return other.server == row.candidate.server; };
        if (std::ranges::none_of(candidates, same))
            candidates.push_back(row.candidate);
    }
    return candidates;
}

}  // namespace

bool AddressRules::allow(const IpAddress& address) const
{
    if (!(address.is_v4() ? ipv4 : ipv6) || address.is_unspecified())
        return false;
    return std::ranges::none_of(do_not_query, [&](const Prefix& prefix) { return prefix.contains(address); });
}

std::vector<Candidate> order_servers(const ZoneServers& zone, const AddressRules& rules,
                                     const upstream::ServerStats& stats, Random& random)
{
    std::vector<Ranked> ranked;
    for (const ZoneServers::Server& server : zone.servers) {
        for (const IpAddress& address : server.addresses) {
            const Endpoint endpoint{address, zone.port};
            if (!rules.allow(address) || stats.is_lame(endpoint, zone.zone) ||
                std::ranges::count(zone.excluded, endpoint) > 0)
                continue;
            const upstream::ServerState state = stats.state(endpoint);
            ranked.push_back({{endpoint, state, root::Tier::preferred, std::nullopt}, cost_of(state, random)});
        }
    }
    return sorted(ranked);
}

std::vector<Candidate> order_root_servers(const std::vector<root::RootServer>& servers, config::RootMode mode,
                                          std::uint16_t port, const AddressRules& rules,
                                          const upstream::ServerStats& stats, Random& random)
{
    std::vector<Ranked> ranked;
    for (const root::RootServer& server : servers) {
        const Endpoint endpoint{server.address, port};
        if (!rules.allow(server.address))
            continue;
        if (mode == config::RootMode::only && server.tier != root::Tier::preferred)
            continue;
        const root::Tier tier = mode == config::RootMode::off ? root::Tier::preferred : server.tier;
        const upstream::ServerState state = stats.state(endpoint);
        ranked.push_back({{endpoint, state, tier, server.letter}, cost_of(state, random)});
    }
    return sorted(ranked);
}

}  // namespace rw::iterate
