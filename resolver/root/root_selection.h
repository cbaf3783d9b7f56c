// SPDX-License-Identifier: EUPL-1.2
// In which order root servers are asked: the preference. Two stages, policy tier first and RTT inside it, because
// "always the fastest" is what every other resolver does and "always K" would go on with a K that is cut off or stale.
#pragma once

#include "config/settings.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/candidate.h"

namespace rw::root
{

/// How a root server ranks now. Stale ones still give signed data and so stand before addresses nobody published; who
/// gave unsigned data is asked when nobody else answers, and then validation has the last word.
enum class Rank : std::uint8_t { preferred, other, slow, stale, unconfirmed, tampered };

/// A preferred identity slower than this is as good as silent: three times the way around the world, and a client gives
/// up after five. Others are asked until background probes find it faster.
inline constexpr Duration slow_root = std::chrono::seconds{1};

/// Best first: the preferred tier, then others; a failing server stands behind all that answer. Mode `only` leaves out
/// all but the preferred, and of those the tampered; `off` ranks by round-trip time alone.
[[nodiscard]] std::vector<upstream::Candidate> order_root_servers(const std::vector<RootServer>& servers,
                                                                  const Standing& standing, config::RootMode mode,
                                                                  std::uint16_t port,
                                                                  const upstream::AddressRules& rules,
                                                                  const upstream::ServerStats& stats, Random& random);

/// The order for priming: a preferred address that answers, at random, then the others as above. A stated deviation
/// from RFC 9609 §3.2, which says any address at random.
[[nodiscard]] std::vector<upstream::Candidate> order_for_priming(std::vector<upstream::Candidate> ordered,
                                                                 Random& random);

/// Why a query goes to somebody else than a preferred identity now.
[[nodiscard]] OtherReason reason_for_others(const std::vector<RootServer>& servers, const Standing& standing,
                                            config::RootMode mode);

}  // namespace rw::root
