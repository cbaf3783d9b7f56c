// SPDX-License-Identifier: EUPL-1.2
// The cache of zone security.
#include "resolver/validate/zone_trust.h"

namespace rw::validate
{

SharedTrust TrustCache::find(const dns::Name& name, Instant now, std::uint64_t generation)
{
    forget_all_of_older(generation);
    const auto at = entries_.find(name);
    if (at == entries_.end())
        return nullptr;
    if (at->second->expires <= now) {
        order_.erase(at->second);
        entries_.erase(at);
        return nullptr;
    }
    order_.splice(order_.begin(), order_, at->second);
    return at->second->trust;
}

void TrustCache::insert(const dns::Name& name, SharedTrust trust, Instant expires, std::uint64_t generation)
{
    forget_all_of_older(generation);
    const Instant end = std::min(expires, trust->expires);
    const auto at = entries_.find(name);
    if (at != entries_.end()) {
        at->second->trust = std::move(trust);
        at->second->expires = end;
        return;
    }
    if (entries_.size() >= max_names) {
        entries_.erase(order_.back().name);
        order_.pop_back();
    }
    order_.push_front({name, std::move(trust), end});
    entries_.emplace(name, order_.begin());
}

void TrustCache::forget_all_of_older(std::uint64_t generation)
{
    if (generation == generation_)
        return;
    order_.clear();
    entries_.clear();
    generation_ = generation;
}

}  // namespace rw::validate
