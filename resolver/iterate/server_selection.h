// SPDX-License-Identifier: EUPL-1.2
// In which order the servers of a zone are asked. Pure over what is known about them.
#pragma once

#include <cstdint>
#include <vector>

#include "config/settings.h"
#include "resolver/base/random.h"
#include "resolver/iterate/zone_servers.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/server_stats.h"

namespace rw::iterate
{

struct Candidate {
    Endpoint server;
    upstream::ServerState state;
    root::Tier tier = root::Tier::preferred;       ///< of the root's servers; equal for all others
    std::optional<config::IdentityLetter> letter;  ///< of a root identity
};

/// Which addresses may be asked at all.
struct AddressRules {
    bool ipv4 = true;
    bool ipv6 = true;
    const std::vector<Prefix>& do_not_query;

    [[nodiscard]] bool allow(const IpAddress& address) const;
};

/// Candidates for `zone`, best first: servers that answer before failing ones, then by smoothed RTT with enough chance
/// in it that no one can predict the choice (Yu et al. 2012) and that slower ones are measured now and then. Lame and
/// excluded servers are left out.
[[nodiscard]] std::vector<Candidate> order_servers(const ZoneServers& zone, const AddressRules& rules,
                                                   const upstream::ServerStats& stats, Random& random);

/// Candidates for the root: the preferred tier first, others only behind it; a tier that is failing stands behind one
/// that answers. `only` leaves the others out, `off` ignores tiers.
[[nodiscard]] std::vector<Candidate> order_root_servers(const std::vector<root::RootServer>& servers,
                                                        config::RootMode mode, std::uint16_t port,
                                                        const AddressRules& rules, const upstream::ServerStats& stats,
                                                        Random& random);

}  // namespace rw::iterate
