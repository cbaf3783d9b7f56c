// SPDX-License-Identifier: EUPL-1.2
// Ordering of candidates.
#include "resolver/upstream/candidate.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace rw::upstream
{

namespace
{

constexpr double unmeasured_seconds =
    0.1;  // a guess: better than the far side of the world, worse than a known near one

double cost_of(const ServerState& state, Random& random)
{
    const double expected = state.measured ? std::chrono::duration<double>(state.srtt).count() : unmeasured_seconds;
    // Within a third of each other servers are equals; a floor keeps one at 1 ms from hiding one at 2 ms for ever.
    const double jitter = 0.75 + 0.5 * static_cast<double>(random.below(1024)) / 1024;
    return (expected + 0.002) * jitter;
}

/// Multicast, class E and broadcast: no server has such an address, but a whole network may answer to it.
bool is_for_many(const IpAddress& address)
{
    const std::uint8_t first = address.octets()[0];
    return address.is_v4() ? first >= 224 : first == 0xff;
}

/// ::ffff:0:0/96 (RFC 4291 §2.5.5.2): the kernel would send over IPv4, past every rule for IPv4 addresses.
bool is_mapped_v4(const IpAddress& address)
{
    static constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return !address.is_v4() && std::ranges::equal(address.octets().first(prefix.size()), prefix);
}

}  // namespace

bool AddressRules::allow(const IpAddress& address) const
{
    if (!(address.is_v4() ? ipv4 : ipv6) || address.is_unspecified() || is_for_many(address) || is_mapped_v4(address))
        return false;
    return std::ranges::none_of(do_not_query, [&](const Prefix& prefix) { return prefix.contains(address); });
}

std::vector<Candidate> in_order(std::vector<Candidate> candidates, Random& random)
{
    for (Candidate& candidate : candidates)
        candidate.cost = cost_of(candidate.state, random);
    std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
        return std::tuple(candidate.state.failing(), candidate.state.doubtful(), candidate.tier, candidate.cost);
    });
    auto end = candidates.begin();
    for (const Candidate& candidate : candidates) {
        const auto same = [&](const Candidate& other) { return other.server == candidate.server; };
        if (std::none_of(candidates.begin(), end, same))
            *end++ = candidate;
    }
    candidates.erase(end, candidates.end());
    return candidates;
}

}  // namespace rw::upstream
