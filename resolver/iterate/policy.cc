// SPDX-License-Identifier: EUPL-1.2
// Rules by suffix.
#include "resolver/iterate/policy.h"

#include <algorithm>

namespace rw::iterate
{

Policy::Policy(const std::vector<config::PolicySettings>& rules, const HashKey& key) : actions_(key)
{
    for (const config::PolicySettings& rule : rules) {
        const auto suffix = dns::Name::parse(rule.suffix.text);
        if (!suffix)
            continue;  // the loader has checked it
        actions_.emplace(*suffix, rule.action);
        longest_ = std::max(longest_, suffix->label_count());
    }
}

std::optional<config::PolicyAction> Policy::action_for(const dns::Name& name) const
{
    for (std::size_t labels = std::min(longest_, name.label_count()) + 1; labels-- > 0;) {
        const auto at = actions_.find(name.ancestor(labels));
        if (at != actions_.end())
            return at->second;
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
