// SPDX-License-Identifier: EUPL-1.2
// Every list of servers that an operator writes, with where it stands: what is checked of one is checked of all.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace rw::config
{

struct ServerList {
    std::string path;  ///< such as "stub-zones[0].servers"
    const std::vector<ServerAddress>& servers;
};

/// Those of stub zones, forward zones and policy, in this order. They live as long as `settings`.
[[nodiscard]] std::vector<ServerList> server_lists(const Settings& settings);

}  // namespace rw::config
