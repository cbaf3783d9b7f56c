// SPDX-License-Identifier: EUPL-1.2
// Background probes: of servers that stopped answering, because live queries avoid them and only a probe can find out
// that they are back, and now and then of servers that others are preferred to, to measure them again. Driven by
// demand: a server nobody wants to ask is not probed. Bounded in rate for each server and in number.
#pragma once

#include "resolver/io/task.h"
#include "resolver/upstream/attempt.h"
#include "resolver/upstream/party.h"
#include "resolver/upstream/server_stats.h"

namespace rw::upstream
{

/// Told what a probe of a root server did, for counts of the root identities.
class ProbeObserver
{
 public:
    virtual ~ProbeObserver() = default;
    virtual void probe_sent(const Endpoint& server) = 0;
    virtual void probe_answered(const Endpoint& server) = 0;
};

/// Whose probes are told to the root's observer.
enum class Probed : std::uint8_t { root, other };

/// Of one worker at once, shared out among the zones whose servers are probed. A zone of a thousand dead servers must not
/// fill the line, nor keep others from finding out that theirs are back.
inline constexpr std::size_t max_probes = 64;

class Prober
{
 public:
    /// All must outlive the prober.
    Prober(io::Scheduler& scheduler, io::Network& network, Random& random, ServerStats& stats, ProbeObserver& root)
        : scheduler_(scheduler), network_(network), random_(random), stats_(stats), root_(root)
    {
    }

    /// Probes `server` if it is due, with the question that others are being asked at the moment: a server learns
    /// nothing from a probe that resolution would not tell it. Our own work, for the zone that `zone` stands for.
    void want(const Endpoint& server, ZoneKey zone, const dns::Question& question, Probed probed);

 private:
    io::Task<void> probe(Endpoint server, ZoneKey zone, dns::Question question, Probed probed);

    io::Scheduler& scheduler_;
    io::Network& network_;
    Random& random_;
    ServerStats& stats_;
    ProbeObserver& root_;
    FairPool places_{max_probes};
    io::TaskSet<Prober> tasks_{*this, scheduler_};
};

}  // namespace rw::upstream
