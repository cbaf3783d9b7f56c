// SPDX-License-Identifier: EUPL-1.2
// Wiring of one worker's resolver.
#include "resolver/service/engine.h"

#include "config/root_identities.h"
#include "resolver/frontend/serve.h"
#include "resolver/root/priming.h"
#include "resolver/root/root_monitor.h"
#include "resolver/service/anchors.h"
#include "resolver/service/explain.h"
#include "resolver/service/followed_anchors.h"
#include "resolver/service/negative_anchors.h"
#include "resolver/service/shared.h"

namespace rw::service
{

/// In order of dependence: what is used by later members comes first.
struct Engine::Parts {
    Parts(std::shared_ptr<Shared> given, const Environment& environment)
        : shared(std::move(given)),
          counters(shared->add_counters()),
          outstanding(shared->party_key, shared->queries_of_worker()),
          tcp(environment.network, environment.scheduler, environment.random, shared->store.secret()),
          prober(environment.scheduler, environment.network, environment.random, shared->stats, shared->root_probes),
          leftovers(environment.scheduler, shared->stats, shared->root_counts, counters.work),
          validator(validator_rules(shared->configuration()->settings.dnssec), shared->anchors, shared->time_floor,
                    environment.scheduler, shared->store.secret()),
          synthesiser(shared->denials, shared->answers, scratch),
          context{settings,
                  environment.scheduler,
                  environment.network,
                  environment.random,
                  tcp,
                  prober,
                  leftovers,
                  shared->stats,
                  outstanding,
                  shared->root_servers,
                  shared->root_counts,
                  shared->root_budget,
                  shared->root_board,
                  shared->answers,
                  shared->delegations,
                  shared->chains,
                  shared->failures,
                  validator,
                  synthesiser,
                  scratch,
                  configured,
                  local,
                  rules.policy,
                  counters.work,
                  cache::RootView{iana_root, nullptr}},
          iterator(context),
          root_context{
              settings,      environment.scheduler, environment.network, environment.random,  tcp,
              shared->stats, shared->root_servers,  shared->root_counts, shared->root_budget, shared->root_board},
          root_keys(shared->anchors, settings.dnssec),
          server(context, iterator, shared->inflight, environment.inbox, rules,
                 {counters.clients, shared->recent_failures}),
          tasks(*this, environment.scheduler)
    {
    }

    io::Task<void> resolve(dns::Question question, ResolvedHandler done);
    io::Task<void> explain(dns::Question question, ResolvedHandler done);
    io::Task<void> follow_root_keys() { co_await service::follow_root_keys(context, iterator, *shared); }
    io::Task<void> signal_key_tags() { co_await service::signal_key_tags(context, iterator, *shared); }
    io::Task<void> recheck_negative_anchors() { co_await service::recheck_negative_anchors(context, *shared); }
    io::Task<void> keep_primed() { co_await root::keep_primed(root_context, root_keys); }
    io::Task<void> watch_root() { co_await root::watch_root(root_context, root_keys); }

    static constexpr std::uint32_t iana_root = 1;  // id of the root that everything is learnt under

    std::shared_ptr<Shared> shared;
    WorkerCounters& counters;
    // This worker's copies of the configuration; apply() assigns to them.
    config::Settings settings;
    iterate::ConfiguredZones configured{settings};
    iterate::LocalAnswers local;
    frontend::Rules rules;
    cache::Scratch scratch;
    upstream::Outstanding outstanding;
    upstream::TcpPool tcp;
    upstream::Prober prober;
    iterate::LeftoverWatch leftovers;
    validate::Validator validator;
    validate::Synthesiser synthesiser;
    iterate::Context context;
    iterate::Iterator iterator;
    root::RootContext root_context;
    root::RootKeys root_keys;  ///< as priming and monitor know them
    frontend::Server server;
    io::TaskSet<Parts> tasks;
};

Engine::Engine(std::shared_ptr<Shared> shared, const Environment& environment)
    : parts_(std::make_unique<Parts>(std::move(shared), environment))
{
    apply(*parts_->shared->configuration());
}

Engine::~Engine() = default;

frontend::Welcome Engine::welcome(const IpAddress& client) const
{
    return parts_->server.welcome(client);
}

upstream::Claimant Engine::claimant_of(const IpAddress& client) const
{
    return parts_->server.claimant_of(client);
}

frontend::Served Engine::serve(Octets query, const frontend::Client& client, frontend::Door& door,
                               std::span<std::uint8_t> out)
{
    return parts_->server.serve(query, client, door, out);
}

io::Task<void> Engine::Parts::resolve(dns::Question question, ResolvedHandler done)
{
    iterate::Trace trace;
    iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time, {}, &trace);
    const auto checking = context.settings.dnssec.enabled ? iterate::Checking::validate : iterate::Checking::none;
    const iterate::Outcome outcome = co_await iterator.resolve(question, budget, nullptr, checking);
    done({outcome, trace});
}

io::Task<void> Engine::Parts::explain(dns::Question question, ResolvedHandler done)
{
    co_await service::explain(context, *shared, question, done);
}

void Engine::resolve(const dns::Question& question, ResolvedHandler done)
{
    parts_->tasks.spawn(&Parts::resolve, question, std::move(done));
}

void Engine::explain(const dns::Question& question, ResolvedHandler done)
{
    parts_->tasks.spawn(&Parts::explain, question, std::move(done));
}

void Engine::batch_sent()
{
    parts_->server.batch_sent();
}

iterate::ZoneServers Engine::servers_for(const dns::Name& name)
{
    iterate::ZoneServers zone = parts_->iterator.known_servers(name);
    // The root's own are kept apart.
    if (zone.zone.is_root() && zone.route == iterate::Route::iterate && zone.servers.empty()) {
        for (const root::RootServer& server : *parts_->shared->root_servers.current())
            zone.servers.push_back({server.name, {server.address}});
    }
    return zone;
}

void Engine::apply(const Configuration& configuration)
{
    parts_->settings = configuration.settings;
    // Compiled already, and the only lists that grow large.
    parts_->settings.local_zones.clear();
    parts_->configured = configuration.configured;
    parts_->local = configuration.local;
    parts_->rules = configuration.rules;
    parts_->rules.reply = reply_rules(parts_->settings);
    parts_->validator.set_rules(validator_rules(configuration.settings.dnssec));
}

void Engine::apply_root(const Configuration& before, const Configuration& configuration)
{
    const config::RootSettings& root = configuration.settings.root;
    if (!root.priming || !same_hints(before, configuration)) {
        parts_->shared->root_servers.replace(configuration.root_servers);
        return;
    }
    std::vector<root::HintedAddress> known;
    for (const root::RootServer& server : *parts_->shared->root_servers.current())
        known.push_back({server.name, server.address});
    root::RootServers& servers = parts_->shared->root_servers;
    servers.replace(root::classify(known, config::root_identities(), root.prefer, servers.confirmed()));
}

void Engine::drain()
{
    parts_->server.drain();
}

bool Engine::idle() const
{
    return parts_->server.idle();
}

void Engine::start()
{
    // Each looks itself whether the settings of the moment want it.
    parts_->tasks.spawn(&Parts::follow_root_keys);
    parts_->tasks.spawn(&Parts::signal_key_tags);
    parts_->tasks.spawn(&Parts::recheck_negative_anchors);
    if (parts_->settings.root.priming)
        parts_->tasks.spawn(&Parts::keep_primed);
    parts_->tasks.spawn(&Parts::watch_root);
}

}  // namespace rw::service
