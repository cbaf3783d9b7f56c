// SPDX-License-Identifier: EUPL-1.2
// One worker's resolver without its sockets: everything between a client's octets and the reply. The daemon gives each
// worker thread one; the simulator builds one on virtual time. `Shared` is what the workers of a process have in
// common.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "config/settings.h"
#include "resolver/base/clock.h"
#include "resolver/base/random.h"
#include "resolver/cache/delegation_cache.h"
#include "resolver/dnssec/trust_anchor.h"
#include "resolver/frontend/client.h"
#include "resolver/io/inbox.h"
#include "resolver/io/network.h"
#include "resolver/io/scheduler.h"
#include "resolver/iterate/outcome.h"
#include "resolver/iterate/trace.h"

namespace rw::iterate
{
struct ZoneServers;
}

namespace rw::service
{

/// What all workers share: settings, cache, questions in flight, server statistics, root state, counters. Thread-safe.
class Shared;
struct Configuration;

/// The world as one worker sees it. All of it must outlive the engine.
struct Environment {
    io::Scheduler& scheduler;
    io::Network& network;
    Random& random;
    io::Inbox& inbox;
};

/// `settings` are checked before (config::load_file); the error names what cannot be used (trust anchor, hints).
Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random);
/// The same for a package that ships other anchors of the root.
Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random,
                                                  std::vector<dnssec::TrustAnchor> shipped);

class Engine final : public frontend::QueryHandler
{
 public:
    Engine(std::shared_ptr<Shared> shared, const Environment& environment);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() override;

    [[nodiscard]] frontend::Welcome welcome(const IpAddress& client) const override;
    [[nodiscard]] upstream::Claimant claimant_of(const IpAddress& client) const override;
    frontend::Served serve(Octets query, const frontend::Client& client, frontend::Door& door,
                           std::span<std::uint8_t> out) override;

    void batch_sent() override;

    /// What a question asked by the operator came to.
    struct Resolved {
        const iterate::Outcome& outcome;
        const iterate::Trace& trace;
    };
    using ResolvedHandler = std::function<void(const Resolved&)>;
    /// Resolves like a client's query; calls `done` on this worker's thread.
    void resolve(const dns::Question& question, ResolvedHandler done);
    /// The same from the root with empty caches; nothing is kept.
    void explain(const dns::Question& question, ResolvedHandler done);
    /// Whom a question about `name` would be put to first, with the addresses that are known.
    [[nodiscard]] iterate::ZoneServers servers_for(const dns::Name& name);

    /// From now on works by `configuration`; on this worker's thread, between two queries. Resolutions under way go on.
    void apply(const Configuration& configuration);
    /// Root servers as hints and preference have them now; on the thread of the worker that primes.
    void apply_root(const Configuration& before, const Configuration& configuration);

    /// From now on answers only what is cached; what would have to be resolved fails as shutting down.
    void drain();
    /// No client waits for a reply of this worker, and no other worker for a resolution of it.
    [[nodiscard]] bool idle() const;

    /// Starts background work (priming, monitor); not called by scenarios that forbid unasked queries.
    void start();

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace rw::service
