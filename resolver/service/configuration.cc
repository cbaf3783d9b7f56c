// SPDX-License-Identifier: EUPL-1.2
// Making a configuration.
#include "resolver/service/configuration.h"

#include <algorithm>
#include <functional>

#include "config/file.h"
#include "config/root_identities.h"
#include "config/shipped.h"
#include "resolver/base/random.h"
#include "resolver/base/siphash.h"
#include "resolver/iterate/special_names.h"
#include "resolver/root/hints.h"
#include "resolver/service/anchors.h"

namespace rw::service
{

namespace
{

Result<std::vector<root::RootServer>> root_servers(const config::RootSettings& settings)
{
    std::string text(config::shipped::root_hints);
    if (settings.hints) {
        auto file = config::read_file(*settings.hints, root::hints_octets_limit);
        if (!file)
            return std::unexpected(file.error());
        text = std::move(*file);
    }
    const auto hints = root::read_hints(text);
    if (!hints)
        return failed(settings.hints ? settings.hints->string() + ": " + hints.error().message : hints.error().message);
    return root::classify(*hints, config::root_identities(), settings.prefer);
}

/// Adds the names of the entries that are in one of the lists only; `name(entry)` tells the name.
template <class Zone, class NameOf>
void add_changed(std::vector<dns::Name>& names, const std::vector<Zone>& before, const std::vector<Zone>& after,
                 NameOf name)
{
    const auto add_missing = [&](const std::vector<Zone>& from, const std::vector<Zone>& in) {
        for (const Zone& zone : from) {
            const auto parsed = dns::Name::parse(std::invoke(name, zone).text);
            if (parsed && std::ranges::find(in, zone) == in.end())
                names.push_back(*parsed);
        }
    };
    if (before == after)
        return;
    add_missing(before, after);
    add_missing(after, before);
}

}  // namespace

Result<std::shared_ptr<const Configuration>> make_configuration(config::Settings settings)
{
    auto servers = root_servers(settings.root);
    if (!servers)
        return std::unexpected(servers.error());
    SecureRandom random;
    const HashKey key = HashKey::make(random);  // whoever publishes a list that is taken over may choose its names
    auto local = iterate::LocalAnswers::make(settings, key);
    if (!local)
        return std::unexpected(local.error());
    auto anchors = configured_anchors(settings);
    if (!anchors)
        return std::unexpected(anchors.error());
    iterate::ConfiguredZones configured(settings);
    frontend::Rules rules{frontend::AccessList(settings.access),
                          iterate::Policy(settings.policy, key),
                          frontend::AddressRewrite(settings.rewrite_addresses),
                          std::nullopt,
                          {}};
    if (settings.dns64)
        rules.dns64.emplace(*settings.dns64);
    return std::make_shared<const Configuration>(std::move(settings), std::move(configured), std::move(*local),
                                                 std::move(rules), std::move(*servers), std::move(*anchors));
}

frontend::ReplyRules reply_rules(const config::Settings& settings)
{
    frontend::ReplyRules rules;
    rules.udp_size = settings.edns.size;
    rules.nsid = settings.edns.nsid ? std::string_view(*settings.edns.nsid) : std::string_view{};
    rules.tcp_keepalive = static_cast<std::uint16_t>(settings.tcp.idle_timeout.count() / 100);
    return rules;
}

cache::TtlLimits ttl_limits(const config::CacheSettings& settings)
{
    return {static_cast<std::uint32_t>(settings.min_ttl.count()), static_cast<std::uint32_t>(settings.max_ttl.count()),
            static_cast<std::uint32_t>(settings.max_negative_ttl.count())};
}

bool same_hints(const Configuration& before, const Configuration& after)
{
    return std::ranges::equal(before.root_servers, after.root_servers,
                              [](const root::RootServer& one, const root::RootServer& other) {
                                  return one.name == other.name && one.address == other.address;
                              });
}

std::vector<config::Change> changed_files(const Configuration& before, const Configuration& after)
{
    std::vector<config::Change> changes;
    const auto add = [&](const char* setting) {
        changes.push_back({setting, "the file as it was", "the file as it is", config::Reload::live});
    };
    if (before.settings.dnssec.trust_anchors == after.settings.dnssec.trust_anchors &&
        before.anchors.anchors != after.anchors.anchors)
        add("dnssec.trust-anchors");
    if (before.settings.root.hints == after.settings.root.hints && !same_hints(before, after))
        add("root.hints");
    return changes;
}

/// Names that are answered here by one of the settings only, because they are special.
std::vector<dns::Name> changed_special_names(const config::Settings& before, const config::Settings& after)
{
    if (before.special_use_zones == after.special_use_zones && before.dns64 == after.dns64)
        return {};
    std::vector<dns::Name> names[2];
    for (const config::Settings* settings : {&before, &after}) {
        if (!settings->special_use_zones)
            continue;
        for (const iterate::LocalZone& zone : iterate::special_zones(*settings))
            names[settings == &after ? 1 : 0].push_back(zone.apex());
    }
    for (auto& list : names)
        std::ranges::sort(list);
    std::vector<dns::Name> changed;
    std::ranges::set_symmetric_difference(names[0], names[1], std::back_inserter(changed));
    return changed;
}

std::vector<dns::Name> changed_names(const config::Settings& before, const config::Settings& after)
{
    std::vector<dns::Name> names = changed_special_names(before, after);
    add_changed(names, before.stub_zones, after.stub_zones, &config::StubZoneSettings::name);
    add_changed(names, before.forward_zones, after.forward_zones, &config::ForwardZoneSettings::name);
    add_changed(names, before.policy, after.policy,
                [](const config::PolicySettings& rule) { return rule.suffix.name; });
    add_changed(names, before.local_zones, after.local_zones, &config::LocalZoneSettings::name);
    add_changed(names, before.dnssec.negative_trust_anchors, after.dnssec.negative_trust_anchors,
                &config::NegativeTrustAnchor::name);
    add_changed(names, before.dnssec.insecure_zones, after.dnssec.insecure_zones, std::identity{});
    return names;
}

}  // namespace rw::service
