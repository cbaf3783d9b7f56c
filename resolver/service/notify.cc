// SPDX-License-Identifier: EUPL-1.2
// Notifications by libsystemd.
#include "resolver/service/notify.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>

namespace rw::service
{

void notify_ready(const std::string& status)
{
    sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void notify_reloading()
{
    // The time is what Type=notify-reload asks for; Type=notify takes no notice of it.
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch());
    sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count()).c_str());
}

void notify_stopping()
{
    sd_notify(0, "STOPPING=1\nSTATUS=answering those who wait");
}

void notify_alive()
{
    sd_notify(0, "WATCHDOG=1");
}

std::optional<Duration> watchdog_pause()
{
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0 || microseconds == 0)
        return std::nullopt;
    return std::chrono::microseconds{microseconds / 2};
}

}  // namespace rw::service
