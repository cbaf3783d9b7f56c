// SPDX-License-Identifier: EUPL-1.2
// The preference.
#include "resolver/root/root_selection.h"

#include <algorithm>

namespace rw::root
{

namespace
{

Rank rank_of(const RootServer& server, const Standing& standing, config::RootMode mode)
{
    const AddressStanding* known = standing.find(server.address);
    if (known != nullptr && known->judgement == Judgement::tampered)
        return Rank::tampered;
    if (server.tier == Tier::unconfirmed)
        return Rank::unconfirmed;
    if (mode == config::RootMode::off)
        return Rank::preferred;
    // Mode `only` has nobody else: old is better than nothing, and validation still guards it.
    if (known != nullptr && known->demoted && mode == config::RootMode::prefer)
        return Rank::stale;
    return server.tier == Tier::preferred ? Rank::preferred : Rank::other;
}

}  // namespace

std::vector<upstream::Candidate> order_root_servers(const std::vector<RootServer>& servers, const Standing& standing,
                                                    config::RootMode mode, std::uint16_t port,
                                                    const upstream::AddressRules& rules,
                                                    const upstream::ServerStats& stats, Random& random)
{
    std::vector<upstream::Candidate> candidates;
    candidates.reserve(servers.size());
    for (const RootServer& server : servers) {
        Rank rank = rank_of(server, standing, mode);
        const bool wanted = mode != config::RootMode::only || rank == Rank::preferred;
        if (!wanted || !rules.allow(server.address))
            continue;
        const Endpoint endpoint{server.address, port};
        const upstream::ServerState state = stats.state(endpoint, dns::Name{});
        if (mode == config::RootMode::prefer && rank == Rank::preferred && state.measured && state.srtt > slow_root)
            rank = Rank::slow;
        candidates.push_back({endpoint, state, static_cast<std::uint8_t>(rank), server.letter});
    }
    return in_order(std::move(candidates), random);
}

std::vector<upstream::Candidate> order_for_priming(std::vector<upstream::Candidate> ordered, Random& random)
{
    const auto first = static_cast<std::uint8_t>(Rank::preferred);
    const auto end = std::ranges::find_if(ordered, [&](const upstream::Candidate& candidate) {
        return candidate.tier != first || candidate.state.failing();
    });
    for (auto left = end - ordered.begin(); left > 1; --left)
        std::swap(ordered[static_cast<std::size_t>(left - 1)], ordered[random.below(static_cast<std::uint32_t>(left))]);
    return ordered;
}

OtherReason reason_for_others(const std::vector<RootServer>& servers, const Standing& standing, config::RootMode mode)
{
    if (mode == config::RootMode::off)
        return OtherReason::mode;
    const bool demoted = std::ranges::any_of(servers, [&](const RootServer& server) {
        return server.tier == Tier::preferred && rank_of(server, standing, mode) != Rank::preferred;
    });
    const bool preferred = std::ranges::any_of(servers, [&](const RootServer& server) {
        return server.tier == Tier::preferred && rank_of(server, standing, mode) == Rank::preferred;
    });
    return demoted && !preferred ? OtherReason::stale : OtherReason::timeout;
}

}  // namespace rw::root
