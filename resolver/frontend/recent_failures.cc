// SPDX-License-Identifier: EUPL-1.2
// The ring of failures.
#include "resolver/frontend/recent_failures.h"

#include <algorithm>

namespace rw::frontend
{

void RecentFailures::note(const dns::Question& question, Failure failure, std::string_view detail, Instant now)
{
    const std::uint64_t hash = keyed_hash(key_, question.name);
    const std::scoped_lock lock(mutex_);
    auto at = std::ranges::find_if(entries_, [&](const Entry& entry) {
        const RecentFailure& known = entry.failure;
        return entry.hash == hash && known.failure == failure && known.type == question.type &&
               known.name == question.name;
    });
    if (at == entries_.end()) {
        if (entries_.size() < max_recent_failures) {
            at = entries_.emplace(at);
        } else {
            at = std::ranges::min_element(entries_, {}, [](const Entry& entry) { return entry.failure.last; });
            *at = {};
        }
        at->hash = hash;
        at->failure.name = question.name;
        at->failure.type = question.type;
        at->failure.failure = failure;
    }
    at->failure.detail = detail.substr(0, max_failure_detail);
    at->failure.last = now;
    ++at->failure.count;
}

bool RecentFailures::tell(const dns::Name& zone, Instant now)
{
    constexpr Duration pause = std::chrono::hours{1};
    const std::scoped_lock lock(mutex_);
    const auto at = std::ranges::find(told_, zone, &Told::zone);
    if (at != told_.end() && now - at->last < pause)
        return false;
    if (at != told_.end())
        at->last = now;
    else if (told_.size() < max_told_zones)
        told_.push_back({zone, now});
    else
        *std::ranges::min_element(told_, {}, &Told::last) = {zone, now};
    return true;
}

std::vector<RecentFailure> RecentFailures::latest(std::size_t limit) const
{
    std::vector<RecentFailure> all;
    {
        const std::scoped_lock lock(mutex_);
        all.reserve(entries_.size());
        for (const Entry& entry : entries_)
            all.push_back(entry.failure);
    }
    std::ranges::sort(all, std::greater{}, &RecentFailure::last);
    if (all.size() > limit)
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
    return all;
}

}  // namespace rw::frontend
