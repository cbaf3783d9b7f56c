// SPDX-License-Identifier: EUPL-1.2
// Counts the probes that find out whether a silent root server is back (upstream/prober): they are queries to the root
// as well, and belong to watching it.
#pragma once

#include "resolver/root/query_budget.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/prober.h"

namespace rw::root
{

class RootProbes final : public upstream::ProbeObserver
{
 public:
    RootProbes(const RootServers& servers, RootCounts& counts, QueryBudget& budget)
        : servers_(servers), counts_(counts), budget_(budget)
    {
    }

    void probe_sent(const Endpoint& server) override
    {
        // Bounded by themselves to one a second for each server; the bucket shows them nevertheless.
        static_cast<void>(budget_.take(QueryBudget::Need::known, upstream::Claimant{}));
        counts_.note(letter_of(server), Purpose::monitor, RootEvent::sent);
    }
    void probe_answered(const Endpoint& server) override
    {
        counts_.note(letter_of(server), Purpose::monitor, RootEvent::answered);
    }

 private:
    [[nodiscard]] std::optional<config::IdentityLetter> letter_of(const Endpoint& server) const
    {
        for (const RootServer& known : *servers_.current()) {
            if (known.address == server.address)
                return known.letter;
        }
        return std::nullopt;
    }

    const RootServers& servers_;
    RootCounts& counts_;
    QueryBudget& budget_;
};

}  // namespace rw::root
