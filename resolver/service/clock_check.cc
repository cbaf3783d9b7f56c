// SPDX-License-Identifier: EUPL-1.2
// Implausible clocks.
#include "resolver/service/clock_check.h"

#include <fmt/format.h>

#include "config/values.h"

namespace rw::service
{

WallSeconds built_on()
{
    return WallSeconds{std::chrono::seconds{ROOTWARD_BUILT}};
}

std::optional<std::string> clock_problem(WallSeconds now, WallSeconds proven, WallSeconds built)
{
    constexpr std::string_view advice = "set it (`timedatectl status`, `date -u`)";
    if (now < proven)
        return fmt::format(
            "the clock of this host is behind: it says {}, but a signature proved {} before; {}. Until then signatures "
            "are judged as of the later time",
            config::write_value(now), config::write_value(proven), advice);
    if (now < built)
        return fmt::format(
            "the clock of this host is behind: it says {}, but this program was built on {}; {}. Until then "
            "signatures may seem to be from the future",
            config::write_value(now), config::write_value(built), advice);
    return std::nullopt;
}

}  // namespace rw::service
