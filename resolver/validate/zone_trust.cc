// SPDX-License-Identifier: EUPL-1.2
// The cache of zone security.
#include "resolver/validate/zone_trust.h"

#include <utility>

namespace rw::validate
{

namespace
{

/// Nodes of list and table, and the allocator's own words.
constexpr std::size_t node_octets = 160;

}  // namespace

std::size_t ZoneTrust::octets() const
{
    std::size_t sum = sizeof(ZoneTrust) + sentence.size() + keys.vouched().octet_count();
    for (const dnssec::PublicKey& key : keys.keys())
        sum += key.octets();
    return sum;
}

SharedTrust TrustCache::find(const dns::Name& name, Instant now, std::uint64_t generation)
{
    if (!is_current(generation))
        return nullptr;
    const Entry* entry = find_live(name, now);
    if (entry == nullptr || entry->trust)
        return entry != nullptr ? entry->trust : nullptr;
    const dns::Name zone = entry->zone;
    const Entry* around = find_live(zone, now);
    return around != nullptr ? around->trust : nullptr;
}

SharedTrust TrustCache::find_deciding(const dns::Name& name, const dns::Name& start, Instant now,
                                      std::uint64_t generation)
{
    for (std::size_t labels = name.label_count() + 1; labels-- > start.label_count();) {
        SharedTrust known = find(name.ancestor(labels), now, generation);
        // Everything below an insecure zone is insecure, below a bogus one bogus; below a secure one it depends.
        if (known && (labels == name.label_count() || !known->is_secure()))
            return known;
    }
    return nullptr;
}

const TrustCache::Entry* TrustCache::find_live(const dns::Name& name, Instant now)
{
    const auto at = entries_.find(name);
    if (at == entries_.end())
        return nullptr;
    const std::list<Entry>::iterator entry = at->second;
    if (entry->expires <= now) {
        remove(entry);
        return nullptr;
    }
    order_.splice(order_.begin(), order_, entry);
    return &*entry;
}

void TrustCache::insert(SharedTrust trust, std::uint64_t generation)
{
    const dns::Name zone = trust->zone;
    const Instant expires = trust->expires;
    const std::size_t octets = trust->octets();
    if (is_current(generation))
        put({zone, std::move(trust), zone, expires, octets});
}

void TrustCache::insert_inside(const dns::Name& name, const dns::Name& zone, Instant expires, std::uint64_t generation)
{
    if (is_current(generation))
        put({name, nullptr, zone, expires, 0});
}

void TrustCache::forget(const dns::Name& name)
{
    if (const auto known = entries_.find(name); known != entries_.end())
        remove(known->second);
}

void TrustCache::put(Entry entry)
{
    entry.octets += sizeof(Entry) + sizeof(dns::Name) + node_octets;
    if (const auto known = entries_.find(entry.name); known != entries_.end())
        remove(known->second);
    octets_ += entry.octets;
    order_.push_front(std::move(entry));
    entries_.emplace(order_.front().name, order_.begin());
    while (octets_ > max_octets && order_.size() > 1)
        remove(std::prev(order_.end()));
}

void TrustCache::remove(std::list<Entry>::iterator entry)
{
    octets_ -= entry->octets;
    entries_.erase(entry->name);
    order_.erase(entry);
}

bool TrustCache::is_current(std::uint64_t generation)
{
    if (generation <= generation_)
        return generation == generation_;
    order_.clear();
    entries_.clear();
    octets_ = 0;
    generation_ = generation;
    return true;
}

}  // namespace rw::validate
