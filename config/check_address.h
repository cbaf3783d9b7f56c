// SPDX-License-Identifier: EUPL-1.2
// Whether an address can do what a setting wants of it, as far as the address itself tells.
#pragma once

#include <optional>
#include <string>

#include "config/findings.h"
#include "config/units.h"

namespace rw::config
{

enum class AddressUse : std::uint8_t { listen, ask, send_from };

/// Why `address` cannot be used so, and what to write instead; nothing when it can.
[[nodiscard]] std::optional<std::string> unfit(const IpAddress& address, AddressUse use);

/// A finding for each of `servers` (the setting `name`) that cannot be asked.
void check_servers(Findings& findings, std::string_view name, const std::vector<ServerAddress>& servers);

}  // namespace rw::config
