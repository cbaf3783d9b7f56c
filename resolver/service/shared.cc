// SPDX-License-Identifier: EUPL-1.2
// Making the shared state from the settings.
#include "resolver/service/shared.h"

#include <sys/resource.h>

#include <algorithm>

#include "config/shipped.h"

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

Shared::Shared(std::shared_ptr<const Configuration> given, const Clock& given_clock, Random& random)
    : clock(given_clock),
      started(given_clock.monotonic()),
      store(given->settings.cache.size.octets, HashKey::make(random)),
      answers(store, ttl_limits(given->settings.cache)),
      delegations(store, static_cast<std::uint32_t>(given->settings.cache.max_ttl.count())),
      failures(store),
      stats(clock),
      outstanding(HashKey::make(random), room_for_queries()),
      root_servers(given->root_servers),
      root_counts(clock, given->settings.root),
      root_budget(clock, given->settings.root.query_budget, HashKey::make(random)),
      root_probes(root_servers, root_counts, root_budget),
      connection_limits(given->settings.tcp),
      configuration_(given)
{
    anchors.replace(given->anchors);
    root_budget.expect(config::shipped::tlds);
}

void Shared::replace(std::shared_ptr<const Configuration> next)
{
    const auto before = configuration_.exchange(next);
    answers.set_limits(ttl_limits(next->settings.cache));
    delegations.set_max_ttl(static_cast<std::uint32_t>(next->settings.cache.max_ttl.count()));
    connection_limits.replace(next->settings.tcp);
    // Anchors that were not changed here may have rolled since (RFC 5011).
    if (next->settings.dnssec != before->settings.dnssec)
        anchors.replace(next->anchors);
    if (next->settings.root != before->settings.root) {
        root_counts.follow(next->settings.root);
        root_budget.follow(next->settings.root.query_budget);
    }
}

frontend::Counters& Shared::add_counters()
{
    const std::scoped_lock lock(counters_mutex_);
    return counters_.emplace_back();
}

Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random)
{
    auto configuration = make_configuration(settings);
    if (!configuration)
        return std::unexpected(configuration.error());
    return std::make_shared<Shared>(std::move(*configuration), clock, random);
}

}  // namespace rw::service
