// SPDX-License-Identifier: EUPL-1.2
// Sums over the workers, and the state of things.
#include "resolver/service/status_pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "resolver/service/explain.h"
#include "resolver/service/shared.h"
#include "resolver/status/metrics.h"

namespace rw::service
{

namespace
{

// In the order of their enumerations.
constexpr std::array<std::string_view, frontend::transport_count> transports{"udp", "tcp"};
constexpr std::array<std::string_view, frontend::result_count> results{"hit",      "miss",    "stale",     "policy",
                                                                       "servfail", "refused", "malformed", "dropped"};

double number(std::uint64_t value)
{
    return static_cast<double>(value);
}

/// Everything the workers count, added up.
struct Sums {
    std::array<std::array<std::uint64_t, frontend::result_count>, frontend::transport_count> results{};
    std::array<std::uint64_t, 64> failures{};
    std::array<std::uint64_t, 4> validated{};
    std::uint64_t sent_udp = 0;
    std::uint64_t sent_tcp = 0;
    std::uint64_t answered = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t unreachable = 0;
    std::uint64_t prefetched = 0;
    status::Latency hits{"hit"};
    status::Latency misses{"miss"};

    void add(const WorkerCounters& counters)
    {
        for (std::size_t i = 0; i < results.size(); ++i) {
            for (std::size_t j = 0; j < results[i].size(); ++j)
                results[i][j] += counters.clients.results[i][j].value();
        }
        for (std::size_t i = 0; i < failures.size(); ++i)
            failures[i] += counters.clients.failures[i].value();
        for (std::size_t i = 0; i < validated.size(); ++i)
            validated[i] += counters.work.validated[i].value();
        sent_udp += counters.work.sent_udp.value();
        sent_tcp += counters.work.sent_tcp.value();
        answered += counters.work.answered.value();
        timed_out += counters.work.timed_out.value();
        unreachable += counters.work.unreachable.value();
        prefetched += counters.work.prefetched.value();
        hits.add(counters.clients.hit_latency);
        misses.add(counters.clients.miss_latency);
    }
};

void fill_clients(status::MetricsView& view, const Sums& sums)
{
    for (std::size_t i = 0; i < transports.size(); ++i) {
        for (std::size_t j = 0; j < results.size(); ++j)
            view.client_queries.push_back(
                {{std::string(transports[i]), std::string(results[j])}, number(sums.results[i][j])});
    }
    for (std::size_t row = 0; row < sums.failures.size(); ++row) {
        if (sums.failures[row] > 0)
            view.client_failures.push_back(
                {{std::string(fact(static_cast<Failure>(row)).name)}, number(sums.failures[row])});
    }
    view.client_latency = {sums.hits, sums.misses};
}

void fill_work(status::MetricsView& view, const Sums& sums)
{
    view.upstream_queries = {{{"sent-udp"}, number(sums.sent_udp)},
                             {{"sent-tcp"}, number(sums.sent_tcp)},
                             {{"answered"}, number(sums.answered)},
                             {{"timeout"}, number(sums.timed_out)},
                             {{"unreachable"}, number(sums.unreachable)}};
    for (std::size_t i = 0; i < sums.validated.size(); ++i)
        view.validation.push_back(
            {{std::string(security_name(static_cast<cache::Security>(i)))}, number(sums.validated[i])});
}

void fill_roots(status::MetricsView& view, const root::RootCounts& counts)
{
    for (const root::RootCounts::Count& row : counts.all())
        view.root_queries.push_back({{row.letter ? std::string(1, *row.letter) : "unconfirmed",
                                      std::string(root::name_of(row.purpose)), std::string(root::name_of(row.event))},
                                     number(row.count)});
}

void fill_cache(status::MetricsView& view, const cache::StoreStats& stats, std::uint64_t prefetched)
{
    view.cache_bytes = number(stats.used_octets);
    view.cache_index_bytes = number(stats.index_octets);
    view.cache_capacity_bytes = number(stats.capacity_octets);
    view.cache_entries = number(stats.entries);
    view.cache_operations = {{{"inserted"}, number(stats.inserted)}, {{"evicted"}, number(stats.evicted)},
                             {{"expired"}, number(stats.expired)},   {{"promoted"}, number(stats.promoted)},
                             {{"refused"}, number(stats.refused)},   {{"prefetched"}, number(prefetched)}};
}

std::string mebibytes(std::uint64_t octets)
{
    return fmt::format("{:.1f} MiB", number(octets) / (1024.0 * 1024.0));
}

bool has_valid_anchor(const Shared& shared)
{
    const WallSeconds now = shared.time_floor.at_least(shared.clock.wall_seconds());
    const auto set = shared.anchors.current();
    return std::ranges::any_of(set->anchors, [&](const dnssec::TrustAnchor& anchor) {
        return anchor.valid_from <= now && now < anchor.valid_until;
    });
}

}  // namespace

status::MetricsView metrics_view(const Shared& shared)
{
    Sums sums;
    shared.for_each_counters([&](const WorkerCounters& counters) { sums.add(counters); });
    status::MetricsView view;
    view.version = ROOTWARD_VERSION;
    view.uptime_seconds = std::chrono::duration<double>(shared.clock.monotonic() - shared.started).count();
    fill_clients(view, sums);
    fill_work(view, sums);
    fill_roots(view, shared.root_counts);
    fill_cache(view, shared.store.stats(), sums.prefetched);
    view.tcp_connections = shared.connection_limits.open();
    view.questions_in_flight = number(shared.inflight.size());
    view.continuity_state = {{{"normal"}, 1}};
    view.reloads = {{{"applied"}, number(shared.reloads_applied.value())},
                    {{"refused"}, number(shared.reloads_refused.value())}};
    return view;
}

std::vector<std::string> statistics(const Shared& shared)
{
    Sums sums;
    shared.for_each_counters([&](const WorkerCounters& counters) { sums.add(counters); });
    std::string clients;
    for (std::size_t i = 0; i < results.size(); ++i)
        clients += fmt::format(" {}={}", results[i], sums.results[0][i] + sums.results[1][i]);
    const cache::StoreStats cache = shared.store.stats();
    const root::Share share = shared.root_counts.share_since_start();
    return {fmt::format("statistics: clients{} in-flight={} tcp-connections={} uptime-s={}", clients,
                        shared.inflight.size(), shared.connection_limits.open(),
                        std::chrono::floor<std::chrono::seconds>(shared.clock.monotonic() - shared.started).count()),
            fmt::format("statistics: upstream sent-udp={} sent-tcp={} answered={} timeout={} unreachable={}",
                        sums.sent_udp, sums.sent_tcp, sums.answered, sums.timed_out, sums.unreachable),
            fmt::format(
                "statistics: cache entries={} used=\"{}\" index=\"{}\" size=\"{}\" inserted={} evicted={} expired={}",
                cache.entries, mebibytes(cache.used_octets), mebibytes(cache.index_octets),
                mebibytes(cache.capacity_octets), cache.inserted, cache.evicted, cache.expired),
            fmt::format("statistics: root sent={} preferred={}", share.sent_total, share.sent_preferred)};
}

status::Readiness readiness(const Shared& shared)
{
    const auto configuration = shared.configuration();
    const config::Settings& settings = configuration->settings;
    status::Readiness state;
    if (shared.draining)
        state.reasons.emplace_back("the daemon is stopping");
    // Who forwards everything needs no root, and may have no way to it.
    const bool asks_root = std::ranges::none_of(
        settings.forward_zones, [](const config::ForwardZoneSettings& zone) { return zone.name.text == "."; });
    if (settings.root.priming && asks_root && !shared.root_servers.in_reach())
        state.reasons.emplace_back("this host has no route to any root server");
    else if (settings.root.priming && asks_root && !shared.root_servers.primed())
        state.reasons.emplace_back("no root server has given a usable list of root servers yet");
    const bool validates =
        settings.dnssec.enabled && !(settings.dnssec.trust_anchors && settings.dnssec.trust_anchors->empty());
    if (validates && !has_valid_anchor(shared))
        state.reasons.emplace_back("no trust anchor is valid at this time; check the clock and dnssec.trust-anchors");
    state.ready = state.reasons.empty();
    return state;
}

status::Page status_page(const Shared& shared, std::string_view path)
{
    if (path == "/metrics")
        return {200, "text/plain; version=0.0.4; charset=utf-8", status::write_metrics(metrics_view(shared))};
    if (path == "/livez")
        return {.body = "alive\n"};
    if (path == "/readyz") {
        const status::Readiness state = readiness(shared);
        return {.code = state.ready ? 200U : 503U,
                .body = state.ready ? "ready\n" : fmt::format("not ready: {}\n", fmt::join(state.reasons, "; "))};
    }
    return {.code = 404, .body = "there are /metrics, /livez and /readyz\n"};
}

}  // namespace rw::service
