// SPDX-License-Identifier: EUPL-1.2
// The operator's rules by suffix (`policy`): what happens to a client's question before anything is looked up, and to
// the targets of the aliases that it leads through. Of one name the longest suffix decides, so that `pass` exempts a
// part of what another rule covers. `forward` is the business of configured_zones.h. Pure; without rules the fast path
// pays one comparison.
#pragma once

#include <optional>
#include <vector>

#include "config/settings.h"
#include "resolver/base/keyed_table.h"
#include "resolver/dns/name.h"

namespace rw::iterate
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
    struct Actions {
        std::optional<config::PolicyAction> at_and_below;
        std::optional<config::PolicyAction> below;  ///< of the names below only ("*.name")
    };

    KeyedMap<dns::Name, Actions> actions_;
    std::size_t longest_ = 0;  ///< labels of the longest suffix: names are not looked at beyond
};

/// The rules on the way of one answer: a tracker behind an alias of its victim's (CNAME cloaking) is denied like one that
/// is asked for, and what the operator lets pass may lead where it wants.
class PolicyWalk
{
 public:
    /// `policy` must outlive the walk. Of `question` only a rule to pass counts here.
    PolicyWalk(const Policy& policy, const dns::Name& question)
        : policy_(policy), passed_(policy.empty() || policy.action_for(question) == config::PolicyAction::pass)
    {
    }

    /// What is to be done with an answer that leads to `target`: deny, drop or truncate; nothing when it goes on.
    [[nodiscard]] std::optional<config::PolicyAction> follow(const dns::Name& target);

 private:
    const Policy& policy_;
    bool passed_;
};

}  // namespace rw::iterate
