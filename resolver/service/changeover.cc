// SPDX-License-Identifier: EUPL-1.2
// Which names change hands, and forgetting what was known of them.
#include "resolver/service/changeover.h"

#include <algorithm>

#include "resolver/service/shared.h"

namespace rw::service
{

void Changeover::begin(const std::shared_ptr<const Configuration>& next)
{
    const auto before = shared_.configuration();
    shared_.replace(next);
    const std::vector<dns::Name> names = changed_names(before->settings, next->settings);
    changed_.insert(changed_.end(), names.begin(), names.end());
    std::ranges::sort(changed_);
    const auto repeated = std::ranges::unique(changed_);
    changed_.erase(repeated.begin(), repeated.end());
}

void Changeover::forget_changed()
{
    if (!changed_.empty())
        shared_.forget(changed_);
    // With other settings what failed, perhaps behind an alias elsewhere, may not fail any more.
    shared_.forget_failures();
}

void Changeover::end()
{
    if (!changed_.empty())
        forget_changed();
    changed_.clear();
}

}  // namespace rw::service
