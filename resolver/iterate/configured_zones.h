// SPDX-License-Identifier: EUPL-1.2
// Stub and forward zones: names whose servers the operator gave.
#pragma once

#include <vector>

#include "config/settings.h"
#include "resolver/iterate/zone_servers.h"

namespace rw::iterate
{

class ConfiguredZones
{
 public:
    explicit ConfiguredZones(const config::Settings& settings);

    /// The longest configured zone that `name` is in; null when there is none.
    [[nodiscard]] const ZoneServers* find(const dns::Name& name) const;

 private:
    std::vector<ZoneServers> zones_;  ///< most labels first
};

}  // namespace rw::iterate
