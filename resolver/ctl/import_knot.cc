// SPDX-License-Identifier: EUPL-1.2
// Knot Resolver 6's config.yaml: one table of its options, views, forwarding, local data.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "config/values.h"
#include "resolver/ctl/import_yaml.h"

namespace rw::ctl
{

namespace knot
{

namespace
{

using enum Verdict;
using config::AccessAction;

/// `option` is the path, or with a final '.' all below it.
using KnotRow = OptionRow<Draft>;

constexpr std::string_view encrypted = "no DNS over TLS or HTTPS in this version; keep a proxy in front for it";

/// The key in a list's entry, behind the list's own path.
const Statement* find_key(const Statement& entry, std::string_view key)
{
    const auto at = std::ranges::find_if(entry.block, [&](const Statement& statement) {
        return statement.path.size() > entry.path.size() && statement.path.substr(entry.path.size() + 1) == key;
    });
    return at != entry.block.end() ? &*at : nullptr;
}

/// "60m", "1d", "500ms" or seconds, as a time of ours.
template <class Duration>
Said time_of(const Statement& statement, std::string_view setting, Duration& target, Duration least, Duration most)
{
    std::string text = word(statement);
    if (!text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        text += "s";
    Duration value{};
    if (!config::read_value(text, {}, value))
        return {missing, fmt::format("'{}' cannot be read here; set {} by hand", text, setting)};
    target = std::clamp(value, least, most);
    return {target == value ? same : nearly, std::string(setting)};
}

Said listeners(Draft& draft, const Statement& statement)
{
    bool lost = false;
    for (const Statement& entry : statement.block) {
        const Statement* kind = find_key(entry, "kind");
        const Statement* port = find_key(entry, "port");
        if (kind != nullptr && word(*kind) != "dns") {
            lost = true;
            continue;
        }
        for (const char* key : {"interface", "unix-socket"}) {
            const Statement* list = find_key(entry, key);
            if (list == nullptr)
                continue;
            for (const std::string& each : list->words) {
                const auto server = server_in(each);
                if (!server) {
                    lost = true;
                    continue;
                }
                const auto usual = port != nullptr ? server_in("0.0.0.0@" + word(*port)) : std::nullopt;
                draft.settings.listen.push_back(
                    {server->address, server->port.value_or(usual ? usual->port.value_or(53) : 53)});
            }
        }
    }
    return lost ? Said{missing, "listeners that are no addresses for plain DNS are left out; " + std::string(encrypted)}
                : Said{same, "listen"};
}

Said views(Draft& draft, const Statement& statement)
{
    bool lost = false;
    draft.settings.access.clear();  // without a view that refuses, Knot Resolver answers everybody
    draft.set_access(*Prefix::parse("0.0.0.0/0"), AccessAction::allow);
    draft.set_access(*Prefix::parse("::/0"), AccessAction::allow);
    for (const Statement& entry : statement.block) {
        const Statement* subnets = find_key(entry, "subnets");
        const Statement* answer = find_key(entry, "answer");
        lost |= find_key(entry, "tags") != nullptr || find_key(entry, "options.dns64") != nullptr ||
                find_key(entry, "options.minimize") != nullptr || find_key(entry, "dst-subnet") != nullptr;
        if (subnets == nullptr || find_key(entry, "dst-subnet") != nullptr)
            continue;
        const bool refused = answer != nullptr && (word(*answer) == "refused" || word(*answer) == "noanswer");
        const AccessAction action = !refused                      ? AccessAction::allow
                                    : word(*answer) == "noanswer" ? AccessAction::drop
                                                                  : AccessAction::refuse;
        for (const std::string& subnet : subnets->words) {
            if (const auto prefix = prefix_in(subnet))
                draft.set_access(*prefix, action);
        }
    }
    return lost ? Said{missing, "access; tags and options by client are not kept: one view for all in this version"}
                : Said{same, "access"};
}

Said forwarding(Draft& draft, const Statement& statement)
{
    bool lost = false;
    for (const Statement& entry : statement.block) {
        const Statement* zones = find_key(entry, "subtree");
        const Statement* servers = find_key(entry, "servers");
        const Statement* stub = find_key(entry, "options.authoritative");
        const Statement* validated = find_key(entry, "options.dnssec");
        std::vector<config::ServerAddress> addresses;
        const auto take = [&](const std::vector<std::string>& words) {
            for (const std::string& each : words) {
                if (const auto server = server_in(each))
                    addresses.push_back(*server);
            }
        };
        if (servers != nullptr)
            take(servers->words);
        bool tls = false;
        for (const Statement& server : servers != nullptr ? servers->block : std::vector<Statement>{}) {
            const Statement* transport = find_key(server, "transport");
            tls |= transport != nullptr && word(*transport) == "tls";
            if (const Statement* address = find_key(server, "address"); address != nullptr && !tls)
                take(address->words);
        }
        if (zones == nullptr || addresses.empty() || tls) {
            lost = true;
            continue;
        }
        for (const std::string& each : zones->words) {
            const auto name = zone_in(each);
            if (!name)
                continue;
            if (stub != nullptr && flag_in(word(*stub)).value_or(false))
                draft.settings.stub_zones.push_back({*name, addresses});
            else
                draft.settings.forward_zones.push_back({.name = *name, .servers = addresses});
            if (validated != nullptr && flag_in(word(*validated)) == false && name->text != ".")
                draft.add_insecure(*name);
        }
    }
    return lost ? Said{missing,
                       "no DNS over TLS to servers in this version; such a zone is left out, its names "
                       "are resolved from the root"}
                : Said{same, "forward-zones, stub-zones"};
}

Said addresses(Draft& draft, const Statement& statement)
{
    const std::string name = statement.path.substr(std::string_view("local-data.addresses.").size());
    for (const std::string& each : statement.words) {
        const auto address = IpAddress::parse(each);
        const std::string record = fmt::format("{}{} 3600 {} {}", name, name.ends_with('.') ? "" : ".",
                                               address && !address->is_v4() ? "AAAA" : "A", each);
        if (const auto wrong = draft.add_record(record))
            return {missing, *wrong};
    }
    return {nearly, "local-zones.data; no PTR record is made of it"};
}

Said records(Draft& draft, const Statement& statement)
{
    std::istringstream lines(word(statement));
    std::string owner;
    std::string lost;
    for (std::string line; std::getline(lines, line);) {
        if (line.find_first_not_of(" \t") == std::string::npos)
            continue;
        if (line.front() != ' ' && line.front() != '\t') {
            owner = line.substr(0, line.find_first_of(" \t"));
            line = line.substr(owner.size());
        }
        const std::string whole = owner + (owner.ends_with('.') ? "" : ".") + line;
        if (const auto wrong = draft.add_record(whole))
            lost += (lost.empty() ? "" : "; ") + whole + ": " + *wrong;
    }
    return lost.empty() ? Said{same, "local-zones.data"} : Said{missing, lost};
}

Said size(Draft& draft, const Statement& statement)
{
    const auto octets = octets_in(word(statement));
    if (!octets)
        return {missing, "cannot be read here; set cache.size by hand"};
    draft.cache_octets = *octets;
    return {nearly, "cache.size is memory; it does not outlive a restart"};
}

constexpr KnotRow rows[] = {
    {"workers", same, "",
     [](Draft& d, const Statement& s) {
         std::uint32_t count = 0;
         if (!config::read_value(word(s), {}, count))
             return Said{missing, "workers is a number; set it by hand"};
         d.settings.workers = std::clamp<std::uint32_t>(count, 1, 256);
         return Said{same, "workers"};
     }},
    {"network.listen", same, "", listeners},
    {"views", same, "", views},
    {"forward", same, "", forwarding},
    {"cache.size-max", same, "", size},
    {"cache.prefetch.expiring", same, "",
     [](Draft& d, const Statement& s) {
         d.settings.cache.prefetch = flag_in(word(s)).value_or(false);
         return Said{same, "cache.prefetch"};
     }},
    {"cache.ttl-max", same, "",
     [](Draft& d, const Statement& s) {
         using std::chrono::seconds;
         return time_of<seconds>(s, "cache.max-ttl", d.settings.cache.max_ttl, seconds{1}, std::chrono::days{7});
     }},
    {"cache.ttl-min", same, "",
     [](Draft& d, const Statement& s) {
         using std::chrono::seconds;
         return time_of<seconds>(s, "cache.min-ttl", d.settings.cache.min_ttl, seconds{0}, std::chrono::days{1});
     }},
    {"dns64", same, "",
     [](Draft& d, const Statement& s) {
         d.dns64_module = word(s).empty() || flag_in(word(s)).value_or(true);
         return Said{same, "dns64"};
     }},
    {"dns64.prefix", same, "",
     [](Draft& d, const Statement& s) {
         d.dns64_module = true;
         d.dns64_prefix = Prefix::parse(word(s));
         return d.dns64_prefix ? Said{same, "dns64.prefix"} : Said{missing, "no prefix"};
     }},
    {"dns64.", nearly, "dns64; the alias to the IPv4 name has a TTL of 600 s",
     [](Draft& d, const Statement&) {
         d.dns64_module = true;
         return Said{nearly, "dns64; the alias to the IPv4 name has a TTL of 600 s"};
     }},
    {"dnssec.negative-trust-anchors", same, "",
     [](Draft& d, const Statement& s) {
         for (const std::string& each : s.words) {
             if (const auto name = zone_in(each))
                 d.add_insecure(*name);
         }
         return Said{same, std::string(insecure_setting)};
     }},
    {"dnssec.trust-anchors", nearly,
     "the root's anchors are shipped and followed; others go into dnssec.trust-anchors"},
    {"dnssec.", built_in, "as RFC 5011 and RFC 8145 have it"},
    {"dnssec", same, "",
     [](Draft& d, const Statement& s) {
         d.settings.dnssec.enabled = flag_in(word(s)).value_or(true);
         return Said{same, "dnssec.enabled"};
     }},
    {"local-data.addresses.", same, "", addresses},
    {"local-data.records", same, "", records},
    {"local-data.ttl", nearly, "records without a TTL have one of 3600 s"},
    {"local-data.nodata", built_in, "a name with local data has no other types"},
    {"local-data.addresses-files", missing, "names of a hosts file are written into local-zones.data"},
    {"local-data.rules", missing, "write these rules as policy or local-zones; tags are not kept"},
    {"local-data.rpz", missing, "no response policy zones in this version; `policy` has rules by suffix"},
    {"logging.level", nearly, "log.level; levels are not the same"},
    {"logging.dnssec-bogus", nearly, "`rootwardctl failures` lists them with the reason"},
    {"logging.", not_needed, "logs go to standard error, which systemd keeps in its journal"},
    {"management.", not_needed, "rootwardctl uses a Unix socket (control.socket)"},
    {"monitoring.", nearly, "status.listen: metrics for Prometheus"},
    {"network.tls.", missing, encrypted},
    {"network.proxy-protocol.", missing, "PROXY is not spoken; clients are seen by their packets' addresses"},
    {"network.edns-buffer-size.", nearly, "edns.size is one size for both sides"},
    {"network.do-ipv4", same, "",
     [](Draft& d, const Statement& s) {
         d.settings.outgoing.ipv4 = flag_in(word(s)).value_or(true);
         return Said{same, "outgoing.ipv4"};
     }},
    {"network.do-ipv6", same, "",
     [](Draft& d, const Statement& s) {
         d.settings.outgoing.ipv6 = flag_in(word(s)).value_or(true);
         return Said{same, "outgoing.ipv6"};
     }},
    {"cache.", not_needed, "sized and kept by itself"},
    {"rate-limiting.", missing,
     "no rate limit to set in this version; one client's share of work is bounded by itself"},
    {"defer.", built_in, "one client's share of work is bounded by itself"},
    {"rundir", not_needed, "the systemd unit's business"},
    {"hostname", not_needed, "told only when server.identity is set"},
    {"nsid", same, "",
     [](Draft& d, const Statement& s) {
         d.settings.edns.nsid = word(s);
         return Said{same, "edns.nsid"};
     }},
    {"lua.", missing, "there is no script in this resolver"},
};

const KnotRow* row_for(std::string_view path)
{
    const auto exact = std::ranges::find(rows, path, &KnotRow::option);
    if (exact != std::end(rows))
        return exact;
    const auto below = std::ranges::find_if(
        rows, [&](const KnotRow& row) { return row.option.ends_with('.') && path.starts_with(row.option); });
    return below != std::end(rows) ? below : nullptr;
}

}  // namespace

/// The draft that the statements of a config.yaml become.
Draft draft_of(const std::vector<Statement>& statements)
{
    Draft draft;
    draft.settings.listen.clear();
    for (const Statement& statement : statements) {
        const KnotRow* row = row_for(statement.path);
        Said said{missing, "an option that is not known here; look up what it does"};
        if (row != nullptr)
            said = row->apply != nullptr ? row->apply(draft, statement) : Said{row->verdict, std::string(row->words)};
        draft.note({statement.at, "." + statement.path, {}, {}}, said.verdict, std::move(said.words));
    }
    if (draft.settings.listen.empty())
        draft.settings.listen = config::Settings{}.listen;
    draft.settle();
    return draft;
}

}  // namespace knot

Imported import_knot(const std::filesystem::path& file)
{
    const auto statements = read_yaml(file);
    if (!statements)
        return std::unexpected(statements.error());
    return knot::draft_of(*statements);
}

}  // namespace rw::ctl
