// SPDX-License-Identifier: EUPL-1.2
// Zones whose servers the operator gave: stub and forward zones, rules that forward a suffix, and forward zones without
// servers, which take names out of a wider one. Each is cut out of the zone around it: the deepest one that a name is
// in says whom to ask, and nobody else's data for the name counts (iterator.h). Immutable; copies share the zones.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "config/settings.h"
#include "resolver/iterate/zone_servers.h"

namespace rw::iterate
{

struct ConfiguredZone {
    /// The setting that it stands in.
    enum class Setting : std::uint8_t { stub_zones, forward_zones, policy };

    ZoneServers servers;  ///< the servers to ask; none: names are resolved from the root
    Setting setting = Setting::stub_zones;
    bool fallback = false;  ///< names that these servers fail for are resolved as if the zone were not configured

    [[nodiscard]] const dns::Name& name() const { return servers.zone; }
    [[nodiscard]] bool from_root() const { return servers.servers.empty(); }
    /// What to do when it does not validate: "the stub zone corp.example. does not validate; ...". For extended errors,
    /// hence short: a long name is cut.
    [[nodiscard]] std::string advice() const;
    bool operator==(const ConfiguredZone&) const = default;
};

using ConfiguredZonePtr = std::shared_ptr<const ConfiguredZone>;

class ConfiguredZones
{
 public:
    explicit ConfiguredZones(const config::Settings& settings);

    /// The deepest configured zone that `name` is in; null when there is none. The reference is good as long as this
    /// object or a copy of it.
    [[nodiscard]] const ConfiguredZonePtr& find(const dns::Name& name) const;
    /// The deepest one around `zone`, without `zone` itself.
    [[nodiscard]] const ConfiguredZonePtr& around(const ConfiguredZone& zone) const;
    /// Whether servers are configured for `name` or a name below it.
    [[nodiscard]] bool has_servers_below(const dns::Name& name) const;

 private:
    using Zones = std::map<dns::Name, ConfiguredZonePtr>;
    [[nodiscard]] const ConfiguredZonePtr& find(const dns::Name& name, std::size_t labels) const;

    std::shared_ptr<const Zones> zones_;
    std::size_t longest_ = 0;  ///< labels of the deepest zone: names are not looked at beyond
};

}  // namespace rw::iterate
