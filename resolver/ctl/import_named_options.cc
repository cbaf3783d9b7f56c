// SPDX-License-Identifier: EUPL-1.2
// The options of named.conf, one table, and the words of its statements.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "resolver/ctl/import_named.h"

namespace rw::ctl::named
{

using enum Verdict;
using config::AccessAction;
using std::chrono::seconds;

namespace
{

constexpr int acl_depth = 10;  // acls inside acls; one that names itself

}  // namespace

std::vector<Element> NamedDraft::elements(const std::vector<Statement>& list, std::vector<std::string>& lost,
                                          bool negated, int depth) const
{
    std::vector<Element> found;
    const auto add = [&](const char* prefix, bool out) { found.push_back({*Prefix::parse(prefix), out}); };
    for (const Statement& item : list) {
        std::string word = item.name;
        if (word == "!" && !item.words.empty())
            word += item.words.front();
        const bool out = negated != word.starts_with('!');
        word.erase(0, word.starts_with('!') ? 1 : 0);
        if (!item.block.empty()) {
            auto inner = elements(item.block, lost, out, depth + 1);
            found.insert(found.end(), inner.begin(), inner.end());
        } else if (word == "any") {
            add("0.0.0.0/0", out);
            add("::/0", out);
        } else if (word == "none") {
            add("0.0.0.0/0", !out);
            add("::/0", !out);
        } else if (word == "localhost") {
            add("127.0.0.0/8", out);
            add("::1/128", out);
        } else if (const auto prefix = prefix_in(word)) {
            found.push_back({*prefix, out});
        } else if (const auto acl = acls.find(word); acl != acls.end() && depth < acl_depth) {
            auto inner = elements(acl->second.block, lost, out, depth + 1);
            found.insert(found.end(), inner.begin(), inner.end());
        } else {
            lost.push_back(word);
        }
    }
    return found;
}

std::string option_of(const Statement& statement)
{
    return statement.name;
}

std::optional<std::uint16_t> behind(const Statement& statement, std::string_view key)
{
    for (std::size_t i = 0; i + 1 < statement.words.size(); ++i) {
        const auto number = statement.words[i] == key ? number_in(statement.words[i + 1]) : std::nullopt;
        if (number && *number > 0 && *number <= 65535)
            return static_cast<std::uint16_t>(*number);
    }
    return std::nullopt;
}

namespace
{

Said unreadable(const Statement& statement)
{
    return {missing, fmt::format("'{}' cannot be read here; set it by hand", fmt::join(statement.words, " "))};
}

Said ttl(const Statement& statement, std::string_view setting, seconds& target, seconds least, seconds most)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    target = std::clamp(seconds(*value), least, most);
    return target == seconds(*value)
               ? Said{same, std::string(setting)}
               : Said{nearly, fmt::format("{} is {} s: that is its bound", setting, target.count())};
}

Said listen_on(NamedDraft& n, const Statement& statement)
{
    const bool v6 = option_of(statement) == "listen-on-v6";
    for (const char* protocol : {"tls", "http"}) {
        if (std::ranges::find(statement.words, protocol) != statement.words.end())
            return {missing, "no DNS over TLS or HTTPS in this version; keep a proxy in front for it"};
    }
    const std::uint16_t port = behind(statement, "port").value_or(n.draft.port);
    std::vector<std::string> lost;
    const auto elements = n.elements(statement.block, lost);
    bool whole = false;
    for (const Element& element : elements) {
        const bool host = element.prefix.length == element.prefix.address.octets().size() * 8;
        if (element.prefix.address.is_v4() == v6 || element.negated)
            continue;
        if (element.prefix.length == 0)
            whole = true;
        else if (host || element.prefix.address.is_loopback())
            n.draft.settings.listen.push_back(
                {element.prefix.address.is_v4() && !host ? IpAddress::v4(0x7f000001) : element.prefix.address, port});
        else
            lost.push_back(element.prefix.to_string());
    }
    if (whole)
        n.draft.settings.listen.push_back({*IpAddress::parse(v6 ? "::" : "0.0.0.0"), port});
    if (!lost.empty())
        return {missing, fmt::format("listen takes addresses; write those of {}", fmt::join(lost, ", "))};
    return {same, "listen"};
}

Said clients(NamedDraft& n, const Statement& statement)
{
    std::vector<std::string> lost;
    n.clients[option_of(statement)] = n.elements(statement.block, lost);
    if (!lost.empty())
        return {missing, fmt::format("access takes networks; {} is left out", fmt::join(lost, ", "))};
    return {same, "access"};
}

Said blackhole(NamedDraft& n, const Statement& statement)
{
    std::vector<std::string> lost;
    for (const Element& element : n.elements(statement.block, lost)) {
        if (element.negated)
            continue;
        n.draft.set_access(element.prefix, AccessAction::drop);
        n.draft.settings.upstream.do_not_query.push_back(element.prefix);
    }
    if (!lost.empty())
        return {missing, fmt::format("access takes networks; {} is left out", fmt::join(lost, ", "))};
    return {same, "access: drop, upstream.do-not-query"};
}

Said validation(NamedDraft& n, const Statement& statement)
{
    if (word(statement) == "auto")
        return {same, "dnssec.enabled, with the shipped anchors"};
    n.draft.settings.dnssec.enabled = flag_in(word(statement)).value_or(true);
    return {same, "dnssec.enabled"};
}

Said except(NamedDraft& n, const Statement& statement)
{
    for (const Statement& item : statement.block) {
        if (const auto name = zone_in(option_of(item)))
            n.draft.add_insecure(*name);
    }
    return {same, std::string(insecure_setting)};
}

Said text(std::optional<std::string>& target, const Statement& statement, std::string_view setting)
{
    if (word(statement) == "none" || word(statement).empty())
        return {built_in, fmt::format("{} is off", setting)};
    if (word(statement) != "hostname")
        target = word(statement);
    return word(statement) == "hostname" ? Said{missing, fmt::format("write the host's name as {}", setting)}
                                         : Said{same, std::string(setting)};
}

constexpr std::string_view sizing = "sized by itself";
constexpr std::string_view authority = "for servers of zones; this resolver has none";
constexpr std::string_view in_metrics = "in the metrics (status.listen)";
constexpr std::string_view no_zones = "zones are not served from files; a stub zone asks their servers";

constexpr NamedRow rows[] = {
    {"listen-on", same, "", listen_on},
    {"listen-on-v6", same, "", listen_on},
    {"allow-query", same, "", clients},
    {"allow-recursion", same, "", clients},
    {"allow-query-cache", same, "", clients},
    {"blackhole", same, "", blackhole},
    {"dnssec-validation", same, "", validation},
    {"validate-except", same, "", except},
    {"server-id", same, "",
     [](NamedDraft& n, const Statement& s) { return text(n.draft.settings.edns.nsid, s, "edns.nsid"); }},
    {"hostname", same, "",
     [](NamedDraft& n, const Statement& s) { return text(n.draft.settings.server.identity, s, "server.identity"); }},
    {"version", same, "",
     [](NamedDraft& n, const Statement& s) { return text(n.draft.settings.server.version, s, "server.version"); }},
    {"max-cache-ttl", same, "",
     [](NamedDraft& n, const Statement& s) {
         return ttl(s, "cache.max-ttl", n.draft.settings.cache.max_ttl, seconds{1}, std::chrono::days{7});
     }},
    {"min-cache-ttl", same, "",
     [](NamedDraft& n, const Statement& s) {
         return ttl(s, "cache.min-ttl", n.draft.settings.cache.min_ttl, seconds{0}, std::chrono::days{1});
     }},
    {"max-ncache-ttl", same, "",
     [](NamedDraft& n, const Statement& s) {
         return ttl(s, "cache.max-negative-ttl", n.draft.settings.cache.max_negative_ttl, seconds{0},
                    std::chrono::days{1});
     }},
    {"max-stale-ttl", same, "",
     [](NamedDraft& n, const Statement& s) {
         return ttl(s, "cache.serve-stale.max", n.draft.settings.cache.serve_stale.max, seconds{1},
                    std::chrono::days{30});
     }},
    {"stale-answer-enable", same, "",
     [](NamedDraft& n, const Statement& s) {
         n.draft.settings.cache.serve_stale.enabled = flag_in(word(s)).value_or(false);
         return Said{same, "cache.serve-stale.enabled"};
     }},
    {"max-cache-size", same, "",
     [](NamedDraft& n, const Statement& s) {
         const auto octets = octets_in(word(s));
         if (!octets || *octets == 0)
             return Said{nearly, "cache.size is a fixed size; 256MiB unless you write another"};
         n.draft.cache_octets = *octets;
         return Said{same, "cache.size"};
     }},
    {"prefetch", same, "",
     [](NamedDraft& n, const Statement& s) {
         n.draft.settings.cache.prefetch = word(s) != "0";
         return Said{nearly, "cache.prefetch: in the last tenth of the TTL"};
     }},
    {"qname-minimization", same, "",
     [](NamedDraft& n, const Statement& s) {
         using enum config::MinimisationMode;
         n.draft.settings.qname_minimisation.mode = word(s) == "strict"                         ? strict
                                                    : word(s) == "off" || word(s) == "disabled" ? off
                                                                                                : relaxed;
         return Said{same, "qname-minimisation.mode"};
     }},
    {"minimal-responses", same, "",
     [](NamedDraft& n, const Statement& s) {
         n.draft.settings.answer.minimal = word(s) != "no";
         return Said{word(s) == "yes" || word(s) == "no" ? same : nearly, "answer.minimal"};
     }},
    {"empty-zones-enable", same, "",
     [](NamedDraft& n, const Statement& s) {
         n.draft.settings.special_use_zones = flag_in(word(s)).value_or(true);
         return Said{n.draft.settings.special_use_zones ? same : nearly,
                     "special-use-zones; it holds names such as home.arpa., too"};
     }},
    {"edns-udp-size", same, "",
     [](NamedDraft& n, const Statement& s) {
         const std::uint32_t wanted = number_in(word(s)).value_or(1232);
         n.draft.settings.edns.size = static_cast<std::uint16_t>(std::clamp<std::uint32_t>(wanted, 512, 4096));
         return Said{same, "edns.size"};
     }},
    {"tcp-clients", same, "",
     [](NamedDraft& n, const Statement& s) {
         n.draft.settings.tcp.connections = std::clamp<std::uint32_t>(number_in(word(s)).value_or(1024), 1, 1'000'000);
         n.draft.settings.tcp.connections_per_client =
             std::min(n.draft.settings.tcp.connections_per_client, n.draft.settings.tcp.connections);
         return Said{same, "tcp.connections"};
     }},
    {"query-source", same, "",
     [](NamedDraft& n, const Statement& s) {
         for (const std::string& part : s.words) {
             if (const auto address = IpAddress::parse(part); address && !address->is_unspecified())
                 n.draft.settings.outgoing.addresses.push_back(*address);
         }
         return behind(s, "port") ? Said{missing, "a fixed source port makes forging answers easy; it is not kept"}
                                  : Said{same, "outgoing.addresses"};
     }},
    {"recursion", same, "",
     [](NamedDraft&, const Statement& s) {
         return flag_in(word(s)).value_or(true) ? Said{built_in, "it resolves"} : Said{missing, authority.data()};
     }},
    {"directory", not_needed, "relative paths start at the configuration's folder"},
    {"pid-file", not_needed, "the systemd unit's business"},
    {"session-keyfile", not_needed, "there is no dynamic update"},
    {"managed-keys-directory", built_in, "the state of anchors is kept in state-dir"},
    {"bindkeys-file", built_in, "the root's anchors are shipped and followed"},
    {"key-directory", not_needed, authority},
    {"auth-nxdomain", not_needed, "AA is told as RFC 1035 has it"},
    {"recursive-clients", not_needed, sizing},
    {"clients-per-query", built_in, "identical questions wait for one resolution"},
    {"max-clients-per-query", built_in, "identical questions wait for one resolution"},
    {"fetches-per-server", built_in, "what one server is asked is bounded"},
    {"fetches-per-zone", built_in, "what one server is asked is bounded"},
    {"fetch-quota-params", not_needed, sizing},
    {"max-recursion-depth", built_in, "the work of a question is bounded"},
    {"max-recursion-queries", built_in, "the work of a question is bounded"},
    {"interface-interval", not_needed, "listen's addresses are opened at the start"},
    {"notify", not_needed, authority},
    {"also-notify", not_needed, authority},
    {"allow-transfer", not_needed, authority},
    {"allow-update", not_needed, authority},
    {"allow-notify", not_needed, authority},
    {"check-names", not_needed, "names are taken as they are"},
    {"zone-statistics", not_needed, in_metrics},
    {"statistics-file", not_needed, in_metrics},
    {"memstatistics-file", not_needed, in_metrics},
    {"dump-file", not_needed, "rootwardctl asks the daemon"},
    {"recursing-file", not_needed, "rootwardctl inflight shows them"},
    {"secroots-file", not_needed, "rootwardctl asks the daemon"},
    {"transfer-format", not_needed, authority},
    {"transfers-in", not_needed, authority},
    {"transfers-out", not_needed, authority},
    {"max-udp-size", not_needed, "edns.size bounds answers, too"},
    {"dnssec-enable", built_in, "always so"},
    {"synth-from-dnssec", built_in, "RFC 8198"},
    {"minimal-any", built_in, "ANY gets a short answer (RFC 8482)"},
    {"trust-anchor-telemetry", built_in, "dnssec.key-tag-signal"},
    {"root-key-sentinel", built_in, "dnssec.sentinel"},
    {"lame-ttl", not_needed, sizing},
    {"servfail-ttl", built_in, "failures are remembered as RFC 9520 has it"},
    {"resolver-query-timeout", built_in, "an answer comes within five seconds"},
    {"stale-answer-ttl", built_in, "stale data has a TTL of 30 s (RFC 8767)"},
    {"stale-refresh-time", built_in, "failures are remembered as RFC 9520 has it"},
    {"querylog", missing, "no query log in this version; `rootwardctl failures` lists what went wrong"},
    {"rate-limit", missing, "no rate limit to set in this version; one client's share of work is bounded by itself"},
    {"response-policy", missing, "no response policy zones in this version; `policy` has rules by suffix"},
    {"rrset-order", missing, "records keep their order in this version"},
    {"sortlist", missing, "records keep their order in this version"},
    {"filter-aaaa-on-v4", missing, "AAAA records are answered to everybody"},
    {"deny-answer-addresses", missing, "no protection against rebinding in this version"},
    {"deny-answer-aliases", missing, "no protection against rebinding in this version"},
    {"no-case-compress", not_needed, "names come in the case that the client wrote"},
    {"dual-stack-servers", missing, "servers are asked in both families"},
    {"disable-algorithms", missing, "what algorithms are worth is in dnssec.sha1"},
    {"dnstap", missing, "no dnstap in this version"},
    {"use-v4-udp-ports", missing, "source ports are taken from 1024 to 65535"},
    {"avoid-v4-udp-ports", missing, "source ports are taken from 1024 to 65535"},
    {"use-v6-udp-ports", missing, "source ports are taken from 1024 to 65535"},
    {"avoid-v6-udp-ports", missing, "source ports are taken from 1024 to 65535"},
    {"root-delegation-only", missing, "delegations are followed where they are"},
    {"catalog-zones", missing, no_zones},
};

}  // namespace

std::span<const NamedRow> option_rows()
{
    return rows;
}

}  // namespace rw::ctl::named
