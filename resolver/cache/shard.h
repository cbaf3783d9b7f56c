// SPDX-License-Identifier: EUPL-1.2
// One shard of the store (store.h tells how it works): the index, the two rings, and the rules of eviction. Belongs to
// Store alone. find() runs on any thread at any time; everything else takes the shard's mutex, under which nothing is
// called that could block but for new pages, which the kernel hands out while a ring is filled for the first time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "resolver/cache/key.h"
#include "resolver/cache/layout.h"
#include "resolver/cache/ring.h"
#include "resolver/cache/store.h"

namespace rw::cache
{

class Shard
{
 public:
    /// `index` is whole buckets.
    Shard(WordSpan index, WordSpan rings, const HashKey& secret);

    static constexpr std::size_t bucket_slots = 8;

    std::optional<Found> find(const Key& key, Seconds now, Scratch& scratch, Seconds stale) const;
    bool insert(const Key& key, const ValueFacts& facts, Octets value, Seconds now);
    bool stands(const Key& key, const ValueFacts& facts, Seconds now) const;
    bool remove(const Key& key);
    bool remove_outranked(const Key& key, const ValueFacts& facts, Seconds now);
    std::size_t remove_if(const std::function<bool(Kind, Octets, dns::RRType)>& matches);
    void clear();
    void add_stats(StoreStats& total) const;

 private:
    [[nodiscard]] Ring& ring_at(RingNumber number) { return rings_[std::to_underlying(number)]; }
    [[nodiscard]] const Ring& ring_at(RingNumber number) const { return rings_[std::to_underlying(number)]; }
    /// First slot of the bucket of `hash`.
    [[nodiscard]] std::size_t bucket_of(std::uint64_t hash) const;
    static std::uint16_t fingerprint_of(std::uint64_t hash);

    [[nodiscard]] bool read(const Slot& slot, const Key& key, Scratch& scratch, Found& found) const;
    /// For the writer: the slot that holds `key`.
    [[nodiscard]] std::optional<std::size_t> slot_of(const Key& key) const;
    [[nodiscard]] bool is_live(const Slot& slot) const { return ring_at(slot.ring).is_live(slot.position); }
    [[nodiscard]] bool is_outdated_ghost(const Slot& slot) const;
    [[nodiscard]] std::uint64_t first_word_of(const Slot& slot) const;
    /// The rest of an insertion or exchange, under the mutex; false when the value is too large or expired.
    bool put(const Key& key, std::optional<std::size_t> old, const ValueFacts& facts, Octets value, Seconds now);
    [[nodiscard]] bool outranks(const Slot& slot, const ValueFacts& facts, Seconds now) const;
    /// Copies the key of the entry at `offset`; gives its size in octets.
    std::size_t copy_key(const Ring& ring, std::size_t offset, std::array<std::uint64_t, Key::max_words>& to) const;

    [[nodiscard]] RingNumber ring_for(const Key& key, std::optional<std::size_t> old, std::size_t words) const;
    void make_room(RingNumber number, std::size_t words, Seconds now);
    void drop_tail(RingNumber number, Seconds now, unsigned& second_chances);
    /// The slot of the entry at `position`, of which nothing but the key is known; nothing when it has been replaced.
    [[nodiscard]] std::optional<std::size_t> slot_at(RingNumber number, Position position) const;
    void move(const Slot& from, std::size_t slot, std::size_t words);
    void write(const Ring& ring, Position position, const Key& key, const ValueFacts& facts, Octets value);
    std::size_t slot_to_fill(const Key& key, Seconds now);
    void forget(std::size_t slot);

    WordSpan index_;
    std::size_t buckets_;
    HashKey secret_;
    std::array<Ring, 2> rings_;
    alignas(64) mutable std::mutex mutex_;
    StoreStats counters_;
};

}  // namespace rw::cache
