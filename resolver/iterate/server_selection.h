// SPDX-License-Identifier: EUPL-1.2
// In which order the servers of a zone are asked. The root's own order is root/root_selection.h.
#pragma once

#include "resolver/iterate/zone_servers.h"
#include "resolver/upstream/candidate.h"

namespace rw::iterate
{

/// Candidates for `zone`, best first: of those that answer, lame ones last.
[[nodiscard]] std::vector<upstream::Candidate> order_servers(const ZoneServers& zone,
                                                             const upstream::AddressRules& rules,
                                                             const upstream::ServerStats& stats, Random& random);

}  // namespace rw::iterate
