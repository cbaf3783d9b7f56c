// SPDX-License-Identifier: EUPL-1.2
// What the fields of a section must hold together. Each message says what to change.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

#include "config/findings.h"
#include "config/name_syntax.h"
#include "config/names.h"
#include "config/values.h"

namespace rw::config
{

namespace
{

constexpr std::size_t nsid_limit = 128;   // octets; it goes into every answer that asks for it
constexpr std::size_t chaos_limit = 255;  // octets; one TXT character-string (RFC 1035 §3.3.14)

void limit_length(Findings& findings, std::string_view name, const std::optional<std::string>& text, std::size_t limit)
{
    if (text && text->size() > limit)
        findings.add(name, fmt::format("the text has {} octets; at most {} are possible", text->size(), limit));
}

void require_servers(Findings& findings, const std::vector<ServerAddress>& servers)
{
    if (servers.empty())
        findings.add("servers", "at least one server is needed");
}

/// Names by which zones are compared; case does not count.
std::string folded(const ZoneName& name)
{
    std::string text = name.text;
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Reports every zone of `zones` whose `member` name stood there before.
template <class Zone>
void refuse_twice(Findings& findings, std::string_view list, const std::vector<Zone>& zones, ZoneName Zone::* member)
{
    std::set<std::string> seen;
    for (std::size_t i = 0; i < zones.size(); ++i) {
        if (!seen.insert(folded(zones[i].*member)).second)
            findings.add(fmt::format("{}[{}]", list, i), fmt::format("{} is given twice", (zones[i].*member).text));
    }
}

/// Names of one zone whose servers are given in two places: which of them are meant cannot be told.
void refuse_two_ways(Findings& findings, const Settings& s)
{
    std::map<std::string, std::string_view> lists;
    for (const StubZoneSettings& stub : s.stub_zones)
        lists.emplace(folded(stub.name), "stub-zones");
    const auto add = [&](const std::string& path, const ZoneName& name, std::string_view list) {
        const auto [at, fresh] = lists.emplace(folded(name), list);
        if (!fresh && at->second != list)
            findings.add(path,
                         fmt::format("{} has servers in {} already; give them in one place", name.text, at->second));
    };
    for (std::size_t i = 0; i < s.forward_zones.size(); ++i)
        add(fmt::format("forward-zones[{}]", i), s.forward_zones[i].name, "forward-zones");
    for (std::size_t i = 0; i < s.policy.size(); ++i) {
        if (s.policy[i].action == PolicyAction::forward)
            add(fmt::format("policy[{}]", i), {s.policy[i].suffix.text}, "policy");
    }
}

}  // namespace

void check(Findings& findings, const ListenSettings& s)
{
    if (s.protocol != Protocol::dns)
        findings.add("protocol", fmt::format("{} is not supported yet; use dns", write_value(s.protocol)));
}

void check(Findings& findings, const OutgoingSettings& s)
{
    if (!s.ipv4 && !s.ipv6)
        findings.add("ipv6", "ipv4 and ipv6 are both off, so no server can be asked; turn one on");
    for (std::size_t i = 0; i < s.addresses.size(); ++i) {
        const bool usable = s.addresses[i].is_v4() ? s.ipv4 : s.ipv6;
        if (!usable)
            findings.add(fmt::format("addresses[{}]", i),
                         fmt::format("{} belongs to a family that is off", s.addresses[i].to_string()));
    }
}

void check(Findings& findings, const RootSettings& s)
{
    if (s.prefer.empty() && s.mode != RootMode::off)
        findings.add("prefer", fmt::format("mode {} needs at least one preferred identity; or set mode to off",
                                           write_value(s.mode)));
    std::set<char> seen;
    for (std::size_t i = 0; i < s.prefer.size(); ++i) {
        if (!seen.insert(s.prefer[i].letter).second)
            findings.add(fmt::format("prefer[{}]", i), fmt::format("{} is given twice", s.prefer[i].letter));
    }
    if (s.query_budget.burst < s.query_budget.per_second)
        findings.add("query-budget.burst", "the burst must be at least as large as per-second");
}

void check(Findings& findings, const CacheSettings& s)
{
    if (s.min_ttl > s.max_ttl)
        findings.add("min-ttl", fmt::format("min-ttl ({}) is larger than max-ttl ({})", write_value(s.min_ttl),
                                            write_value(s.max_ttl)));
}

void check(Findings& findings, const DnssecSettings& s)
{
    std::set<std::string> seen;
    for (std::size_t i = 0; i < s.negative_trust_anchors.size(); ++i) {
        const ZoneName& name = s.negative_trust_anchors[i].name;
        const std::string path = fmt::format("negative-trust-anchors[{}]", i);
        if (!seen.insert(folded(name)).second)
            findings.add(path, fmt::format("{} is given twice", name.text));
        if (name.text == ".")
            findings.add(path, "a negative trust anchor for the root turns all validation off; use enabled: false");
    }
    seen.clear();
    for (std::size_t i = 0; i < s.insecure_zones.size(); ++i) {
        const ZoneName& name = s.insecure_zones[i];
        const std::string path = fmt::format("insecure-zones[{}]", i);
        if (!seen.insert(folded(name)).second)
            findings.add(path, fmt::format("{} is given twice", name.text));
        if (name.text == ".")
            findings.add(path, "the root as an insecure zone turns all validation off; use enabled: false");
    }
}

void check(Findings& findings, const StubZoneSettings& s)
{
    require_servers(findings, s.servers);
}

void check(Findings& findings, const ForwardZoneSettings& s)
{
    if (s.fallback && s.servers.empty())
        findings.add("fallback", "without servers there is nothing to fall back from; give servers, or leave it out");
}

void check(Findings& findings, const LocalZoneSettings& s)
{
    for (std::size_t i = 0; i < s.data.size(); ++i) {
        std::istringstream words(s.data[i]);
        std::string owner;
        std::string rest;
        words >> owner >> rest;
        const auto name = parse_zone_name(owner);
        const std::string path = fmt::format("data[{}]", i);
        if (!name || rest.empty()) {
            findings.add(path, fmt::format("expected NAME TTL TYPE RDATA, such as 'printer.lan. 300 A 192.0.2.9'"));
            continue;
        }
        const std::string zone = folded(s.name);
        const std::string mine = folded(*name);
        if (zone != "." && mine != zone && !mine.ends_with("." + zone))
            findings.add(path, fmt::format("{} is not below {}", name->text, s.name.text));
    }
}

void check(Findings& findings, const EdnsSettings& s)
{
    limit_length(findings, "nsid", s.nsid, nsid_limit);
}

void check(Findings& findings, const ServerSettings& s)
{
    limit_length(findings, "identity", s.identity, chaos_limit);
    limit_length(findings, "version", s.version, chaos_limit);
}

void check(Findings& findings, const Dns64Settings& s)
{
    constexpr std::array<unsigned, 6> lengths{32, 40, 48, 56, 64, 96};  // RFC 6052 §2.2
    if (s.prefix.address.is_v4() || std::ranges::find(lengths, s.prefix.length) == lengths.end())
        findings.add("prefix", "expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits (RFC 6052 §2.2)");
}

void check(Findings& findings, const PolicySettings& s)
{
    if (s.action == PolicyAction::forward)
        require_servers(findings, s.servers);
    else if (!s.servers.empty())
        findings.add("servers", "servers are for the action forward only");
}

void check(Findings& findings, const RewriteSettings& s)
{
    if (s.from.address.family() != s.to.address.family() || s.from.length != s.to.length)
        findings.add("to", "expected a prefix of the same family and length as from");
}

void check(Findings& findings, const Settings& s)
{
    if (s.listen.empty())
        findings.add("listen", "at least one address is needed");
    std::set<Endpoint> endpoints;
    for (std::size_t i = 0; i < s.listen.size(); ++i) {
        if (!endpoints.insert({s.listen[i].address, s.listen[i].port}).second)
            findings.add(fmt::format("listen[{}]", i), "the same address and port are given twice");
    }
    std::set<Prefix> prefixes;
    for (std::size_t i = 0; i < s.access.size(); ++i) {
        if (!prefixes.insert(s.access[i].prefix).second)
            findings.add(fmt::format("access[{}]", i),
                         fmt::format("{} is given twice", s.access[i].prefix.to_string()));
    }
    refuse_twice(findings, "stub-zones", s.stub_zones, &StubZoneSettings::name);
    refuse_twice(findings, "forward-zones", s.forward_zones, &ForwardZoneSettings::name);
    refuse_twice(findings, "local-zones", s.local_zones, &LocalZoneSettings::name);
    refuse_twice(findings, "policy", s.policy, &PolicySettings::suffix);
    refuse_two_ways(findings, s);
    if (s.tcp.connections_per_client > s.tcp.connections)
        findings.add("tcp.connections-per-client", "one client cannot have more connections than all together");
}

}  // namespace rw::config
