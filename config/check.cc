// SPDX-License-Identifier: EUPL-1.2
// What the fields of a section must hold together. Each message says what to change.
#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <set>

#include "config/check_address.h"
#include "config/findings.h"
#include "config/names.h"
#include "config/values.h"
#include "config/words.h"

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

}  // namespace

void check(Findings& findings, const ListenSettings& s)
{
    if (auto why = unfit(s.address, AddressUse::listen))
        findings.add("address", std::move(*why));
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
        if (auto why = unfit(s.addresses[i], AddressUse::send_from))
            findings.add(fmt::format("addresses[{}]", i), std::move(*why));
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
        if (!seen.insert(folded(name.text)).second)
            findings.add(path, fmt::format("{} is given twice", name.text));
        if (name.text == ".")
            findings.add(path, "a negative trust anchor for the root turns all validation off; use enabled: false");
    }
    seen.clear();
    for (std::size_t i = 0; i < s.insecure_zones.size(); ++i) {
        const ZoneName& name = s.insecure_zones[i];
        const std::string path = fmt::format("insecure-zones[{}]", i);
        if (!seen.insert(folded(name.text)).second)
            findings.add(path, fmt::format("{} is given twice", name.text));
        if (name.text == ".")
            findings.add(path, "the root as an insecure zone turns all validation off; use enabled: false");
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

void check(Findings& findings, const ControlSettings& s)
{
    constexpr std::size_t limit = sizeof(sockaddr_un::sun_path) - 1;  // the end is marked
    if (s.socket && s.socket->string().size() > limit)
        findings.add("socket", fmt::format("the path has {} octets; a Unix socket's has at most {}",
                                           s.socket->string().size(), limit));
}

void check(Findings& findings, const StatusSettings& s)
{
    if (!s.listen)
        return;
    if (auto why = unfit(s.listen->address, AddressUse::listen))
        findings.add("listen", std::move(*why));
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
    if (s.status.listen && endpoints.contains(*s.status.listen))
        findings.add("status.listen", "clients are served there (listen); choose another port");
    check_zones(findings, s);
    if (s.tcp.connections_per_client > s.tcp.connections)
        findings.add("tcp.connections-per-client", "one client cannot have more connections than all together");
}

}  // namespace rw::config
