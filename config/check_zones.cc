// SPDX-License-Identifier: EUPL-1.2
// What settings about names that are treated apart must hold. Each message says what to change.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "config/check_address.h"
#include "config/findings.h"
#include "config/server_lists.h"
#include "config/values.h"
#include "config/words.h"

namespace rw::config
{

namespace
{

void require_servers(Findings& findings, const std::vector<ServerAddress>& servers)
{
    if (servers.empty())
        findings.add("servers", "at least one server is needed");
    check_servers(findings, "servers", servers);
}

/// Reports every entry of `list` whose `member` stood there before: only one of them could have an effect.
template <class Entry, class Value>
void refuse_twice(Findings& findings, std::string_view list, const std::vector<Entry>& entries, Value Entry::* member)
{
    std::set<std::string> seen;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Value& value = entries[i].*member;
        if (!seen.insert(folded(write_value(value))).second)
            findings.add(fmt::format("{}[{}]", list, i), fmt::format("{} is given twice", write_value(value)));
    }
}

/// Names of one zone whose servers are given in two places: which of them are meant cannot be told.
void refuse_two_ways(Findings& findings, const Settings& s)
{
    std::map<std::string, std::string_view> lists;
    for (const StubZoneSettings& stub : s.stub_zones)
        lists.emplace(folded(stub.name.text), "stub-zones");
    const auto add = [&](const std::string& path, const ZoneName& name, std::string_view list) {
        const auto [at, fresh] = lists.emplace(folded(name.text), list);
        if (!fresh && at->second != list)
            findings.add(path,
                         fmt::format("{} has servers in {} already; give them in one place", name.text, at->second));
    };
    for (std::size_t i = 0; i < s.forward_zones.size(); ++i)
        add(fmt::format("forward-zones[{}]", i), s.forward_zones[i].name, "forward-zones");
    for (std::size_t i = 0; i < s.policy.size(); ++i) {
        if (s.policy[i].action == PolicyAction::forward)
            add(fmt::format("policy[{}]", i), s.policy[i].suffix.name, "policy");
    }
}

/// RFC 6052 §2.2: bits 64 to 71 of an address are zero.
bool has_reserved_bits(const Prefix& prefix)
{
    return prefix.length > 64 && prefix.address.octets()[8] != 0;
}

/// Servers of which no family of `outgoing` reaches any.
void check_reach(Findings& findings, const ServerList& list, const Settings& s)
{
    const auto is_off = [&](const ServerAddress& server) {
        return server.address.is_v4() ? !s.outgoing.ipv4 : !s.outgoing.ipv6;
    };
    if (!list.servers.empty() && std::ranges::all_of(list.servers, is_off))
        findings.add(list.path, fmt::format("no server can be asked while outgoing.{} is false",
                                            list.servers.front().address.is_v4() ? "ipv4" : "ipv6"));
}

}  // namespace

void check(Findings& findings, const StubZoneSettings& s)
{
    require_servers(findings, s.servers);
}

void check(Findings& findings, const ForwardZoneSettings& s)
{
    check_servers(findings, "servers", s.servers);
    if (s.fallback && s.servers.empty())
        findings.add("fallback", "without servers there is nothing to fall back from; give servers, or leave it out");
}

void check(Findings& findings, const LocalZoneSettings& s)
{
    if (s.type == LocalZoneType::refuse && !s.data.empty())
        findings.add("data", "a zone of type refuse gives no data; leave it out, or choose static");
}

void check(Findings& findings, const Dns64Settings& s)
{
    constexpr std::array<unsigned, 6> lengths{32, 40, 48, 56, 64, 96};  // RFC 6052 §2.2
    if (s.prefix.address.is_v4() || std::ranges::find(lengths, s.prefix.length) == lengths.end())
        findings.add("prefix", "expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits (RFC 6052 §2.2)");
    else if (has_reserved_bits(s.prefix))
        findings.add("prefix", "bits 64 to 71 of the prefix must be zero (RFC 6052 §2.2)");
}

void check(Findings& findings, const PolicySettings& s)
{
    if (s.action == PolicyAction::forward)
        require_servers(findings, s.servers);
    else if (!s.servers.empty())
        findings.add("servers", "servers are for the action forward only");
    if (s.action == PolicyAction::forward && s.suffix.below_only)
        findings.add("suffix",
                     fmt::format("what is forwarded is a name and all below it; write {}", s.suffix.name.text));
}

void check(Findings& findings, const RewriteSettings& s)
{
    if (s.from.address.family() != s.to.address.family() || s.from.length != s.to.length)
        findings.add("to", "expected a prefix of the same family and length as from");
    else if (s.from == s.to)
        findings.add("to", "from and to are the same");
}

void check_zones(Findings& findings, const Settings& s)
{
    refuse_twice(findings, "stub-zones", s.stub_zones, &StubZoneSettings::name);
    refuse_twice(findings, "forward-zones", s.forward_zones, &ForwardZoneSettings::name);
    refuse_twice(findings, "local-zones", s.local_zones, &LocalZoneSettings::name);
    refuse_twice(findings, "policy", s.policy, &PolicySettings::suffix);
    refuse_twice(findings, "rewrite-addresses", s.rewrite_addresses, &RewriteSettings::from);
    refuse_two_ways(findings, s);
    for (const ServerList& list : server_lists(s))
        check_reach(findings, list, s);
}

}  // namespace rw::config
