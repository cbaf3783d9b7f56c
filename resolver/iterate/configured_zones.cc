// SPDX-License-Identifier: EUPL-1.2
// Configured zones from the settings.
#include "resolver/iterate/configured_zones.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::iterate
{

using Setting = ConfiguredZone::Setting;

std::string ConfiguredZone::advice() const
{
    constexpr std::size_t most = 31;  // octets of a name in an extended error beside the advice
    std::string zone = name().to_string();
    if (zone.size() > most)
        zone.replace(most, zone.size(), "...");
    switch (setting) {
        case Setting::stub_zones:
            return fmt::format("the stub zone {} does not validate; see its validate: false, or dnssec.insecure-zones",
                               zone);
        case Setting::forward_zones:
            return fmt::format(
                "the forward zone {} does not validate; see its validate: false, or dnssec.insecure-zones", zone);
        case Setting::policy:
            break;
    }
    return fmt::format("{}, forwarded by policy, does not validate; see dnssec.insecure-zones", zone);
}

namespace
{

ConfiguredZonePtr make_zone(const config::ZoneName& name, const std::vector<config::ServerAddress>& servers,
                            Setting setting, bool fallback, std::uint16_t port)
{
    auto zone = std::make_shared<ConfiguredZone>();
    zone->setting = setting;
    zone->fallback = fallback;
    zone->servers.zone = dns::Name::parse(name.text).value_or(dns::Name{});
    zone->servers.route = setting == Setting::stub_zones || servers.empty() ? Route::iterate : Route::forward;
    zone->servers.port = port;
    zone->servers.configured = !servers.empty();
    for (const config::ServerAddress& server : servers)
        zone->servers.servers.push_back({dns::Name{}, {server.address}, true, server.port});
    return zone;
}

bool is_inside_another(const std::map<dns::Name, ConfiguredZonePtr>& zones, const dns::Name& name)
{
    return std::ranges::any_of(zones,
                               [&](const auto& row) { return name.is_below(row.first) && !row.second->from_root(); });
}

const ConfiguredZonePtr none;

}  // namespace

ConfiguredZones::ConfiguredZones(const config::Settings& settings)
{
    const std::uint16_t port = settings.outgoing.port;
    auto zones = std::make_shared<Zones>();
    const auto add = [&](const ConfiguredZonePtr& zone) {
        longest_ = std::max(longest_, zone->name().label_count());
        zones->emplace(zone->name(), zone);
    };
    for (const auto& stub : settings.stub_zones)
        add(make_zone(stub.name, stub.servers, Setting::stub_zones, false, port));
    for (const auto& forward : settings.forward_zones)
        add(make_zone(forward.name, forward.servers, Setting::forward_zones, forward.fallback, port));
    for (const auto& rule : settings.policy) {
        if (rule.action == config::PolicyAction::forward)
            add(make_zone(rule.suffix.name, rule.servers, Setting::policy, false, port));
    }
    // Without a wider zone around it nothing is taken out of anything.
    std::erase_if(*zones,
                  [&](const auto& row) { return row.second->from_root() && !is_inside_another(*zones, row.first); });
    zones_ = std::move(zones);
}

const ConfiguredZonePtr& ConfiguredZones::find(const dns::Name& name, std::size_t labels) const
{
    if (zones_->empty())
        return none;
    for (std::size_t left = std::min(longest_, labels) + 1; left-- > 0;) {
        const auto at = zones_->find(name.ancestor(left));
        if (at != zones_->end())
            return at->second;
    }
    return none;
}

const ConfiguredZonePtr& ConfiguredZones::find(const dns::Name& name) const
{
    return find(name, name.label_count());
}

const ConfiguredZonePtr& ConfiguredZones::around(const ConfiguredZone& zone) const
{
    return zone.name().is_root() ? none : find(zone.name(), zone.name().label_count() - 1);
}

bool ConfiguredZones::has_servers_below(const dns::Name& name) const
{
    return std::ranges::any_of(
        *zones_, [&](const auto& row) { return !row.second->from_root() && row.second->name().is_at_or_below(name); });
}

}  // namespace rw::iterate
