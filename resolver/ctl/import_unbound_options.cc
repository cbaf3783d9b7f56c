// SPDX-License-Identifier: EUPL-1.2
// Options of Unbound's server clause that have a setting.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/anchor_file.h"
#include "config/values.h"
#include "resolver/ctl/import_unbound.h"

namespace rw::ctl::unbound
{

namespace
{

using enum Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

Said unreadable(const Statement& statement)
{
    return {missing, fmt::format("'{}' cannot be read here; set it by hand", word(statement))};
}

/// A setting that is true or false as the option is.
template <class Pick>
Said flag(const Statement& statement, std::string_view setting, Pick pick)
{
    const auto value = flag_in(word(statement));
    if (!value)
        return unreadable(statement);
    pick(*value);
    return {same, std::string(setting)};
}

/// A time in whole seconds, brought into the range that the setting has.
Said time_to_live(const Statement& statement, std::string_view setting, seconds& target, seconds least, seconds most)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    target = std::clamp(seconds(*value), least, most);
    if (target == seconds(*value))
        return {same, std::string(setting)};
    return {nearly, fmt::format("{} is {} s: that is its bound", setting, target.count())};
}

Said interface(Draft& draft, const Statement& statement)
{
    const auto server = server_in(word(statement));
    if (!server)
        return {missing, fmt::format("listen takes addresses; write those of {}", word(statement))};
    const std::uint16_t port = server->port.value_or(draft.port);
    if (port == draft.tls_port || port == draft.https_port)
        return {missing, "no DNS over TLS or HTTPS in this version; keep a proxy in front for it"};
    draft.settings.listen.push_back({server->address, port});
    return {same, "listen"};
}

Said access_control(Draft& draft, const Statement& statement)
{
    using config::AccessAction;
    const auto prefix = prefix_in(word(statement));
    const std::string& action = word(statement, 1);
    if (!prefix)
        return unreadable(statement);
    if (action == "allow" || action == "allow_setrd" || action == "allow_cookie") {
        draft.set_access(*prefix, AccessAction::allow);
        if (action == "allow")
            return {same, "access"};
        return {nearly, fmt::format("access: allow; {}", action == "allow_setrd" ? "RD=0 is not taken for RD=1"
                                                                                 : "cookies are not asked for")};
    }
    if (action == "allow_snoop" || action == "deny" || action == "refuse") {
        draft.set_access(*prefix, action == "deny"     ? AccessAction::drop
                                  : action == "refuse" ? AccessAction::refuse
                                                       : AccessAction::allow_snoop);
        return {same, "access"};
    }
    draft.set_access(*prefix, action.starts_with("deny") ? AccessAction::drop : AccessAction::refuse);
    return {missing, fmt::format("written as {}: local data is kept from these clients, too",
                                 action.starts_with("deny") ? "drop" : "refuse")};
}

Said outgoing_interface(Draft& draft, const Statement& statement)
{
    const auto address = IpAddress::parse(word(statement));
    if (!address)
        return {missing, "outgoing.addresses takes addresses, not networks or names; write those to ask from"};
    draft.settings.outgoing.addresses.push_back(*address);
    return {same, "outgoing.addresses"};
}

Said transport(Draft&, const Statement& statement)
{
    const auto value = flag_in(word(statement));
    if (value.value_or(false))
        return {built_in, "clients are served over UDP and TCP"};
    return {missing, "clients are served over UDP and TCP; close one in the firewall"};
}

Said cache_size(Draft& draft, const Statement& statement)
{
    const auto octets = octets_in(word(statement));
    if (!octets)
        return unreadable(statement);
    draft.cache_octets += *octets;
    return {nearly, "cache.size is the sum of both: there is one cache, and its index counts"};
}

Said expired_ttl(Draft& draft, const Statement& statement)
{
    auto& most = draft.settings.cache.serve_stale.max;
    if (word(statement) == "0") {
        most = std::chrono::days{30};
        return {nearly, "cache.serve-stale.max is 30d: that is its bound"};
    }
    return time_to_live(statement, "cache.serve-stale.max", most, seconds{1}, std::chrono::days{30});
}

Said expired_wait(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    draft.settings.cache.serve_stale.client_wait = std::min(milliseconds(*value), milliseconds(10'000));
    return {same, "cache.serve-stale.client-wait"};
}

Said expired_reply_ttl(Draft&, const Statement& statement)
{
    return word(statement) == "30" ? Said{built_in, "stale data has a TTL of 30 s (RFC 8767)"}
                                   : Said{nearly, "stale data has a TTL of 30 s (RFC 8767)"};
}

Said minimisation(Draft& draft, const Statement& statement)
{
    const bool strict = statement.path.ends_with("-strict");
    const auto value = flag_in(word(statement));
    if (!value)
        return unreadable(statement);
    auto& mode = draft.settings.qname_minimisation.mode;
    if (strict && *value && mode != config::MinimisationMode::off)
        mode = config::MinimisationMode::strict;
    if (!strict && !*value)
        mode = config::MinimisationMode::off;
    return {same, "qname-minimisation.mode"};
}

Said edns_size(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    draft.settings.edns.size = static_cast<std::uint16_t>(std::clamp<std::uint32_t>(*value, 512, 4096));
    return draft.settings.edns.size == *value ? Said{same, "edns.size"} : Said{nearly, "edns.size is 512 to 4096"};
}

Said not_localhost(Draft& draft, const Statement& statement)
{
    const auto value = flag_in(word(statement));
    if (!value)
        return unreadable(statement);
    if (!*value)
        std::erase_if(draft.settings.upstream.do_not_query,
                      [](const Prefix& prefix) { return prefix.address.is_loopback(); });
    return {same, "upstream.do-not-query"};
}

Said not_queried(Draft& draft, const Statement& statement)
{
    const auto prefix = prefix_in(word(statement));
    if (!prefix)
        return unreadable(statement);
    draft.settings.upstream.do_not_query.push_back(*prefix);
    return {same, "upstream.do-not-query"};
}

Said insecure(Draft& draft, const Statement& statement)
{
    const auto name = zone_in(word(statement));
    if (!name)
        return unreadable(statement);
    draft.add_insecure(*name);
    return {same, std::string(insecure_setting)};
}

Said anchor(Draft& draft, const Statement& statement)
{
    config::TrustAnchorSource source;
    if (const auto read = config::read_value(word(statement), {"/"}, source); !read)
        return {missing, read.error().message};
    auto& anchors = draft.settings.dnssec.trust_anchors;
    if (!anchors)
        anchors.emplace();
    anchors->push_back(std::move(source));
    return {same, "dnssec.trust-anchors"};
}

Said anchor_file(Draft& draft, const Statement& statement)
{
    const std::filesystem::path path(word(statement));
    if (const auto anchors = config::load_anchor_file(path); !anchors)
        return {missing, fmt::format("{}; without it the shipped anchors of the root count", anchors.error().message)};
    return anchor(draft, statement);
}

Said modules(Draft& draft, const Statement& statement)
{
    const std::string list = " " + fmt::format("{}", fmt::join(statement.words, " ")) + " ";
    const auto has = [&](std::string_view name) { return list.find(fmt::format(" {} ", name)) != std::string::npos; };
    draft.dns64_module = has("dns64");
    draft.settings.dnssec.enabled = has("validator");
    std::string lost;
    for (const char* name : {"python", "dynlib", "respip", "subnetcache", "cachedb", "ipset", "ipsecmod"}) {
        if (has(name))
            lost += (lost.empty() ? "" : ", ") + std::string(name);
    }
    if (!lost.empty())
        return {missing, fmt::format("no such modules here: {}; what they did is not done", lost)};
    return {same, draft.dns64_module ? "dns64, dnssec.enabled" : "dnssec.enabled"};
}

Said dns64_prefix(Draft& draft, const Statement& statement)
{
    const auto prefix = Prefix::parse(word(statement));
    if (!prefix)
        return unreadable(statement);
    draft.dns64_prefix = *prefix;
    return {same, "dns64.prefix, when the module is there"};
}

Said text(std::optional<std::string>& target, const Statement& statement, std::string_view setting)
{
    if (word(statement).empty())
        return {built_in, fmt::format("{} is off", setting)};
    target = word(statement);
    return {same, std::string(setting)};
}

Said hidden(Draft&, const Statement& statement)
{
    if (flag_in(word(statement)).value_or(false))
        return {built_in, "told only when it is set (server)"};
    return {nearly, "told only when it is set (server.identity, server.version)"};
}

Said nsid(Draft& draft, const Statement& statement)
{
    constexpr std::string_view ascii = "ascii_";
    if (!word(statement).starts_with(ascii))
        return {missing, "edns.nsid is a text; write it by hand"};
    draft.settings.edns.nsid = word(statement).substr(ascii.size());
    return {same, "edns.nsid"};
}

Said verbosity(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    draft.settings.log.level = value.value_or(1) > 2 ? LogLevel::debug : LogLevel::info;
    return {nearly, "log.level; levels are not the same"};
}

Said failures(Draft&, const Statement& statement)
{
    if (word(statement) == "no" || word(statement) == "0")
        return {not_needed, "off, as it is here"};
    return {nearly, "`rootwardctl failures` lists them with the reason, and the log has them at level debug"};
}

Said connections(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    draft.tcp_per_thread = *value;
    return {nearly, "tcp.connections is that for all threads together"};
}

Said idle(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    draft.settings.tcp.idle_timeout = std::clamp(milliseconds(*value), milliseconds(1'000), milliseconds(600'000));
    return {same, "tcp.idle-timeout"};
}

Said threads(Draft& draft, const Statement& statement)
{
    const auto value = number_in(word(statement));
    if (!value)
        return unreadable(statement);
    draft.settings.workers = std::clamp<std::uint32_t>(*value, 1, 256);
    return {same, "workers"};
}

Said skew(Draft& draft, const Statement& statement)
{
    return time_to_live(statement, "dnssec.signature-skew", draft.settings.dnssec.signature_skew, seconds{0},
                        std::chrono::days{1});
}

Said lan_zones(Draft& draft, const Statement& statement)
{
    if (!flag_in(word(statement)).value_or(false))
        return {built_in, "private reverse zones are answered here (special-use-zones)"};
    draft.settings.special_use_zones = false;
    return {nearly, "special-use-zones: false resolves special names, too"};
}

constexpr Row applied[] = {
    {"interface", same, "", interface},
    {"ip-address", same, "", interface},
    {"access-control", same, "", access_control},
    {"outgoing-interface", same, "", outgoing_interface},
    {"do-udp", same, "", transport},
    {"do-tcp", same, "", transport},
    {"do-ip4", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "outgoing.ipv4", [&](bool on) { d.settings.outgoing.ipv4 = on; });
     }},
    {"do-ip6", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "outgoing.ipv6", [&](bool on) { d.settings.outgoing.ipv6 = on; });
     }},
    {"prefetch", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "cache.prefetch", [&](bool on) { d.settings.cache.prefetch = on; });
     }},
    {"serve-expired", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "cache.serve-stale.enabled", [&](bool on) { d.settings.cache.serve_stale.enabled = on; });
     }},
    {"harden-glue", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "iterate.harden-glue", [&](bool on) { d.settings.iterate.harden_glue = on; });
     }},
    {"use-caps-for-id", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "case-randomisation", [&](bool on) { d.settings.case_randomisation = on; });
     }},
    {"minimal-responses", same, "",
     [](Draft& d, const Statement& s) {
         return flag(s, "answer.minimal", [&](bool on) { d.settings.answer.minimal = on; });
     }},
    {"serve-expired-ttl", same, "", expired_ttl},
    {"serve-expired-client-timeout", same, "", expired_wait},
    {"serve-expired-reply-ttl", same, "", expired_reply_ttl},
    {"msg-cache-size", nearly, "", cache_size},
    {"rrset-cache-size", nearly, "", cache_size},
    {"cache-max-ttl", same, "",
     [](Draft& d, const Statement& s) {
         return time_to_live(s, "cache.max-ttl", d.settings.cache.max_ttl, seconds{1}, std::chrono::days{7});
     }},
    {"cache-min-ttl", same, "",
     [](Draft& d, const Statement& s) {
         return time_to_live(s, "cache.min-ttl", d.settings.cache.min_ttl, seconds{0}, std::chrono::days{1});
     }},
    {"cache-max-negative-ttl", same, "",
     [](Draft& d, const Statement& s) {
         return time_to_live(s, "cache.max-negative-ttl", d.settings.cache.max_negative_ttl, seconds{0},
                             std::chrono::days{1});
     }},
    {"num-threads", same, "", threads},
    {"qname-minimisation", same, "", minimisation},
    {"qname-minimisation-strict", same, "", minimisation},
    {"edns-buffer-size", same, "", edns_size},
    {"do-not-query-localhost", same, "", not_localhost},
    {"do-not-query-address", same, "", not_queried},
    {"domain-insecure", same, "", insecure},
    {"trust-anchor", same, "", anchor},
    {"trust-anchor-file", same, "", anchor_file},
    {"trusted-keys-file", same, "", anchor_file},
    {"module-config", same, "", modules},
    {"dns64-prefix", same, "", dns64_prefix},
    {"identity", same, "",
     [](Draft& d, const Statement& s) { return text(d.settings.server.identity, s, "server.identity"); }},
    {"version", same, "",
     [](Draft& d, const Statement& s) { return text(d.settings.server.version, s, "server.version"); }},
    {"hide-identity", same, "", hidden},
    {"hide-version", same, "", hidden},
    {"hide-trustanchor", built_in, "told to nobody"},
    {"hide-http-user-agent", built_in, "told to nobody"},
    {"nsid", same, "", nsid},
    {"verbosity", nearly, "", verbosity},
    {"log-servfail", nearly, "", failures},
    {"val-log-level", nearly, "", failures},
    {"incoming-num-tcp", nearly, "", connections},
    {"tcp-idle-timeout", same, "", idle},
    {"val-sig-skew-min", same, "", skew},
    {"val-sig-skew-max", same, "", skew},
    {"unblock-lan-zones", same, "", lan_zones},
};

}  // namespace

std::span<const Row> applied_rows()
{
    return applied;
}

}  // namespace rw::ctl::unbound
