// SPDX-License-Identifier: EUPL-1.2
// What the iterator of one worker works with. Everything is borrowed from the engine and outlives every resolution; or,
// for caches of their own, from the one resolution that has them. So nothing that goes on after a resolution is reached
// from here but through objects of the worker that own their tasks.
#pragma once

#include "config/settings.h"
#include "resolver/base/random.h"
#include "resolver/cache/answer_cache.h"
#include "resolver/cache/chain_cache.h"
#include "resolver/cache/delegation_cache.h"
#include "resolver/cache/failure_cache.h"
#include "resolver/io/network.h"
#include "resolver/iterate/configured_zones.h"
#include "resolver/iterate/leftover_watch.h"
#include "resolver/iterate/local_answers.h"
#include "resolver/iterate/policy.h"
#include "resolver/iterate/work_counters.h"
#include "resolver/root/query_budget.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/outstanding.h"
#include "resolver/upstream/prober.h"
#include "resolver/upstream/server_stats.h"
#include "resolver/upstream/tcp_pool.h"
#include "resolver/validate/synthesis.h"
#include "resolver/validate/validator.h"

namespace rw::iterate
{

struct Context {
    const config::Settings& settings;
    io::Scheduler& scheduler;
    io::Network& network;
    Random& random;
    upstream::TcpPool& tcp;
    upstream::Prober& prober;
    LeftoverWatch& leftovers;
    upstream::ServerStats& stats;
    upstream::Outstanding& outstanding;
    root::RootServers& root_servers;
    root::RootCounts& root_counts;
    root::QueryBudget& root_budget;
    const root::RootBoard& root_board;
    cache::AnswerCache& answers;
    cache::DelegationCache& delegations;
    cache::ChainCache& chains;
    cache::FailureCache& failures;
    validate::Validator& validator;
    validate::Synthesiser& synthesiser;
    cache::Scratch& scratch;
    const ConfiguredZones& configured;
    const LocalAnswers& local;
    const Policy& policy;
    WorkCounters& work;
    cache::RootView root_view;

    /// Seconds on the cache clock.
    [[nodiscard]] cache::Seconds cache_now() const;
};

}  // namespace rw::iterate
