// SPDX-License-Identifier: EUPL-1.2
// Settings flattened to one leaf a setting, in the order of the schema, with values as YAML text. The dumper prints
// leaves, the difference compares them; both therefore see every setting that the schema knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "config/spec.h"

namespace rw::config
{

struct Leaf {
    std::string path;                ///< "cache.serve-stale.enabled"
    std::string value;               ///< YAML in flow style, on one line
    std::vector<std::string> items;  ///< of a list of mappings: each item, for one a line
    Reload reload = Reload::live;
};

[[nodiscard]] std::vector<Leaf> outline(const Settings& settings);

/// `text` as a YAML scalar: plain when that is safe, in double quotes otherwise.
[[nodiscard]] std::string yaml_scalar(std::string_view text);

}  // namespace rw::config
