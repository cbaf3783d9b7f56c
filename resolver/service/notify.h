// SPDX-License-Identifier: EUPL-1.2
// What systemd is told (sd_notify(3)): ready, reloading, stopping, and that every worker is alive. Without systemd all
// of it does nothing. Called by the supervisor's thread.
#pragma once

#include <optional>
#include <string>

#include "resolver/base/clock.h"

namespace rw::service
{

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_alive();

/// How often notify_alive() is due: half of what the unit's WatchdogSec allows. Nothing without a watchdog.
[[nodiscard]] std::optional<Duration> watchdog_pause();

}  // namespace rw::service
