// SPDX-License-Identifier: EUPL-1.2
// The statements of named.conf as wholes: options by their rows, zones, access.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "resolver/ctl/import_named.h"

namespace rw::ctl::named
{

namespace
{

using enum Verdict;
using config::AccessAction;

constexpr std::string_view not_served = "zones are not served from files; a stub zone asks their servers";

/// A server of a forwarders or addresses list: "192.0.2.1 port 5353".
std::optional<config::ServerAddress> server_of(const Statement& item, std::optional<std::uint16_t> usual)
{
    auto server = server_in(item.name);
    if (!server)
        return std::nullopt;
    if (const auto port = behind(item, "port"))
        server->port = port;
    else if (!server->port)
        server->port = usual;
    return server;
}

std::vector<config::ServerAddress> servers_of(const Statement& list, bool& encrypted)
{
    std::vector<config::ServerAddress> servers;
    const auto usual = behind(list, "port");
    encrypted |= std::ranges::find(list.words, "tls") != list.words.end();
    for (const Statement& item : list.block) {
        encrypted |= std::ranges::find(item.words, "tls") != item.words.end();
        if (const auto server = server_of(item, usual))
            servers.push_back(*server);
    }
    return servers;
}

Said told(const NamedRow& row, const Statement& statement)
{
    const auto value = statement.words.size() == 1 ? flag_in(word(statement)) : std::nullopt;
    if (value == false && row.verdict == missing)
        return {not_needed, "off, as it is here"};
    if (value == false && row.verdict == built_in)
        return {nearly, fmt::format("{}; it cannot be switched off", row.words)};
    return {row.verdict, std::string(row.words)};
}

void note(NamedDraft& n, const Statement& statement, const Said& said)
{
    n.draft.note(statement, said.verdict, said.words);
}

/// `forwarders` and `forward` of the options or of a zone of type forward.
void add_forwarders(NamedDraft& n, const std::string& zone, const std::vector<Statement>& options)
{
    bool encrypted = false;
    bool only = false;
    const Statement* list = nullptr;
    for (const Statement& option : options) {
        if (option_of(option) == "forwarders")
            list = &option;
        only |= option_of(option) == "forward" && word(option) == "only";
    }
    const auto servers = list != nullptr ? servers_of(*list, encrypted) : std::vector<config::ServerAddress>{};
    const auto name = zone_in(zone);
    const bool kept = name && !servers.empty() && !encrypted;
    if (kept)
        n.draft.settings.forward_zones.push_back({.name = *name, .servers = servers, .fallback = !only});
    for (const Statement& option : options) {
        if (&option == list && !kept)
            note(n, option,
                 servers.empty() && !encrypted
                     ? Said{list->block.empty() ? not_needed : missing, "names no address of a server"}
                     : Said{missing, "no DNS over TLS to servers in this version; it is left out"});
        else if (&option == list)
            note(n, option, {same, only ? "forward-zones" : "forward-zones, with fallback"});
        else if (option_of(option) == "forward")
            note(n, option, {same, "forward-zones.fallback"});
    }
}

void read_options(NamedDraft& n, const Statement& options)
{
    add_forwarders(n, ".", options.block);
    for (const Statement& statement : options.block) {
        const std::string option = option_of(statement);
        if (option == "forwarders" || option == "forward")
            continue;
        if (option == "port") {
            note(n, statement, {same, "listen"});
            continue;
        }
        const auto row = std::ranges::find(option_rows(), option, &NamedRow::option);
        if (row == option_rows().end())
            note(n, statement, {missing, "an option that is not known here; look up what it does"});
        else
            note(n, statement, row->apply != nullptr ? row->apply(n, statement) : told(*row, statement));
    }
}

void read_zone(NamedDraft& n, const Statement& zone)
{
    std::string type;
    const Statement* servers = nullptr;
    for (const Statement& option : zone.block) {
        if (option_of(option) == "type")
            type = word(option);
        if (option_of(option) == "masters" || option_of(option) == "primaries" ||
            option_of(option) == "server-addresses")
            servers = &option;
    }
    if (type == "forward") {
        note(n, zone, {same, "forward-zones"});
        add_forwarders(n, word(zone), zone.block);
        return;
    }
    if (type == "hint")
        return note(n, zone, {not_needed, "the root servers are shipped and primed"});
    bool encrypted = false;
    const auto name = zone_in(word(zone));
    const auto addresses = servers != nullptr ? servers_of(*servers, encrypted) : std::vector<config::ServerAddress>{};
    if ((type == "stub" || type == "static-stub") && name && !addresses.empty()) {
        n.draft.settings.stub_zones.push_back({*name, addresses});
        return note(n, zone, {same, "stub-zones"});
    }
    const std::set<std::string_view> built{"localhost", "127.in-addr.arpa", "0.in-addr.arpa", "255.in-addr.arpa"};
    if (built.contains(word(zone)))
        return note(n, zone, {built_in, "special-use-zones"});
    note(n, zone, {missing, std::string(not_served)});
}

/// BIND lets a client ask the cache and recurse when it is in each list that is there; without lists, its own networks.
void settle_access(NamedDraft& n)
{
    const auto recursion = n.clients.find("allow-recursion");
    const auto cache = n.clients.find("allow-query-cache");
    const auto query = n.clients.find("allow-query");
    const auto deciding = recursion != n.clients.end() ? recursion : cache != n.clients.end() ? cache : query;
    if (deciding == n.clients.end()) {
        n.draft.report().push_back({{},
                                    missing,
                                    "allow-recursion",
                                    "without it BIND serves the networks of its host; write yours into access"});
        return;
    }
    std::vector<config::AccessSettings> lists;
    for (const Element& element : deciding->second) {
        // The first match decides in BIND: what an earlier element covers is never reached.
        const bool covered = std::ranges::any_of(lists, [&](const config::AccessSettings& earlier) {
            return earlier.prefix.length <= element.prefix.length && earlier.prefix.contains(element.prefix.address);
        });
        if (!covered)
            lists.push_back({element.prefix, element.negated ? AccessAction::refuse : AccessAction::allow});
    }
    for (const config::AccessSettings& rule : n.draft.settings.access) {
        if (rule.action == AccessAction::drop) {
            std::erase_if(lists, [&](const config::AccessSettings& other) { return other.prefix == rule.prefix; });
            lists.push_back(rule);
        }
    }
    n.draft.settings.access = lists;
}

void read_statement(NamedDraft& n, const Statement& statement)
{
    const std::string& path = statement.path;
    if (path == "acl")
        return note(n, statement, {same, "its networks stand where it is named"});
    if (path == "options")
        return read_options(n, statement);
    if (path == "zone")
        return read_zone(n, statement);
    if (path == "include")
        return note(n, statement, {missing, fmt::format("the file {} is not there", word(statement))});
    if (path == "logging")
        return note(n, statement, {nearly, "logs go to standard error, which systemd keeps in its journal; log.level"});
    if (path == "controls" || path == "key")
        return note(n, statement, {not_needed, "rootwardctl uses a Unix socket, kept by file permissions"});
    if (path == "statistics-channels")
        return note(n, statement, {nearly, "status.listen: metrics for Prometheus"});
    if (path == "view")
        return note(n, statement, {missing, "one view for all clients in this version"});
    if (path == "trust-anchors" || path == "managed-keys" || path == "trusted-keys")
        return note(n, statement,
                    {nearly,
                     "the root's anchors are shipped and followed; others go into "
                     "dnssec.trust-anchors"});
    if (path == "server") {
        const auto prefix = prefix_in(word(statement));
        const bool bogus = std::ranges::any_of(statement.block, [](const Statement& option) {
            return option_of(option) == "bogus" && flag_in(word(option)).value_or(false);
        });
        if (prefix && bogus) {
            if (prefix->length == 0)
                (prefix->address.is_v4() ? n.draft.settings.outgoing.ipv4 : n.draft.settings.outgoing.ipv6) = false;
            else
                n.draft.settings.upstream.do_not_query.push_back(*prefix);
            return note(n, statement, {same, prefix->length == 0 ? "outgoing" : "upstream.do-not-query"});
        }
        return note(n, statement, {missing, "servers are not treated one by one"});
    }
    note(n, statement, {missing, "a statement that is not known here; look up what it does"});
}

}  // namespace

Draft draft_of(const std::vector<Statement>& statements)
{
    NamedDraft n;
    n.draft.settings.listen.clear();
    for (const Statement& statement : statements) {
        if (statement.path == "acl")
            n.acls.insert_or_assign(word(statement), statement);
        if (statement.path != "options")
            continue;
        for (const Statement& option : statement.block) {
            const auto port = option_of(option) == "port" ? number_in(word(option)) : std::nullopt;
            if (port && *port > 0 && *port <= 65535)
                n.draft.port = static_cast<std::uint16_t>(*port);
        }
    }
    for (const Statement& statement : statements)
        read_statement(n, statement);
    if (n.draft.settings.listen.empty()) {
        n.draft.settings.listen.push_back({*IpAddress::parse("0.0.0.0"), n.draft.port});
        n.draft.settings.listen.push_back({*IpAddress::parse("::"), n.draft.port});
    }
    settle_access(n);
    n.draft.settle();
    return std::move(n.draft);
}

}  // namespace rw::ctl::named
