// SPDX-License-Identifier: EUPL-1.2
// Rules by suffix.
#include "resolver/iterate/policy.h"

#include <algorithm>

namespace rw::iterate
{

Policy::Policy(const std::vector<config::PolicySettings>& rules, const HashKey& key) : actions_(key)
{
    for (const config::PolicySettings& rule : rules) {
        const auto suffix = dns::Name::parse(rule.suffix.name.text);
        if (!suffix)
            continue;  // the loader has checked it
        Actions& actions = actions_[*suffix];
        (rule.suffix.below_only ? actions.below : actions.at_and_below) = rule.action;
        longest_ = std::max(longest_, suffix->label_count());
    }
}

std::optional<config::PolicyAction> Policy::action_for(const dns::Name& name) const
{
    for (std::size_t labels = std::min(longest_, name.label_count()) + 1; labels-- > 0;) {
        const auto at = actions_.find(name.ancestor(labels));
        if (at == actions_.end())
            continue;
        // "*.name" says more of what is below the name than "name" does.
        const bool below = labels < name.label_count();
        const auto action = below && at->second.below ? at->second.below : at->second.at_and_below;
        if (action)
            return action;
    }
    return std::nullopt;
}

std::optional<config::PolicyAction> PolicyWalk::follow(const dns::Name& target)
{
    using config::PolicyAction;
    const auto action = passed_ ? std::nullopt : policy_.action_for(target);
    passed_ = passed_ || action == PolicyAction::pass;
    return action == PolicyAction::pass || action == PolicyAction::forward ? std::nullopt : action;
}

}  // namespace rw::iterate
