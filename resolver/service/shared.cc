// SPDX-License-Identifier: EUPL-1.2
// Making the shared state from the settings.
#include "resolver/service/shared.h"

#include <sys/resource.h>

#include <algorithm>

#include "config/shipped.h"
#include "resolver/base/log.h"
#include "resolver/service/anchors.h"

namespace rw::service
{

namespace
{

constexpr rlim_t fewest_queries = 128;   // with fewer nothing gets resolved
constexpr rlim_t most_queries = 20'000;  // outstanding at once: 64,512 source ports, and memory for each

/// Half of the open files that the process may have: each query to a server takes a socket, the rest is for clients.
std::uint32_t room_for_queries()
{
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
        return fewest_queries;
    return static_cast<std::uint32_t>(std::clamp<rlim_t>(files.rlim_cur / 2, fewest_queries, most_queries));
}

}  // namespace

Shared::Shared(const std::shared_ptr<const Configuration>& given, const Clock& given_clock, Random& random,
               std::vector<dnssec::TrustAnchor> shipped)
    : clock(given_clock),
      started(given_clock.monotonic()),
      store(given->settings.cache.size.octets - given->settings.cache.size.octets / cache::DenialCache::share,
            HashKey::make(random)),
      answers(store, ttl_limits(given->settings.cache)),
      delegations(store, static_cast<std::uint32_t>(given->settings.cache.max_ttl.count())),
      chains(store),
      failures(store),
      denials(given->settings.cache.size.octets / cache::DenialCache::share, store.secret()),
      stats(clock, store.secret()),
      party_key(HashKey::make(random)),
      root_servers(given->root_servers),
      root_counts(clock, given->settings.root),
      root_budget(clock, given->settings.root.query_budget, HashKey::make(random)),
      root_probes(root_servers, root_counts, root_budget),
      connection_limits(given->settings.tcp),
      recent_failures(store.secret()),
      shipped_(std::move(shipped)),
      configuration_(given)
{
    anchors.replace(given->anchors);
    follow(given->settings);
    root_budget.expect(config::shipped::tlds);
}

std::size_t Shared::queries_of_worker() const
{
    const std::size_t workers = std::max<std::size_t>(1, configuration()->settings.workers);
    return std::max<std::size_t>(1, room_for_queries() / workers);
}

void Shared::replace(const std::shared_ptr<const Configuration>& next)
{
    const auto before = configuration_.exchange(next);
    answers.set_limits(ttl_limits(next->settings.cache));
    delegations.set_max_ttl(static_cast<std::uint32_t>(next->settings.cache.max_ttl.count()));
    connection_limits.replace(next->settings.tcp);
    // Anchors that were not changed here may have rolled since (RFC 5011). A file may have changed under its name.
    if (next->settings.dnssec != before->settings.dnssec || next->anchors != before->anchors) {
        anchors.replace(next->anchors);
        follow(next->settings);
    } else if (next->settings.stub_zones != before->settings.stub_zones ||
               next->settings.forward_zones != before->settings.forward_zones ||
               next->settings.policy != before->settings.policy) {
        // Dropped negative anchors come back: they may be for a zone that is configured only now.
        anchors.change([&](validate::AnchorSet& set) { set.negative = next->anchors.negative; });
    }
    if (next->settings.root != before->settings.root) {
        root_counts.follow(next->settings.root);
        root_budget.follow(next->settings.root.query_budget);
    }
}

std::size_t Shared::forget(const std::vector<dns::Name>& names)
{
    for (const dns::Name& name : names) {
        stats.forget_lame(name);
        denials.flush(name);
    }
    anchors.renew();
    return cache::flush_zones(store, names);
}

void Shared::forget_failures()
{
    store.remove_if([](cache::Kind kind, Octets, dns::RRType) { return kind == cache::Kind::failure; });
}

void Shared::apply_followed_anchors()
{
    if (!following_)
        return;
    anchors.change([this](validate::AnchorSet& set) { set.anchors = followed_anchors->anchors(); });
    if (anchors.current()->anchors.empty())
        log(LogLevel::error, "no trust anchor of the root is left: nothing is validated until one is configured");
}

void Shared::follow(const config::Settings& settings)
{
    // Only the shipped anchors are followed: what the operator wrote is his to change.
    const bool wanted = settings.dnssec.enabled && settings.dnssec.rfc5011 && !settings.dnssec.trust_anchors;
    if (wanted && !followed_anchors)
        followed_anchors = std::make_unique<FollowedAnchors>(
            std::make_unique<zones::PosixFiles>(settings.state_dir.string()), settings.state_dir.string(), shipped_);
    if (wanted)
        time_floor.raise(followed_anchors->proven());
    following_ = wanted;
    apply_followed_anchors();
}

WorkerCounters& Shared::add_counters()
{
    const std::scoped_lock lock(counters_mutex_);
    return counters_.emplace_back();
}

Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random)
{
    auto shipped = configured_anchors(config::Settings{});
    if (!shipped)
        return std::unexpected(shipped.error());
    return make_shared_state(settings, clock, random, std::move(shipped->anchors));
}

Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random,
                                                  std::vector<dnssec::TrustAnchor> shipped)
{
    auto configuration = make_configuration(settings);
    if (!configuration)
        return std::unexpected(configuration.error());
    return std::make_shared<Shared>(std::move(*configuration), clock, random, std::move(shipped));
}

}  // namespace rw::service
