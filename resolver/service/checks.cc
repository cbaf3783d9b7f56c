// SPDX-License-Identifier: EUPL-1.2
// Checks that need more than config/ knows: record syntax, hints, users, memory.
#include "resolver/service/checks.h"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/file.h"
#include "config/server_lists.h"
#include "resolver/base/log.h"
#include "resolver/dnssec/key_judge.h"
#include "resolver/iterate/local_zone.h"
#include "resolver/root/hints.h"
#include "resolver/service/anchors.h"
#include "resolver/service/process.h"

namespace rw::service
{

namespace
{

using config::Findings;
using config::Settings;

void check_local_data(Findings& findings, const Settings& settings)
{
    for (std::size_t i = 0; i < settings.local_zones.size(); ++i) {
        const config::LocalZoneSettings& zone = settings.local_zones[i];
        iterate::LocalZone made(dns::Name::parse(zone.name.text).value_or(dns::Name{}), zone.type);
        for (std::size_t k = 0; k < zone.data.size(); ++k) {
            auto record = iterate::read_local_record(zone.data[k], made.apex());
            const Result<void> added = record ? made.add(std::move(*record)) : std::unexpected(record.error());
            if (!added)
                findings.add(fmt::format("local-zones[{}].data[{}]", i, k),
                             fmt::format("{}; found '{}'", added.error().message, zone.data[k]));
        }
    }
}

void check_hints(Findings& findings, const Settings& settings)
{
    if (!settings.root.hints)
        return;
    const auto text = config::read_file(*settings.root.hints, root::hints_octets_limit);
    if (!text)
        return;  // reported when the settings were read
    const auto hints = root::read_hints(*text);
    if (!hints) {
        findings.add("root.hints", fmt::format("{}: {}", settings.root.hints->string(), hints.error().message));
        return;
    }
    const auto is_off = [&](const root::HintedAddress& hint) {
        return hint.address.is_v4() ? !settings.outgoing.ipv4 : !settings.outgoing.ipv6;
    };
    if (std::ranges::all_of(*hints, is_off))
        findings.add("root.hints",
                     fmt::format("no root server of {} can be asked while outgoing.{} is false",
                                 settings.root.hints->string(), hints->front().address.is_v4() ? "ipv4" : "ipv6"));
}

void check_group(Findings& findings, const Settings& settings)
{
    if (!settings.control.group)
        return;
    if (const auto group = group_of(*settings.control.group); !group)
        findings.add("control.group", group.error().message);
}

bool is_local(const Prefix& prefix)
{
    return prefix.address.is_loopback() && prefix.length >= (prefix.address.is_v4() ? 8 : 128);
}

/// Listening for others and answering nobody but this machine: what a first configuration forgets.
void doubt_access(Findings& findings, const Settings& settings)
{
    const auto serves_others = [](const config::AccessSettings& rule) {
        const bool allows =
            rule.action == config::AccessAction::allow || rule.action == config::AccessAction::allow_snoop;
        return allows && !is_local(rule.prefix);
    };
    if (std::ranges::any_of(settings.access, serves_others))
        return;
    const auto open = std::ranges::find_if(
        settings.listen, [](const config::ListenSettings& listen) { return !listen.address.is_loopback(); });
    if (open == settings.listen.end())
        return;
    findings.add(fmt::format("listen[{}].address", open - settings.listen.begin()),
                 fmt::format("{} is open to other machines, but access allows this one only: all others are refused; "
                             "add your networks to access",
                             open->address.to_string()));
}

void doubt_memory(Findings& findings, const Settings& settings)
{
    const std::uint64_t limit = memory_limit();
    if (settings.cache.size.octets > limit / 10 * 9)
        findings.add("cache.size",
                     fmt::format("{} MiB are more than nine tenths of the {} MiB that this process may have: it will "
                                 "be killed when the cache fills; lower it",
                                 settings.cache.size.octets >> 20U, limit >> 20U));
}

void doubt_user(Findings& findings, const Settings& settings)
{
    if (!settings.user)
        return;
    std::array<char, 16384> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(settings.user->c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        findings.add("user", fmt::format("there is no user {} on this machine; make one with `adduser --system {}`",
                                         *settings.user, *settings.user));
}

/// Whether `server` is where this resolver itself listens.
bool is_own(const config::ServerAddress& server, const Settings& settings)
{
    return std::ranges::any_of(settings.listen, [&](const config::ListenSettings& listen) {
        if (server.port.value_or(settings.outgoing.port) != listen.port ||
            server.address.family() != listen.address.family())
            return false;
        return server.address == listen.address || (listen.address.is_unspecified() && server.address.is_loopback());
    });
}

void doubt_servers(Findings& findings, const config::ServerList& list, const Settings& settings)
{
    for (std::size_t i = 0; i < list.servers.size(); ++i) {
        if (is_own(list.servers[i], settings))
            findings.add(fmt::format("{}[{}]", list.path, i),
                         "this resolver itself listens there (listen): it would ask itself");
    }
}

/// An anchor that nothing here can use: what it is for would be insecure without a word.
void doubt_anchors(Findings& findings, const Settings& settings)
{
    if (!settings.dnssec.enabled || !settings.dnssec.trust_anchors)
        return;
    const auto set = configured_anchors(settings);
    if (!set)
        return;  // reported when the settings were read
    const dnssec::AlgorithmPolicy policy = validator_rules(settings.dnssec).algorithms;
    std::vector<dns::Name> told;
    for (const dnssec::TrustAnchor& anchor : set->anchors) {
        dnssec::Vouchers vouchers(policy);
        for (const dnssec::TrustAnchor* each : set->at(anchor.owner))
            vouchers.add(*each);
        if (!vouchers.empty() || std::ranges::count(told, anchor.owner) > 0)
            continue;
        told.push_back(anchor.owner);
        findings.add("dnssec.trust-anchors",
                     fmt::format("no anchor of {} has an algorithm and digest type that this version supports: nothing "
                                 "there is validated",
                                 anchor.owner.to_string()));
    }
}

/// A zone that is taken out of nothing is resolved as it would be without the entry.
void doubt_exceptions(Findings& findings, const Settings& settings)
{
    const auto name_of = [](const auto& zone) { return dns::Name::parse(zone.name.text).value_or(dns::Name{}); };
    for (std::size_t i = 0; i < settings.forward_zones.size(); ++i) {
        const dns::Name name = name_of(settings.forward_zones[i]);
        const auto is_around = [&](const auto& zone) { return name.is_below(name_of(zone)); };
        const bool forwarded = std::ranges::any_of(
            settings.forward_zones, [&](const auto& zone) { return !zone.servers.empty() && is_around(zone); });
        const bool by_policy = std::ranges::any_of(settings.policy, [&](const config::PolicySettings& rule) {
            return rule.action == config::PolicyAction::forward &&
                   name.is_below(dns::Name::parse(rule.suffix.name.text).value_or(dns::Name{}));
        });
        if (settings.forward_zones[i].servers.empty() && !forwarded && !by_policy &&
            std::ranges::none_of(settings.stub_zones, is_around) &&
            std::ranges::none_of(settings.local_zones, is_around))
            findings.add(fmt::format("forward-zones[{}].servers", i),
                         fmt::format("{} is in no wider stub, forward or local zone that it could be taken out of: the "
                                     "entry changes nothing",
                                     name.to_string()));
    }
}

}  // namespace

std::vector<config::Finding> find_problems(const Settings& settings)
{
    Findings findings;
    check_local_data(findings, settings);
    check_hints(findings, settings);
    check_group(findings, settings);
    return findings.take();
}

std::vector<config::Finding> find_doubts(const Settings& settings)
{
    Findings findings;
    doubt_access(findings, settings);
    doubt_memory(findings, settings);
    doubt_user(findings, settings);
    for (const config::ServerList& list : config::server_lists(settings))
        doubt_servers(findings, list, settings);
    doubt_exceptions(findings, settings);
    doubt_anchors(findings, settings);
    if (settings.audit.dir || settings.audit.key)
        findings.add("audit", "the daemon of this version keeps no log; `rootwardctl audit -c` reads this section");
    return findings.take();
}

void log_doubts(const Settings& settings)
{
    for (const config::Finding& doubt : find_doubts(settings))
        log(LogLevel::warning, "{}: {}", doubt.path, doubt.message);
}

config::Loaded load_configuration(const std::filesystem::path& file)
{
    config::Loaded loaded = config::load_file(file);
    if (!loaded)
        return loaded;
    if (auto problems = find_problems(*loaded); !problems.empty())
        return std::unexpected(config::located(file, std::move(problems)));
    return loaded;
}

}  // namespace rw::service
