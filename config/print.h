// SPDX-License-Identifier: EUPL-1.2
// What the daemon prints about its settings: the effective configuration, the reference of all settings, and what
// changes between two configurations.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "config/spec.h"

namespace rw::config
{

/// The effective settings as YAML that loads again; what is not default is marked with the default.
[[nodiscard]] std::string print_config(const Settings& settings);

/// The reference of all settings as Markdown; config/reference.md is its committed copy.
[[nodiscard]] std::string print_reference();

struct Change {
    std::string path;
    std::string before;  ///< YAML; "off" when the setting is not there
    std::string after;
    Reload reload = Reload::live;
    bool operator==(const Change&) const = default;
};

/// The settings in which `after` differs from `before`, in the order of the schema.
[[nodiscard]] std::vector<Change> difference(const Settings& before, const Settings& after);

}  // namespace rw::config
