// SPDX-License-Identifier: EUPL-1.2
// The operator's view of a running daemon.
#include "resolver/service/control_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/root_identities.h"
#include "resolver/base/log.h"
#include "resolver/service/explain.h"
#include "resolver/service/root_view.h"
#include "resolver/service/shared.h"
#include "resolver/service/status_pages.h"

namespace rw::service
{

namespace
{

control::LookupView lookup_view(const control::LookupRequest& request, const Engine::Resolved& resolved)
{
    const iterate::Outcome& outcome = resolved.outcome;
    control::LookupView view;
    view.name = request.name;
    view.type = request.type;
    view.security = security_name(security_of(outcome));
    for (const iterate::Link& link : outcome.links) {
        const bool negative =
            link.facts.kind == cache::EntryKind::nodata || link.facts.kind == cache::EntryKind::nxdomain;
        auto& section = negative ? view.authority : view.answer;
        section.insert(section.end(), link.records.begin(), link.records.end());
        view.authority.insert(view.authority.end(), link.proof.begin(), link.proof.end());
        if (link.facts.kind == cache::EntryKind::nxdomain)
            view.rcode = Rcode::nxdomain;
    }
    view.hops = hops_of(resolved.trace);
    view.cached = resolved.trace.hops.empty();
    if (outcome.failure) {
        const FailureFact& row = fact(*outcome.failure);
        view.rcode = row.rcode;
        if (row.ede)
            view.errors.push_back({*row.ede, outcome.detail.empty() ? std::string(row.text) : outcome.detail});
    }
    return view;
}

std::string source_of(const iterate::ZoneServers& zone)
{
    if (zone.route == iterate::Route::forward)
        return "forward-zone";
    if (zone.known != iterate::Known::configured)
        return "delegation";
    return zone.zone.is_root() ? "root" : "stub-zone";
}

}  // namespace

control::StatusView ControlService::status()
{
    control::StatusView view;
    view.version = ROOTWARD_VERSION;
    view.uptime = std::chrono::floor<std::chrono::seconds>(shared_.clock.monotonic() - shared_.started);
    const auto configuration = shared_.configuration();
    const config::Settings& settings = configuration->settings;
    view.validation = settings.dnssec.enabled ? "on" : "off";
    view.workers = settings.workers;
    for (const config::ListenSettings& listen : settings.listen)
        view.listening.push_back(fmt::format("{} dns", Endpoint{listen.address, listen.port}.to_string()));
    view.primed = shared_.root_servers.primed();
    view.tcp_connections = shared_.connection_limits.open();
    if (settings.status.listen)
        view.metrics = settings.status.listen->to_string();
    return view;
}

control::RootStateView ControlService::root()
{
    return root_view(shared_);
}

void ControlService::lookup(const control::LookupRequest& request, control::Done<control::LookupView> done)
{
    const Instant asked = shared_.clock.monotonic();
    const dns::Question question{request.name, request.type, dns::RRClass::in};
    engine_.resolve(question, [this, request, asked, done = std::move(done)](const Engine::Resolved& resolved) {
        control::LookupView view = lookup_view(request, resolved);
        view.time = shared_.clock.monotonic() - asked;
        done(std::move(view));
    });
}

void ControlService::explain(const control::LookupRequest& request, control::Done<const control::ExplainView&> done)
{
    const Instant asked = shared_.clock.monotonic();
    const dns::Question question{request.name, request.type, dns::RRClass::in};
    engine_.explain(question, [this, request, asked, done = std::move(done)](const Engine::Resolved& resolved) {
        control::ExplainView view = explain_view(request, resolved.outcome, resolved.trace);
        view.time = shared_.clock.monotonic() - asked;
        done(view);
    });
}

std::uint64_t ControlService::flush(const dns::Name& name)
{
    return shared_.forget({name});
}

control::CacheView ControlService::cache()
{
    const cache::StoreStats stats = shared_.store.stats();
    control::CacheView view{.capacity_octets = stats.capacity_octets,
                            .used_octets = stats.used_octets,
                            .index_octets = stats.index_octets,
                            .entries = stats.entries,
                            .inserted = stats.inserted,
                            .evicted = stats.evicted,
                            .expired = stats.expired,
                            .refused = stats.refused};
    using frontend::QueryResult;
    shared_.for_each_counters([&](const WorkerCounters& counters) {
        view.hits += counters.clients.total(QueryResult::hit);
        for (const QueryResult result : {QueryResult::miss, QueryResult::stale, QueryResult::servfail})
            view.misses += counters.clients.total(result);
    });
    return view;
}

control::ZoneServersView ControlService::servers(const dns::Name& name)
{
    const iterate::ZoneServers zone = engine_.servers_for(name);
    control::ZoneServersView view;
    view.zone = zone.zone;
    view.source = source_of(zone);
    for (const auto& server : zone.servers) {
        if (server.addresses.empty())
            view.without_address.push_back(server.name);
        for (const IpAddress& address : server.addresses) {
            const Endpoint endpoint = zone.endpoint(server, address);
            const upstream::ServerState state = shared_.stats.state(endpoint, zone.zone);
            view.servers.push_back({server.name.is_root() ? std::nullopt : std::optional(server.name), endpoint,
                                    state.measured ? std::optional(state.srtt) : std::nullopt, state.timeouts_in_row,
                                    !state.edns_broken, !state.case_broken, state.lame});
        }
    }
    return view;
}

std::vector<control::InflightView> ControlService::inflight(std::size_t limit)
{
    std::vector<control::InflightView> views;
    for (const iterate::Inflight::Waiting& waiting : shared_.inflight.waiting(limit)) {
        views.push_back({waiting.question.key.name(), waiting.question.key.type(), "resolving",
                         shared_.clock.monotonic() - waiting.since, waiting.waiters});
    }
    return views;
}

std::vector<control::FailedView> ControlService::failures(std::size_t limit)
{
    std::vector<control::FailedView> views;
    for (const frontend::RecentFailure& failed : shared_.recent_failures.latest(limit)) {
        const FailureFact& row = fact(failed.failure);
        views.push_back({failed.name, failed.type, std::string(row.name), std::string(row.text), row.ede, failed.detail,
                         shared_.clock.monotonic() - failed.last, failed.count});
    }
    return views;
}

void ControlService::reload(control::Done<control::ReloadView> done)
{
    reloader_.request_reload(
        [this, done = std::move(done)](const control::ReloadView& view) { home_.post([view, done] { done(view); }); });
}

void ControlService::set_log_level(LogLevel level)
{
    rw::set_log_level(level);
}

}  // namespace rw::service
