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
          tcp(environment.network, environment.scheduler, environment.random),
          background(environment.scheduler),
          prober(environment.scheduler, environment.network, environment.random, shared->stats, background),
          validator(validator_rules(shared->configuration()->settings.dnssec), shared->anchors, shared->time_floor,
                    environment.scheduler),
          synthesiser(shared->denials, shared->answers, scratch),
          context{settings,
                  environment.scheduler,
                  environment.network,
                  environment.random,
                  background,
                  tcp,
                  prober,
                  shared->stats,
                  shared->outstanding,
                  shared->root_servers,
                  shared->root_counts,
                  shared->root_budget,
                  shared->root_board,
                  shared->root_probes,
                  shared->answers,
                  shared->delegations,
                  shared->failures,
                  validator,
                  synthesiser,
                  scratch,
                  configured,
                  local,
                  counters.work,
                  cache::RootView{iana_root, nullptr}},
          iterator(context),
          server(context, iterator, shared->inflight, environment.inbox, rules,
                 {counters.clients, shared->recent_failures})
    {
    }

    static constexpr std::uint32_t iana_root = 1;  // id of the root that everything is learnt under

    std::shared_ptr<Shared> shared;
    WorkerCounters& counters;
    // This worker's copies of the configuration; apply() assigns to them.
    config::Settings settings;
    iterate::ConfiguredZones configured{settings};
    iterate::LocalAnswers local;
    frontend::Rules rules;
    cache::Scratch scratch;
    upstream::TcpPool tcp;
    io::TaskSet background;
    upstream::Prober prober;
    validate::Validator validator;
    validate::Synthesiser synthesiser;
    iterate::Context context;
    iterate::Iterator iterator;
    frontend::Server server;
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

frontend::Served Engine::serve(Octets query, const frontend::Client& client, frontend::Door& door,
                               std::span<std::uint8_t> out)
{
    return parts_->server.serve(query, client, door, out);
}

namespace
{

io::Task<void> resolve_for_operator(iterate::Context& context, iterate::Iterator& iterator, dns::Question question,
                                    Engine::ResolvedHandler done)
{
    iterate::Trace trace;
    iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time, std::nullopt, &trace);
    const auto checking = context.settings.dnssec.enabled ? iterate::Checking::validate : iterate::Checking::none;
    const iterate::Outcome outcome = co_await iterator.resolve(question, budget, nullptr, checking);
    done({outcome, trace});
}

}  // namespace

void Engine::resolve(const dns::Question& question, ResolvedHandler done)
{
    parts_->background.spawn(resolve_for_operator(parts_->context, parts_->iterator, question, std::move(done)));
}

void Engine::explain(const dns::Question& question, ResolvedHandler done)
{
    parts_->background.spawn(service::explain(parts_->context, *parts_->shared, question, std::move(done)));
}

void Engine::batch_sent()
{
    parts_->server.batch_sent();
}

std::optional<cache::Delegation> Engine::closest_delegation(const dns::Name& name)
{
    iterate::Context& context = parts_->context;
    return context.delegations.closest_enclosing(name, context.cache_now(), context.root_view, context.scratch);
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
    Shared& shared = *parts_->shared;
    // Each looks itself whether the settings of the moment want it.
    parts_->background.spawn(follow_root_keys(parts_->context, parts_->iterator, shared));
    parts_->background.spawn(signal_key_tags(parts_->context, parts_->iterator, shared));
    parts_->background.spawn(recheck_negative_anchors(parts_->context, shared));
    const iterate::Context& context = parts_->context;
    const root::RootContext root{parts_->settings,   context.scheduler, context.network,     context.random,
                                 parts_->tcp,        shared.stats,      shared.root_servers, shared.root_counts,
                                 shared.root_budget, shared.root_board};
    const auto keys = std::make_shared<root::RootKeys>(shared.anchors, parts_->settings.dnssec);
    if (parts_->settings.root.priming)
        parts_->background.spawn(root::keep_primed(root, keys));
    parts_->background.spawn(root::watch_root(root, keys));
}

}  // namespace rw::service
