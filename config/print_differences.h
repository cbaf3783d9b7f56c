// SPDX-License-Identifier: EUPL-1.2
// A configuration file as a person would write it: what differs from the defaults and nothing else.
#pragma once

#include <string>

#include "config/settings.h"

namespace rw::config
{

/// YAML of what differs from the defaults; reading it back gives the same settings.
[[nodiscard]] std::string print_differences(const Settings& settings);

}  // namespace rw::config
