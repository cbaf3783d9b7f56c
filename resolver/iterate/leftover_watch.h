// SPDX-License-Identifier: EUPL-1.2
// What goes on after an answer: attempts that were not needed any more. What becomes of them still says something about
// their servers, and their ports stay closed to others until they are answered or given up, or others need the places.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "config/root_identities.h"
#include "resolver/io/task.h"
#include "resolver/iterate/work_counters.h"
#include "resolver/root/root_counts.h"
#include "resolver/upstream/attempt.h"
#include "resolver/upstream/outstanding.h"
#include "resolver/upstream/server_stats.h"

namespace rw::iterate
{

/// Attempts of one round, with all that they use.
struct Leftovers {
    struct Waiting {
        std::unique_ptr<upstream::Attempt> attempt;
        upstream::Outstanding::Place place;
        std::uint32_t number = 0;
        Endpoint server;
        Instant sent{};
        Instant given_up{};  ///< when silence counts as a timeout
        std::optional<config::IdentityLetter> letter;
        bool tcp = false;
    };
    std::shared_ptr<upstream::AttemptMailbox> mailbox;
    dns::Name zone;                        ///< that was asked about
    dns::RRType type = dns::RRType::none;  ///< of the question
    bool root = false;                     ///< the root was asked: what becomes of it is counted
    std::vector<Waiting> waiting;
};

/// One for each worker, and shared by every resolution on it, also by those whose caches end with them (`explain`):
/// what it holds on to belongs to the worker.
class LeftoverWatch
{
 public:
    /// All must outlive the watch, and so must the pool of connections that attempts came from.
    LeftoverWatch(io::Scheduler& scheduler, upstream::ServerStats& stats, root::RootCounts& root_counts,
                  WorkCounters& work)
        : scheduler_(scheduler), stats_(stats), root_counts_(root_counts), work_(work)
    {
    }

    /// Watches `leftovers` until each is answered or given up; drops them when too many are watched.
    void take(Leftovers leftovers);

 private:
    io::Task<void> watch(Leftovers leftovers);
    void note_end(const Leftovers& leftovers, const Leftovers::Waiting& waiting, upstream::Happened happened);
    void note_silence(const Leftovers& leftovers, const Leftovers::Waiting& waiting);
    void count_root(const Leftovers& leftovers, const Leftovers::Waiting& waiting, root::RootEvent event);

    io::Scheduler& scheduler_;
    upstream::ServerStats& stats_;
    root::RootCounts& root_counts_;
    WorkCounters& work_;
    io::TaskSet<LeftoverWatch> tasks_{*this, scheduler_};
};

}  // namespace rw::iterate
