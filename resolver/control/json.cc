// SPDX-License-Identifier: EUPL-1.2
// The shapes of all control documents.
#include "resolver/control/json.h"

#include <cmath>

#include "config/values.h"
#include "zones/rdata_text.h"

namespace rw::control
{

OrderedJson milliseconds_of(const std::optional<Duration>& time)
{
    if (!time)
        return {};
    return static_cast<double>(std::chrono::round<std::chrono::microseconds>(*time).count()) / 1000.0;
}

namespace
{

template <class T>
OrderedJson or_null(const std::optional<T>& value)
{
    return value ? OrderedJson(*value) : OrderedJson();
}

OrderedJson time_of(const std::optional<WallSeconds>& time)
{
    return time ? OrderedJson(config::write_value(*time)) : OrderedJson();
}

OrderedJson records_of(const std::vector<dns::RRset>& rrsets)
{
    OrderedJson records = OrderedJson::array();
    const auto add = [&records](const dns::RRset& rrset, dns::RRType type, Octets rdata) {
        records.push_back({{"owner", rrset.owner.to_string()},
                           {"ttl", rrset.ttl},
                           {"type", dns::type_name(type)},
                           {"rdata", zones::rdata_text(type, rdata)}});
    };
    for (const dns::RRset& rrset : rrsets) {
        for (const Octets rdata : rrset.rdatas)
            add(rrset, rrset.type, rdata);
        for (const dns::RdataList* list : {&rrset.signatures, &rrset.unchecked})
            for (const Octets signature : *list)
                add(rrset, dns::RRType::rrsig, signature);
    }
    return records;
}

OrderedJson share_of(const ShareView& view)
{
    return {{"sent_preferred", view.sent_preferred},
            {"sent_total", view.sent_total},
            {"answered_preferred", view.answered_preferred},
            {"answered_total", view.answered_total},
            {"other", {{"timeout", view.other_timeout}, {"stale", view.other_stale}, {"mode", view.other_mode}}}};
}

OrderedJson health_of(const RootHealthView& view)
{
    return {{"samples", view.samples},
            {"availability", or_null(view.availability)},
            {"latency_ms", milliseconds_of(view.latency)},
            {"correctness", or_null(view.correctness)},
            {"publication_latency_ms", milliseconds_of(view.publication_latency)}};
}

OrderedJson queries_of(const std::vector<RootQueriesView>& views)
{
    OrderedJson queries = OrderedJson::object();
    for (const RootQueriesView& view : views)
        queries[view.purpose] = {{"sent", view.sent}, {"answered", view.answered}, {"timeout", view.timeout}};
    return queries;
}

OrderedJson identity_of(const RootIdentityView& view)
{
    const bool reachable = !view.addresses.empty();
    OrderedJson addresses = OrderedJson::array();
    for (const RootAddressView& one : view.addresses) {
        addresses.push_back({{"address", one.address.to_string()},
                             {"state", one.state},
                             {"srtt_ms", milliseconds_of(one.srtt)},
                             {"serial", or_null(one.serial)},
                             {"serial_validated", one.serial_validated},
                             {"nsid", or_null(one.nsid)}});
    }
    return {{"letter", std::string(1, view.letter)},
            {"operator", view.operator_name},
            {"jurisdiction", view.jurisdiction},
            {"address", reachable ? OrderedJson(view.addresses.front().address.to_string()) : OrderedJson()},
            {"tier", view.tier},
            {"state", reachable ? OrderedJson(view.addresses.front().state) : OrderedJson("off")},
            {"srtt_ms", reachable ? milliseconds_of(view.addresses.front().srtt) : OrderedJson()},
            {"serial", or_null(view.serial)},
            {"serial_validated", view.serial_validated},
            {"nsid", or_null(view.nsid)},
            {"addresses", std::move(addresses)},
            {"health", health_of(view.health)},
            {"queries", queries_of(view.queries)}};
}

OrderedJson event_of(const RootEventView& view)
{
    return {{"time", time_of(view.at)},
            {"event", view.name},
            {"severity", view.severity},
            {"identity", view.identity ? OrderedJson(std::string(1, *view.identity)) : OrderedJson()},
            {"address", view.address ? OrderedJson(view.address->to_string()) : OrderedJson()},
            {"text", view.text}};
}

}  // namespace

OrderedJson to_json(const std::vector<HopView>& views)
{
    OrderedJson hops = OrderedJson::array();
    for (const HopView& view : views)
        hops.push_back({{"zone", view.zone.to_string()},
                        {"question", view.question.to_string()},
                        {"type", dns::type_name(view.type)},
                        {"server", view.server.to_string()},
                        {"identity", view.identity ? OrderedJson(std::string(1, *view.identity)) : OrderedJson()},
                        {"transport", view.transport},
                        {"time_ms", milliseconds_of(view.time)},
                        {"outcome", view.outcome}});
    return hops;
}

OrderedJson to_json(const std::vector<ExtendedErrorView>& views)
{
    OrderedJson errors = OrderedJson::array();
    for (const ExtendedErrorView& view : views)
        errors.push_back({{"code", view.code}, {"text", view.text}});
    return errors;
}

OrderedJson to_json(const StatusView& view)
{
    return {{"schema", "rootward/status/1"},
            {"version", view.version},
            {"uptime_s", view.uptime.count()},
            {"root_in_use", view.root_in_use},
            {"mirror", {{"serial", or_null(view.mirror_serial)}}},
            {"continuity",
             {{"state", view.continuity.state},
              {"statement", or_null(view.continuity.statement)},
              {"since", time_of(view.continuity.since)},
              {"until", time_of(view.continuity.until)}}},
            {"validation", view.validation},
            {"primed", view.primed},
            {"workers", view.workers},
            {"tcp_connections", view.tcp_connections},
            {"metrics", or_null(view.metrics)},
            {"listening", view.listening}};
}

OrderedJson to_json(const RootStateView& view)
{
    OrderedJson identities = OrderedJson::array();
    for (const RootIdentityView& identity : view.identities)
        identities.push_back(identity_of(identity));
    OrderedJson events = OrderedJson::array();
    for (const RootEventView& event : view.events)
        events.push_back(event_of(event));
    return {
        {"schema", "rootward/root/1"},
        {"mode", view.mode},
        {"identities", std::move(identities)},
        {"share",
         {{"1h", share_of(view.last_hour)}, {"24h", share_of(view.last_day)}, {"start", share_of(view.since_start)}}},
        {"reference_serial", or_null(view.reference_serial)},
        {"budget",
         {{"per_second", view.budget.per_second}, {"burst", view.budget.burst}, {"refused", view.budget.refused}}},
        {"events", std::move(events)}};
}

OrderedJson to_json(const LookupView& view)
{
    return {{"schema", "rootward/lookup/1"},
            {"name", view.name.to_string()},
            {"type", dns::type_name(view.type)},
            {"rcode", rcode_name(view.rcode)},
            {"security", view.security},
            {"errors", to_json(view.errors)},
            {"cached", view.cached},
            {"time_ms", milliseconds_of(view.time)},
            {"answer", records_of(view.answer)},
            {"authority", records_of(view.authority)},
            {"hops", to_json(view.hops)}};
}

OrderedJson to_json(const CacheView& view)
{
    return {{"schema", "rootward/cache-stats/1"},
            {"capacity_octets", view.capacity_octets},
            {"used_octets", view.used_octets},
            {"index_octets", view.index_octets},
            {"entries", view.entries},
            {"hits", view.hits},
            {"misses", view.misses},
            {"inserted", view.inserted},
            {"evicted", view.evicted},
            {"expired", view.expired},
            {"refused", view.refused}};
}

OrderedJson to_json(const ZoneServersView& view)
{
    OrderedJson servers = OrderedJson::array();
    for (const ServerView& server : view.servers) {
        servers.push_back({{"name", server.name ? OrderedJson(server.name->to_string()) : OrderedJson()},
                           {"address", server.address.to_string()},
                           {"srtt_ms", milliseconds_of(server.srtt)},
                           {"timeouts_in_row", server.timeouts_in_row},
                           {"edns", server.edns},
                           {"keeps_case", server.keeps_case},
                           {"lame", server.lame}});
    }
    OrderedJson without_address = OrderedJson::array();
    for (const dns::Name& name : view.without_address)
        without_address.push_back(name.to_string());
    return {{"schema", "rootward/servers/1"},
            {"zone", view.zone.to_string()},
            {"source", view.source},
            {"servers", std::move(servers)},
            {"without_address", std::move(without_address)}};
}

OrderedJson to_json(const std::vector<InflightView>& view)
{
    OrderedJson questions = OrderedJson::array();
    for (const InflightView& question : view) {
        questions.push_back({{"name", question.name.to_string()},
                             {"type", dns::type_name(question.type)},
                             {"stage", question.stage},
                             {"age_ms", milliseconds_of(question.age)},
                             {"waiters", question.waiters}});
    }
    return {{"schema", "rootward/inflight/1"}, {"questions", std::move(questions)}};
}

OrderedJson to_json(const std::vector<FailedView>& view)
{
    OrderedJson questions = OrderedJson::array();
    for (const FailedView& failed : view) {
        questions.push_back({{"name", failed.name.to_string()},
                             {"type", dns::type_name(failed.type)},
                             {"reason", failed.reason},
                             {"text", failed.text},
                             {"ede", or_null(failed.ede)},
                             {"detail", failed.detail},
                             {"ago_s", std::chrono::floor<std::chrono::seconds>(failed.ago).count()},
                             {"count", failed.count}});
    }
    return {{"schema", "rootward/failures/1"}, {"questions", std::move(questions)}};
}

OrderedJson to_json(const ReloadView& view)
{
    OrderedJson problems = OrderedJson::array();
    for (const config::Problem& problem : view.problems)
        problems.push_back({{"line", problem.line}, {"column", problem.column}, {"message", problem.message}});
    OrderedJson changes = OrderedJson::array();
    for (const config::Change& change : view.changes) {
        changes.push_back({{"setting", change.path},
                           {"before", change.before},
                           {"after", change.after},
                           {"takes_effect", change.reload == config::Reload::live ? "now" : "after a restart"}});
    }
    return {{"schema", "rootward/reload/1"},
            {"file", view.file},
            {"applied", view.problems.empty()},
            {"problems", std::move(problems)},
            {"changes", std::move(changes)}};
}

std::string write_json(const OrderedJson& json)
{
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace rw::control
