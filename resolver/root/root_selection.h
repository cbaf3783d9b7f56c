// SPDX-License-Identifier: EUPL-1.2
// In which order root servers are asked: the preference. Two stages, policy tier first and RTT inside it, because
// "always the fastest" is what every other resolver does and "always K" would go on with a K that is cut off or stale.
#pragma once

#include "config/settings.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/candidate.h"

namespace rw::root
{

/// Best first: the preferred tier, then others, unconfirmed addresses last; a failing server stands behind all that
/// answer. Mode `only` leaves out all but the preferred, `off` ignores the tiers.
[[nodiscard]] std::vector<upstream::Candidate> order_root_servers(const std::vector<RootServer>& servers,
                                                                  config::RootMode mode, std::uint16_t port,
                                                                  const upstream::AddressRules& rules,
                                                                  const upstream::ServerStats& stats, Random& random);

}  // namespace rw::root
