// SPDX-License-Identifier: EUPL-1.2
// Reading domain names in presentation form (RFC 1035 §5.1), as settings hold them. An asterisk means something in two
// places only, and each has a reader of its own: no zone's name ever holds one.
#pragma once

#include <string_view>

#include "config/units.h"
#include "resolver/base/result.h"

namespace rw::config
{

/// The name of a zone: labels of letters, digits, '-' and '_', and '/' in reverse zones (RFC 2317). Any other octet is
/// escaped. The final dot may be left out. The error says what is wrong and how to write it.
[[nodiscard]] Result<ZoneName> parse_zone_name(std::string_view text);

/// A zone's name, or "*." and one: what lies below the name and not the name itself.
[[nodiscard]] Result<NameSuffix> parse_name_suffix(std::string_view text);

/// The owner of a record: any printable characters; the first label may be the asterisk of a wildcard (RFC 4592).
[[nodiscard]] Result<ZoneName> parse_owner_name(std::string_view text);

}  // namespace rw::config
