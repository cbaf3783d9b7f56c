// SPDX-License-Identifier: EUPL-1.2
// What all workers of a process share. Each part is thread-safe by itself; only the configuration is ever replaced, as
// a whole.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "resolver/cache/answer_cache.h"
#include "resolver/cache/delegation_cache.h"
#include "resolver/cache/denial_cache.h"
#include "resolver/cache/failure_cache.h"
#include "resolver/frontend/connection_limits.h"
#include "resolver/frontend/counters.h"
#include "resolver/frontend/recent_failures.h"
#include "resolver/iterate/inflight.h"
#include "resolver/iterate/work_counters.h"
#include "resolver/root/query_budget.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_probes.h"
#include "resolver/root/root_servers.h"
#include "resolver/service/configuration.h"
#include "resolver/service/engine.h"
#include "resolver/service/followed_anchors.h"
#include "resolver/upstream/server_stats.h"
#include "resolver/validate/anchors.h"
#include "resolver/validate/validator.h"

namespace rw::service
{

/// What one worker counts.
struct WorkerCounters {
    frontend::Counters clients;
    iterate::WorkCounters work;
};

class Shared
{
 public:
    /// `shipped`: the root's anchors to follow from (RFC 5011), when the settings say so and the last run left none.
    Shared(const std::shared_ptr<const Configuration>& configuration, const Clock& clock, Random& random,
           std::vector<dnssec::TrustAnchor> shipped);

    /// The one in force. Not for the hot path: workers hold their own copies (Engine::apply).
    [[nodiscard]] std::shared_ptr<const Configuration> configuration() const { return configuration_.load(); }
    /// Puts `configuration` in force for what workers share; each worker has to apply it as well.
    void replace(const std::shared_ptr<const Configuration>& configuration);

    /// Whether followed_anchors decides now, not the configuration.
    [[nodiscard]] bool follows_root_keys() const { return following_; }

    /// Forgets what was learnt at and below `names`: answers, delegations, failures, denials, lameness, and what was
    /// derived for validation. The number of cache entries that went.
    std::size_t forget(const std::vector<dns::Name>& names);
    /// Forgets every failure: with other settings what failed, perhaps behind an alias elsewhere, may not fail any more.
    void forget_failures();

    /// Puts what followed_anchors trusts now in force, unless the operator has taken over meanwhile.
    void apply_followed_anchors();

    const Clock& clock;
    const Instant started;
    cache::Store store;
    cache::AnswerCache answers;
    cache::DelegationCache delegations;
    cache::ChainCache chains;
    cache::FailureCache failures;
    cache::DenialCache denials;
    iterate::Inflight inflight;
    upstream::ServerStats stats;
    const HashKey party_key;  ///< one for all workers: work passes between their clients
    root::RootServers root_servers;
    root::RootCounts root_counts;
    root::QueryBudget root_budget;
    root::RootBoard root_board;
    root::RootProbes root_probes;
    validate::AnchorStore anchors;
    validate::TimeFloor time_floor;
    frontend::ConnectionLimits connection_limits;
    std::unique_ptr<FollowedAnchors> followed_anchors;  ///< once follows_root_keys() was true
    frontend::RecentFailures recent_failures;
    std::atomic<bool> draining = false;
    // written by the supervisor alone
    Counter reloads_applied;
    Counter reloads_refused;

    /// Queries that one worker may have outstanding.
    [[nodiscard]] std::size_t queries_of_worker() const;

    /// Counters for one more worker; they live as long as this object.
    WorkerCounters& add_counters();
    /// Calls `visit` for the counters of each worker.
    template <class Visit>
    void for_each_counters(Visit&& visit) const
    {
        const std::scoped_lock lock(counters_mutex_);
        for (const WorkerCounters& counters : counters_)
            visit(counters);
    }

 private:
    /// Follows the root's keys from now on, or no more.
    void follow(const config::Settings& settings);

    std::vector<dnssec::TrustAnchor> shipped_;
    std::atomic<bool> following_ = false;
    std::atomic<std::shared_ptr<const Configuration>> configuration_;
    mutable std::mutex counters_mutex_;
    std::deque<WorkerCounters> counters_;
};

}  // namespace rw::service
