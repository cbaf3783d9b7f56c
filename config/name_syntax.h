// SPDX-License-Identifier: EUPL-1.2
// Syntax of domain names in settings. Checks escapes, label length and name length without building a wire-format name,
// because config/ must not depend on dns/.
#pragma once

#include <string_view>

#include "config/units.h"
#include "resolver/base/result.h"

namespace rw::config
{

/// The name with its final dot. Errors say which rule of RFC 1035 §2.3.4 or §5.1 is broken.
[[nodiscard]] Result<ZoneName> parse_zone_name(std::string_view text);

}  // namespace rw::config
