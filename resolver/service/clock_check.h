// SPDX-License-Identifier: EUPL-1.2
// Whether the host's clock can be right, before any signature is judged by it: it is not behind what a signature has
// proven, nor behind the day this program was built. Pure. The daemon asks at its start and with every look at the
// root's keys; what signatures themselves tell of the clock later is frontend/serve_later's business.
#pragma once

#include <optional>
#include <string>

#include "resolver/base/clock.h"

namespace rw::service
{

/// The day this program was built, at 00:00 UTC; of packages the day that SOURCE_DATE_EPOCH names.
[[nodiscard]] WallSeconds built_on();

/// What is wrong with the time `now` and what to do, for the operator; nothing when it is plausible. `proven`: the
/// latest time of validate::TimeFloor.
[[nodiscard]] std::optional<std::string> clock_problem(WallSeconds now, WallSeconds proven, WallSeconds built);

}  // namespace rw::service
