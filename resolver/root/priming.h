// SPDX-License-Identifier: EUPL-1.2
// Priming (RFC 9609): asks a root server for the root's name servers and their addresses, and again before they expire.
// Deliberately to a preferred server first, where RFC 9609 §3.2 says any at random. A failed priming changes nothing:
// resolution goes on with what is known.
#pragma once

#include "config/settings.h"
#include "resolver/base/random.h"
#include "resolver/dns/message_view.h"
#include "resolver/io/network.h"
#include "resolver/io/task.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/server_stats.h"

namespace rw::root
{

/// What a priming response says: addresses of servers named in the NS RRset, and for how long. Pure. Nothing when it is
/// no priming response.
struct Primed {
    std::vector<HintedAddress> addresses;
    std::vector<dns::Name> names;
    std::uint32_t ttl = 0;
};
[[nodiscard]] std::optional<Primed> read_priming(const dns::MessageView& message);

/// `primed`, completed for servers whose addresses it lacks from what was known: 26 addresses do not fit every reply.
[[nodiscard]] std::vector<HintedAddress> merge(const Primed& primed, const std::vector<RootServer>& known);

/// What priming works with; all borrowed.
struct PrimingContext {
    const config::Settings& settings;
    io::Scheduler& scheduler;
    io::Network& network;
    Random& random;
    upstream::ServerStats& stats;
    RootServers& servers;
    RootCounts& counts;
};

/// Primes now and for ever again; ends with its owner.
io::Task<void> keep_primed(PrimingContext context);

}  // namespace rw::root
