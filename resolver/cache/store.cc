// SPDX-License-Identifier: EUPL-1.2
// Dividing the memory among shards.
#include "resolver/cache/store.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "resolver/cache/shard.h"
#include "resolver/cache/words.h"

namespace rw::cache
{

namespace
{

/// Enough shards that writers seldom meet, few enough that each can hold the largest entry many times over.
constexpr std::size_t shard_octets = std::size_t{4} << 20;
constexpr unsigned max_shard_bits = 6;
/// A slot for every 56 octets of ring: the smallest entries are 56 to 72 octets, and buckets of 8 do not fill evenly.
constexpr std::size_t index_share = 8;

unsigned shard_bits_for(std::size_t octets)
{
    const auto bits = static_cast<unsigned>(std::bit_width(std::max<std::size_t>(octets / shard_octets, 1))) - 1;
    return std::min(bits, max_shard_bits);
}

}  // namespace

Scratch::Scratch() : words_(std::make_unique_for_overwrite<std::uint64_t[]>(Store::max_value_octets / 8 + 1)) {}

Store::Store(std::size_t octets, const HashKey& secret)
    : secret_(secret), capacity_octets_(std::max(octets, min_octets)), shard_bits_(shard_bits_for(capacity_octets_))
{
    const std::size_t shards = std::size_t{1} << shard_bits_;
    const std::size_t fixed = sizeof(Store) + shards * (sizeof(Shard) + sizeof shards_[0]);
    // The index of each shard is whole buckets, which are cache lines; all indexes stand together, in front of the
    // rings.
    const std::size_t words = (capacity_octets_ - fixed) / sizeof(std::uint64_t) / shards;
    const std::size_t index = words / index_share / Shard::bucket_slots * Shard::bucket_slots;
    const std::size_t rings = words - index;
    words_ = std::make_unique<Words>(words * shards, index * shards);
    shards_.reserve(shards);
    for (std::size_t i = 0; i < shards; ++i) {
        shards_.push_back(std::make_unique<Shard>(words_->span().part(i * index, index),
                                                  words_->span().part(shards * index + i * rings, rings), secret));
    }
}

Store::~Store() = default;

Shard& Store::shard_of(const Key& key) const
{
    // Two shifts, because shifting by 64 is not defined.
    return *shards_[key.hash() >> 1 >> (63 - shard_bits_)];
}

std::optional<Found> Store::find(const Key& key, Seconds now, Scratch& scratch, Seconds stale) const
{
    return shard_of(key).find(key, now, scratch, stale);
}

bool Store::insert(const Key& key, const ValueFacts& facts, Octets value, Seconds now)
{
    return shard_of(key).insert(key, facts, value, now);
}

bool Store::stands(const Key& key, const ValueFacts& facts, Seconds now) const
{
    return shard_of(key).stands(key, facts, now);
}

bool Store::remove(const Key& key)
{
    return shard_of(key).remove(key);
}

bool Store::remove_outranked(const Key& key, const ValueFacts& facts, Seconds now)
{
    return shard_of(key).remove_outranked(key, facts, now);
}

std::size_t Store::remove_if(const std::function<bool(Kind, Octets, dns::RRType)>& matches)
{
    std::size_t removed = 0;
    for (const auto& shard : shards_)
        removed += shard->remove_if(matches);
    return removed;
}

void Store::clear()
{
    for (const auto& shard : shards_)
        shard->clear();
}

StoreStats Store::stats() const
{
    StoreStats total;
    total.capacity_octets = capacity_octets_;
    total.used_octets = sizeof(Store) + shards_.size() * (sizeof(Shard) + sizeof shards_[0]);
    for (const auto& shard : shards_)
        shard->add_stats(total);
    return total;
}

}  // namespace rw::cache
