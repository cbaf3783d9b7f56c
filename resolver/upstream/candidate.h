// SPDX-License-Identifier: EUPL-1.2
// Servers that may be asked and in which order. Pure over what is known about them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/units.h"
#include "resolver/base/random.h"
#include "resolver/upstream/server_stats.h"

namespace rw::upstream
{

struct Candidate {
    Endpoint server;
    ServerState state;
    std::uint8_t tier = 0;                           ///< lower tiers are left only when they fail
    std::optional<config::IdentityLetter> letter{};  ///< of a root identity
    double cost = 0;                                 ///< expected seconds with chance in them: for in_order
};

/// Which addresses may be asked at all.
struct AddressRules {
    bool ipv4 = true;
    bool ipv6 = true;
    const std::vector<Prefix>& do_not_query;

    [[nodiscard]] bool allow(const IpAddress& address) const;
};

/// Best first, each server once: those that answer before those that are silent about other zones, and these before
/// failing ones; then by tier, then by smoothed RTT with enough
/// chance in it that no one can predict the choice (Yu et al. 2012).
[[nodiscard]] std::vector<Candidate> in_order(std::vector<Candidate> candidates, Random& random);

}  // namespace rw::upstream
