// SPDX-License-Identifier: EUPL-1.2
// Clauses of unbound.conf as a whole: the server's options by their rows, local data, stub and forward zones.
#include <fmt/format.h>

#include <algorithm>

#include "resolver/ctl/import_unbound.h"

namespace rw::ctl::unbound
{

namespace
{

using enum Verdict;
using config::LocalZoneType;

std::string option_of(const Statement& statement)
{
    return statement.path.substr(statement.path.find('.') + 1);
}

//--- local data ----------------------------------------------------------------------------------------------------

struct ZoneRow {
    std::string_view type;
    LocalZoneType ours;
    Verdict verdict;
    std::string_view words;
};

constexpr ZoneRow zone_rows[] = {
    {"static", LocalZoneType::fixed, same, "local-zones"},
    {"transparent", LocalZoneType::transparent, same, "local-zones"},
    {"redirect", LocalZoneType::redirect, same, "local-zones"},
    {"refuse", LocalZoneType::refuse, same, "local-zones"},
    {"nodefault", LocalZoneType::transparent, same, "local-zones: transparent, so that it is resolved"},
    {"always_transparent", LocalZoneType::transparent, same, "local-zones: transparent, without data"},
    {"always_refuse", LocalZoneType::refuse, same, "local-zones: refuse"},
    {"always_nodata", LocalZoneType::redirect, same, "local-zones: redirect without data"},
    {"typetransparent", LocalZoneType::transparent, nearly,
     "local-zones: transparent; for a name that has local data, other types are not resolved"},
    {"inform", LocalZoneType::transparent, nearly, "local-zones: transparent; queries are not logged"},
    {"inform_redirect", LocalZoneType::redirect, nearly, "local-zones: redirect; queries are not logged"},
};

/// Types that keep the zone's names from being resolved: rules do that here.
struct RuleRow {
    std::string_view type;
    config::PolicyAction action;
    Verdict verdict;
    std::string_view words;
};

constexpr RuleRow rule_rows[] = {
    {"deny", config::PolicyAction::drop, nearly, "policy: drop; local data in it is not given"},
    {"always_deny", config::PolicyAction::drop, same, "policy: drop"},
    {"inform_deny", config::PolicyAction::drop, nearly, "policy: drop; queries are not logged"},
    {"always_nxdomain", config::PolicyAction::deny, same, "policy: deny"},
};

Said local_zone(Draft& draft, const Statement& statement)
{
    const auto name = zone_in(word(statement));
    const std::string& type = word(statement, 1);
    if (!name)
        return {missing, fmt::format("'{}' is no name of a zone", word(statement))};
    for (const ZoneRow& row : zone_rows) {
        if (row.type != type)
            continue;
        draft.local_zone(*name, row.ours).type = row.ours;
        return {row.verdict, std::string(row.words)};
    }
    for (const RuleRow& row : rule_rows) {
        if (row.type != type)
            continue;
        draft.settings.policy.push_back({{*name, false}, row.action, {}});
        return {row.verdict, std::string(row.words)};
    }
    if (type == "always_null") {
        draft.local_zone(*name, LocalZoneType::redirect).data = {name->text + " 3600 IN A 0.0.0.0",
                                                                 name->text + " 3600 IN AAAA ::"};
        return {same, "local-zones: redirect to 0.0.0.0 and ::"};
    }
    return {missing, fmt::format("no type {} here; the zone is left out, and its names are resolved", type)};
}

/// In Unbound every name of local data is absolute.
std::string absolute(const std::string& record)
{
    const std::size_t end = std::min(record.find_first_of(" \t"), record.size());
    const std::string owner = record.substr(0, end);
    return owner.ends_with('.') ? record : owner + "." + record.substr(end);
}

Said local_data(Draft& draft, const Statement& statement)
{
    std::string text;
    for (const std::string& part : statement.words)
        text += (text.empty() ? "" : " ") + part;
    if (const auto wrong = draft.add_record(absolute(text)))
        return {missing, *wrong};
    return {same, "local-zones.data"};
}

/// "ADDRESS [TTL] NAME" as the PTR record that it stands for.
Said local_pointer(Draft& draft, const Statement& statement)
{
    std::vector<std::string> parts;
    for (const std::string& given : statement.words) {
        for (std::size_t at = given.find_first_not_of(" \t"); at != std::string::npos;) {
            const std::size_t end = std::min(given.find_first_of(" \t", at), given.size());
            parts.push_back(given.substr(at, end - at));
            at = given.find_first_not_of(" \t", end);
        }
    }
    const auto address = parts.size() < 2 ? std::nullopt : IpAddress::parse(parts.front());
    if (!address || parts.size() > 3)
        return {missing, "expected ADDRESS [TTL] NAME"};
    const std::string ttl = parts.size() == 3 ? parts[1] : "3600";
    std::string target = parts.back();
    if (!target.ends_with('.'))
        target += '.';
    if (const auto wrong = draft.add_record(fmt::format("{} {} IN PTR {}", reverse_name(*address), ttl, target)))
        return {missing, *wrong};
    return {same, "local-zones.data, as a PTR record"};
}

//--- the server clause ---------------------------------------------------------------------------------------------

const Row* find(std::span<const Row> rows, std::string_view option)
{
    const auto at = std::ranges::find(rows, option, &Row::option);
    return at != rows.end() ? &*at : nullptr;
}

/// What there is to say of an option without a setting: a switch that is off asks for nothing, and what is always so
/// cannot be switched off.
Said remark(const Row& row, const Statement& statement)
{
    const auto value = statement.words.size() == 1 ? flag_in(word(statement)) : std::nullopt;
    if (value == false && row.verdict == missing)
        return {not_needed, "off, as it is here"};
    if (value == false && row.verdict == built_in)
        return {nearly, fmt::format("{}; it cannot be switched off", row.words)};
    if (row.verdict == missing && word(statement).empty())
        return {not_needed, "says nothing"};
    return {row.verdict, std::string(row.words)};
}

/// Zones first: local data goes into the deepest of them, wherever it is declared.
bool is_zone(const std::string& option)
{
    return option == "local-zone";
}

Said server_option(Draft& draft, const Statement& statement)
{
    const std::string option = option_of(statement);
    if (option == "local-zone")
        return local_zone(draft, statement);
    if (option == "local-data")
        return local_data(draft, statement);
    if (option == "local-data-ptr")
        return local_pointer(draft, statement);
    if (const Row* row = find(applied_rows(), option))
        return row->apply != nullptr ? row->apply(draft, statement) : remark(*row, statement);
    if (const Row* row = find(told_rows(), option))
        return remark(*row, statement);
    return {missing, "an option that is not known here; look up what it does"};
}

void read_ports(Draft& draft, const Statement& clause)
{
    for (const Statement& statement : clause.block) {
        const auto server = server_in("0.0.0.0@" + word(statement));
        if (!server)
            continue;
        const std::string option = option_of(statement);
        if (option == "port")
            draft.port = *server->port;
        else if (option == "tls-port" || option == "ssl-port")
            draft.tls_port = *server->port;
        else if (option == "https-port")
            draft.https_port = *server->port;
    }
}

//--- stub and forward zones ----------------------------------------------------------------------------------------

/// What a stub-zone or forward-zone clause says, before it is known whether it can be kept.
struct ZoneClause {
    std::optional<config::ZoneName> name;
    std::vector<config::ServerAddress> servers;
    bool fallback = false;
    bool encrypted = false;
};

ZoneClause read_clause(const Statement& clause)
{
    ZoneClause zone;
    for (const Statement& statement : clause.block) {
        const std::string option = option_of(statement);
        if (option == "name")
            zone.name = zone_in(word(statement));
        else if (option == "forward-first")
            zone.fallback = flag_in(word(statement)).value_or(false);
        else if (option == "stub-addr" || option == "forward-addr") {
            if (const auto server = server_in(word(statement)))
                zone.servers.push_back(*server);
        } else if (option.ends_with("-tls-upstream") || option.ends_with("-ssl-upstream")) {
            zone.encrypted |= flag_in(word(statement)).value_or(false);
        }
    }
    return zone;
}

Said zone_option(const Statement& statement, const ZoneClause& zone)
{
    const std::string option = option_of(statement);
    const bool off = flag_in(word(statement)) == false;
    if (zone.encrypted)
        return {missing,
                "no DNS over TLS to servers in this version; the zone is left out, its names are resolved "
                "from the root"};
    if (option == "name")
        return zone.name ? Said{same, "name"} : Said{missing, fmt::format("'{}' is no zone's name", word(statement))};
    if (option == "stub-addr" || option == "forward-addr")
        return server_in(word(statement)) ? Said{same, "servers"} : Said{missing, "no address of a server"};
    if (option == "stub-host" || option == "forward-host")
        return {missing, fmt::format("servers are given by address; write that of {}", word(statement))};
    if (off)
        return {not_needed, "off, as it is here"};
    if (option == "stub-prime")
        return {not_needed, "the servers given are asked"};
    if (option == "forward-first")
        return {same, "fallback"};
    if (option == "stub-first")
        return {missing, "there is no resolution from the root when a stub zone's servers fail"};
    if (option == "stub-no-cache" || option == "forward-no-cache")
        return {missing, "answers are cached as their TTLs say"};
    return {missing, "no such option here; servers are asked over UDP, and over TCP when that is cut short"};
}

void read_zone(Draft& draft, const Statement& clause, bool stub)
{
    const ZoneClause zone = read_clause(clause);
    const bool kept = zone.name && !zone.servers.empty() && !zone.encrypted;
    if (!kept)
        draft.note(clause, missing, "a zone without a name or servers that can be used; it is left out");
    else if (stub)
        draft.settings.stub_zones.push_back({*zone.name, zone.servers});
    else
        draft.settings.forward_zones.push_back(
            {.name = *zone.name, .servers = zone.servers, .fallback = zone.fallback});
    for (const Statement& statement : clause.block) {
        Said said = zone_option(statement, zone);
        draft.note(statement, said.verdict, fmt::format("{}: {}", stub ? "stub-zones" : "forward-zones", said.words));
    }
}

void read_control(Draft& draft, const Statement& clause)
{
    for (const Statement& statement : clause.block) {
        const bool is_switch = option_of(statement) == "control-enable";
        if (is_switch && flag_in(word(statement)) == false)
            draft.settings.control.socket.reset();
        draft.note(statement, is_switch ? same : not_needed,
                   is_switch ? "control.socket" : "rootwardctl uses a Unix socket, kept by file permissions");
    }
}

void refuse_clause(Draft& draft, const Statement& clause, std::string_view words)
{
    draft.note(clause, missing, std::string(words));
    for (const Statement& statement : clause.block)
        draft.note(statement, missing, "see the clause");
}

void read_clause_of(Draft& draft, const Statement& clause)
{
    if (clause.path == "stub-zone" || clause.path == "forward-zone")
        return read_zone(draft, clause, clause.path == "stub-zone");
    if (clause.path == "remote-control")
        return read_control(draft, clause);
    if (clause.path == "include")
        return draft.note(clause, missing, fmt::format("the file {} is not there", word(clause)));
    if (clause.path == "rpz")
        return refuse_clause(draft, clause, "no response policy zones in this version; `policy` has rules by suffix");
    if (clause.path == "view")
        return refuse_clause(draft, clause, "one view for all clients in this version");
    if (clause.path == "auth-zone")
        return refuse_clause(draft, clause, "zones are not served from files; a stub zone asks their servers");
    if (clause.path != "server")
        refuse_clause(draft, clause, fmt::format("nothing like {} in this version", clause.path));
}

}  // namespace

Draft draft_of(const std::vector<Statement>& clauses)
{
    Draft draft;
    draft.settings.listen.clear();
    const auto each = [&](auto action) {
        for (const Statement& clause : clauses) {
            if (clause.path == "server")
                action(clause);
        }
    };
    each([&](const Statement& clause) { read_ports(draft, clause); });
    const auto pass = [&](const Statement& clause, bool zones) {
        for (const Statement& statement : clause.block) {
            if (is_zone(option_of(statement)) != zones)
                continue;
            Said said = server_option(draft, statement);
            draft.note(statement, said.verdict, std::move(said.words));
        }
    };
    each([&](const Statement& clause) { pass(clause, true); });
    each([&](const Statement& clause) { pass(clause, false); });
    for (const Statement& clause : clauses)
        read_clause_of(draft, clause);
    if (draft.settings.listen.empty()) {
        draft.settings.listen.push_back({IpAddress::v4(0x7f000001), draft.port});
        if (draft.settings.outgoing.ipv6)
            draft.settings.listen.push_back({*IpAddress::parse("::1"), draft.port});
    }
    draft.settle();
    return draft;
}

}  // namespace rw::ctl::unbound
