// SPDX-License-Identifier: EUPL-1.2
// The operator's rules by suffix (`policy`): what happens to a question before anything is looked up. The longest
// suffix decides, so that `pass` exempts a part of what another rule covers. `forward` is the business of
// iterate/configured_zones. Pure; without rules the fast path pays one comparison.
#pragma once

#include <optional>
#include <vector>

#include "config/settings.h"
#include "resolver/base/keyed_table.h"
#include "resolver/dns/name.h"

namespace rw::frontend
{

class Policy
{
 public:
    Policy() : actions_(HashKey{}) {}  // nothing to look up
    Policy(const std::vector<config::PolicySettings>& rules, const HashKey& key);

    [[nodiscard]] bool empty() const { return actions_.empty(); }
    /// What the longest suffix of `name` says; nothing when no rule covers it.
    [[nodiscard]] std::optional<config::PolicyAction> action_for(const dns::Name& name) const;

 private:
    KeyedMap<dns::Name, config::PolicyAction> actions_;
    std::size_t longest_ = 0;  ///< labels of the longest suffix: names are not looked at beyond
};

}  // namespace rw::frontend
