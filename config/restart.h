// SPDX-License-Identifier: EUPL-1.2
// What a reload leaves as it is: settings that only a restart changes (sockets, threads, the cache's memory). The
// daemon calls it for every new configuration, so that nothing that runs ever sees such a setting change under it.
#pragma once

#include "config/settings.h"

namespace rw::config
{

/// `wanted`, with every setting of class Reload::restart as it is in `running`.
[[nodiscard]] Settings keep_restart_only(const Settings& running, Settings wanted);

}  // namespace rw::config
