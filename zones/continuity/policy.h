// SPDX-License-Identifier: EUPL-1.2
// The zone policy's part of a statement file. Used by statement.cc only.
#pragma once

#include "zones/continuity/fields.h"
#include "zones/continuity/statement.h"

namespace rw::zones::continuity
{

[[nodiscard]] ZonePolicy read_policy(Fields& fields);
[[nodiscard]] Json policy_json(const ZonePolicy& policy);
/// Sources that need no resolver, an anchor that is not IANA's, ZONEMD required, differences of delegations only.
[[nodiscard]] Result<void> check_policy(const ZonePolicy& policy);

}  // namespace rw::zones::continuity
