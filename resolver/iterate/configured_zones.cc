// SPDX-License-Identifier: EUPL-1.2
// Stub and forward zones from the settings.
#include "resolver/iterate/configured_zones.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

ZoneServers make_zone(const config::ZoneName& name, const std::vector<config::ServerAddress>& servers, Route route,
                      std::uint16_t port)
{
    ZoneServers zone;
    zone.zone = dns::Name::parse(name.text).value_or(dns::Name{});
    zone.route = route;
    zone.port = port;
    for (const config::ServerAddress& server : servers)
        zone.servers.push_back({dns::Name{}, {server.address}, true, server.port});
    return zone;
}

}  // namespace

ConfiguredZones::ConfiguredZones(const config::Settings& settings)
{
    for (const auto& stub : settings.stub_zones)
        zones_.push_back(make_zone(stub.name, stub.servers, Route::iterate, settings.outgoing.port));
    for (const auto& forward : settings.forward_zones)
        zones_.push_back(make_zone(forward.name, forward.servers, Route::forward, settings.outgoing.port));
    for (const auto& rule : settings.policy) {
        if (rule.action == config::PolicyAction::forward)
            zones_.push_back(make_zone(rule.suffix, rule.servers, Route::forward, settings.outgoing.port));
    }
    std::ranges::sort(zones_, std::greater{}, [](const ZoneServers& zone) { return zone.zone.label_count(); });
}

const ZoneServers* ConfiguredZones::find(const dns::Name& name) const
{
    const auto at =
        std::ranges::find_if(zones_, [&](const ZoneServers& zone) { return name.is_at_or_below(zone.zone); });
    return at != zones_.end() ? &*at : nullptr;
}

}  // namespace rw::iterate
