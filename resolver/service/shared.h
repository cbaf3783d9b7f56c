// SPDX-License-Identifier: EUPL-1.2
// What all workers of a process share. Each part is thread-safe by itself; nothing here is replaced while workers run.
#pragma once

#include <deque>
#include <mutex>

#include "config/settings.h"
#include "resolver/cache/answer_cache.h"
#include "resolver/cache/delegation_cache.h"
#include "resolver/cache/failure_cache.h"
#include "resolver/frontend/access_list.h"
#include "resolver/frontend/counters.h"
#include "resolver/frontend/reply.h"
#include "resolver/iterate/configured_zones.h"
#include "resolver/iterate/inflight.h"
#include "resolver/iterate/local_answers.h"
#include "resolver/root/query_budget.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_servers.h"
#include "resolver/service/engine.h"
#include "resolver/upstream/server_stats.h"
#include "resolver/validate/anchors.h"
#include "resolver/validate/validator.h"

namespace rw::service
{

class Shared
{
 public:
    Shared(const config::Settings& settings, const Clock& clock, Random& random,
           std::vector<root::RootServer> root_servers, iterate::LocalAnswers local_answers);

    const config::Settings settings;
    const Clock& clock;
    const Instant started;
    cache::Store store;
    cache::AnswerCache answers;
    cache::DelegationCache delegations;
    cache::FailureCache failures;
    iterate::Inflight inflight;
    iterate::ConfiguredZones configured;
    const iterate::LocalAnswers local;
    upstream::ServerStats stats;
    root::RootServers root_servers;
    root::RootCounts root_counts;
    root::QueryBudget root_budget;
    validate::AnchorStore anchors;
    validate::TimeFloor time_floor;
    frontend::AccessList access;
    frontend::ReplyRules reply_rules;

    /// Counters for one more worker; they live as long as this object.
    frontend::Counters& add_counters();
    /// Calls `visit` for the counters of each worker.
    template <class Visit>
    void for_each_counters(Visit&& visit) const
    {
        const std::scoped_lock lock(counters_mutex_);
        for (const frontend::Counters& counters : counters_)
            visit(counters);
    }

 private:
    mutable std::mutex counters_mutex_;
    std::deque<frontend::Counters> counters_;
};

}  // namespace rw::service
