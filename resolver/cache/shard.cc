// SPDX-License-Identifier: EUPL-1.2
// Index, rings and eviction of one shard.
#include "resolver/cache/shard.h"

#include <algorithm>
#include <cstring>

namespace rw::cache
{

namespace
{

constexpr std::size_t probation_share = 10;
/// Entries that one insertion may move from the tail of the main ring to its head. Bounds the time a writer holds the
/// shard when everything in the ring has been used.
constexpr unsigned max_second_chances = 32;

}  // namespace

Shard::Shard(WordSpan index, WordSpan rings, const HashKey& secret)
    : index_(index),
      buckets_(index.size() / bucket_slots),
      secret_(secret),
      rings_{Ring(rings.part(0, rings.size() / probation_share)),
             Ring(rings.part(rings.size() / probation_share, rings.size() - rings.size() / probation_share))}
{
}

std::size_t Shard::bucket_of(std::uint64_t hash) const
{
    // Bits 16 to 47; those above choose the shard, those below are the fingerprint.
    return ((hash >> 16 & 0xffffffff) * buckets_ >> 32) * bucket_slots;
}

std::uint16_t Shard::fingerprint_of(std::uint64_t hash)
{
    return std::max<std::uint16_t>(static_cast<std::uint16_t>(hash), 1);  // 0 would look like an empty slot
}

bool Shard::read(const Slot& slot, const Key& key, Scratch& scratch, Found& found) const
{
    const Ring& ring = ring_at(slot.ring);
    const WordSpan& words = ring.words();
    // Whatever is read may be overwritten meanwhile: nothing is believed before the tail has been looked at below, but
    // sizes are kept inside the ring and the scratch at once.
    const std::size_t at = ring.offset(slot.position);
    const std::uint64_t first = words.load(at);
    const std::size_t count = entry_words(first);
    if (key_octets_of(first) != key.size() || at + count > words.size())
        return false;
    const std::size_t key_words = key.word_count();
    for (std::size_t i = 0; i < key_words; ++i) {
        if (words.load(at + header_words + i) != key.words()[i])
            return false;
    }
    const std::uint64_t second = words.load(at + 1);
    std::uint64_t* to = scratch.words_.get();
    for (std::size_t i = header_words + key_words; i < count; ++i)
        *to++ = words.load(at + i);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (!ring.is_live(slot.position))
        return false;
    found.facts = {expires_of(first),
                   {static_cast<std::uint32_t>(second >> 32), static_cast<std::uint32_t>(second)},
                   standing_of(first)};
    found.value = {reinterpret_cast<const std::uint8_t*>(scratch.words_.get()), value_octets_of(first)};
    return true;
}

std::optional<Found> Shard::find(const Key& key, Seconds now, Scratch& scratch, Seconds stale) const
{
    const std::size_t bucket = bucket_of(key.hash());
    const std::uint16_t fingerprint = fingerprint_of(key.hash());
    for (std::size_t i = bucket; i < bucket + bucket_slots; ++i) {
        std::uint64_t word = index_[i].load(std::memory_order_acquire);
        // A slot that changed while its entry was read is looked at again: the entry may only have moved.
        for (unsigned attempt = 0; attempt < 3 && word >> 48 == fingerprint; ++attempt) {
            Found found;
            if (read(Slot::decode(word), key, scratch, found)) {
                if (std::uint64_t{found.facts.expires} + stale <= now)
                    return std::nullopt;
                Slot slot = Slot::decode(word);
                if (!slot.touched) {
                    slot.touched = true;
                    // Fails when the writer changed the slot meanwhile, which then was not about this use.
                    index_[i].compare_exchange_strong(word, slot.encode(), std::memory_order_relaxed);
                }
                return found;
            }
            const std::uint64_t before = word;
            word = index_[i].load(std::memory_order_acquire);
            if (word == before)
                break;
        }
    }
    return std::nullopt;
}

std::uint64_t Shard::first_word_of(const Slot& slot) const
{
    const Ring& ring = ring_at(slot.ring);
    return ring.words().load(ring.offset(slot.position));
}

std::optional<std::size_t> Shard::slot_of(const Key& key) const
{
    const std::size_t bucket = bucket_of(key.hash());
    const std::uint16_t fingerprint = fingerprint_of(key.hash());
    std::array<std::uint64_t, Key::max_words> other{};
    for (std::size_t i = bucket; i < bucket + bucket_slots; ++i) {
        const std::uint64_t word = index_.load(i);
        const Slot slot = Slot::decode(word);
        if (slot.fingerprint != fingerprint || !is_live(slot))
            continue;
        const Ring& ring = ring_at(slot.ring);
        if (copy_key(ring, ring.offset(slot.position), other) == key.size() &&
            std::memcmp(other.data(), key.words(), key.size()) == 0)
            return i;
    }
    return std::nullopt;
}

std::size_t Shard::copy_key(const Ring& ring, std::size_t offset, std::array<std::uint64_t, Key::max_words>& to) const
{
    const std::size_t octets = key_octets_of(ring.words().load(offset));
    for (std::size_t i = 0; i < words_for(octets); ++i)
        to[i] = ring.words().load(offset + header_words + i);
    return octets;
}

bool Shard::outranks(const Slot& slot, const ValueFacts& facts, Seconds now) const
{
    const Ring& ring = ring_at(slot.ring);
    const std::size_t at = ring.offset(slot.position);
    const std::uint64_t first = ring.words().load(at);
    const auto root = static_cast<std::uint32_t>(ring.words().load(at + 1) >> 32);
    return expires_of(first) > now && root == facts.origin.root && !standing_of(first).gives_way_to(facts.standing);
}

bool Shard::insert(const Key& key, const ValueFacts& facts, Octets value, Seconds now)
{
    const std::scoped_lock lock(mutex_);
    const auto old = slot_of(key);
    if (old && outranks(Slot::decode(index_.load(*old)), facts, now)) {
        ++counters_.refused;
        return false;
    }
    return put(key, old, facts, value, now);
}

bool Shard::put(const Key& key, std::optional<std::size_t> old, const ValueFacts& facts, Octets value, Seconds now)
{
    const std::size_t words = entry_words(key.size(), value.size());
    if (value.size() > Store::max_value_octets || words > ring_at(RingNumber::main).words().size() / 4 ||
        facts.expires <= now) {
        ++counters_.refused;
        return false;
    }
    const RingNumber number = ring_for(key, old, words);
    make_room(number, words, now);
    const Position position = ring_at(number).place(words);
    write(ring_at(number), position, key, facts, value);
    const Slot slot{fingerprint_of(key.hash()), false, number, position};
    index_[slot_to_fill(key, now)].store(slot.encode(), std::memory_order_release);
    ++counters_.inserted;
    return true;
}

RingNumber Shard::ring_for(const Key& key, std::optional<std::size_t> old, std::size_t words) const
{
    if (words > ring_at(RingNumber::probation).words().size() / 4)
        return RingNumber::main;
    if (old) {
        const Slot slot = Slot::decode(index_.load(*old));
        return slot.touched ? RingNumber::main : slot.ring;
    }
    // The ghost of what was turned away a short while ago: wanted again, so it is no scan.
    const std::size_t bucket = bucket_of(key.hash());
    for (std::size_t i = bucket; i < bucket + bucket_slots; ++i) {
        const Slot slot = Slot::decode(index_.load(i));
        if (slot.fingerprint == fingerprint_of(key.hash()) && !is_live(slot))
            return RingNumber::main;
    }
    return RingNumber::probation;
}

void Shard::make_room(RingNumber number, std::size_t words, Seconds now)
{
    unsigned second_chances = max_second_chances;
    while (!ring_at(number).fits(words))
        drop_tail(number, now, second_chances);
}

std::optional<std::size_t> Shard::slot_at(RingNumber number, Position position) const
{
    const Ring& ring = ring_at(number);
    std::array<std::uint64_t, Key::max_words> key{};
    const std::size_t octets = copy_key(ring, ring.offset(position), key);
    const std::size_t bucket = bucket_of(siphash(secret_, {reinterpret_cast<const std::uint8_t*>(key.data()), octets}));
    for (std::size_t i = bucket; i < bucket + bucket_slots; ++i) {
        const Slot slot = Slot::decode(index_.load(i));
        if (slot.fingerprint != 0 && slot.ring == number && slot.position == position)
            return i;
    }
    return std::nullopt;
}

/// Takes the oldest entry out of a ring, or moves it on if it deserves that.
void Shard::drop_tail(RingNumber number, Seconds now, unsigned& second_chances)
{
    Ring& ring = ring_at(number);
    if (ring.tail_at_end_of_lap()) {
        ring.drop_rest_of_lap();
        return;
    }
    const std::uint64_t first = ring.words().load(ring.offset(ring.tail()));
    const std::size_t words = entry_words(first);
    const auto found = slot_at(number, ring.tail());
    if (!found) {  // replaced or removed
        ring.drop(words);
        return;
    }
    const Slot slot = Slot::decode(index_.load(*found));
    if (expires_of(first) <= now) {
        ++counters_.expired;
        forget(*found);
        ring.drop(words);
    } else if (number == RingNumber::probation && (slot.touched || ring_at(RingNumber::main).fits(words))) {
        make_room(RingNumber::main, words, now);
        ++counters_.promoted;
        move(slot, *found, words);
        ring.drop(words);
    } else if (number == RingNumber::probation) {
        ++counters_.evicted;
        --counters_.entries;
        ring.drop(words);  // the slot stays as a ghost
    } else {
        ring.drop(words);
        if (slot.touched && second_chances > 0 && ring.fits(words)) {
            --second_chances;
            move(slot, *found, words);
        } else {
            ++counters_.evicted;
            forget(*found);
        }
    }
}

/// Copies an entry to the head of the main ring, which must have room. Within the main ring the head is behind the
/// tail, so copying upwards never overwrites what is still to be read.
void Shard::move(const Slot& from, std::size_t slot, std::size_t words)
{
    const Ring& source = ring_at(from.ring);
    Ring& target = ring_at(RingNumber::main);
    const Position position = target.place(words);
    const std::size_t read_at = source.offset(from.position);
    const std::size_t write_at = target.offset(position);
    for (std::size_t i = 0; i < words; ++i)
        target.words().store(write_at + i, source.words().load(read_at + i));
    const Slot moved{from.fingerprint, false, RingNumber::main, position};
    index_[slot].store(moved.encode(), std::memory_order_release);
}

void Shard::write(const Ring& ring, Position position, const Key& key, const ValueFacts& facts, Octets value)
{
    const WordSpan& words = ring.words();
    std::size_t at = ring.offset(position);
    words.store(at++, first_word(facts, key.size(), value.size()));
    words.store(at++, std::uint64_t{facts.origin.root} << 32 | facts.origin.lineage);
    for (std::size_t i = 0; i < key.word_count(); ++i)
        words.store(at++, key.words()[i]);
    while (!value.empty()) {
        std::uint64_t word = 0;
        const std::size_t count = std::min(value.size(), sizeof word);
        std::memcpy(&word, value.data(), count);
        words.store(at++, word);
        value = value.subspan(count);
    }
}

/// The slot for a new entry of `key`: its own, a free one, or the one whose entry is missed least: expired, then not
/// used since it came, then the oldest.
std::size_t Shard::slot_to_fill(const Key& key, Seconds now)
{
    if (const auto own = slot_of(key))
        return *own;
    const std::size_t bucket = bucket_of(key.hash());
    const std::uint16_t fingerprint = fingerprint_of(key.hash());
    std::size_t best = bucket;
    std::uint64_t lowest = UINT64_MAX;
    for (std::size_t i = bucket; i < bucket + bucket_slots; ++i) {
        const std::uint64_t word = index_.load(i);
        const Slot slot = Slot::decode(word);
        std::uint64_t worth = 0;
        if (word == 0) {
            worth = 1;
        } else if (is_outdated_ghost(slot)) {
            index_.store(i, 0);
            worth = 1;
        } else if (!is_live(slot)) {
            // A ghost: its own first, then the oldest (the one farthest behind the tail).
            worth = slot.fingerprint == fingerprint ? 0 : 2 + ring_at(slot.ring).distance(slot.position);
        } else if (expires_of(first_word_of(slot)) <= now) {
            worth = std::uint64_t{1} << 60;
        } else {
            worth = std::uint64_t{1} << 61 | std::uint64_t{slot.touched} << 48 |
                    std::uint64_t{slot.ring == RingNumber::main} << 47 | ring_at(slot.ring).distance(slot.position);
        }
        if (worth < lowest) {
            lowest = worth;
            best = i;
        }
    }
    const std::uint64_t word = index_.load(best);
    if (word != 0 && is_live(Slot::decode(word)))
        ++(expires_of(first_word_of(Slot::decode(word))) <= now ? counters_.expired : counters_.evicted);
    else
        ++counters_.entries;
    return best;
}

/// A ghost says something for as long as the main ring takes to turn over. It also must go before positions come round
/// again (after 2^45 words); every insertion into its bucket sees to that.
bool Shard::is_outdated_ghost(const Slot& slot) const
{
    const Position behind = (ring_at(slot.ring).tail() - slot.position) & position_mask;
    return !is_live(slot) && behind > ring_at(RingNumber::main).words().size();
}

void Shard::forget(std::size_t slot)
{
    --counters_.entries;
    index_[slot].store(0, std::memory_order_release);
}

bool Shard::remove(const Key& key)
{
    const std::scoped_lock lock(mutex_);
    const auto slot = slot_of(key);
    if (slot)
        forget(*slot);
    return slot.has_value();
}

bool Shard::remove_outranked(const Key& key, const ValueFacts& facts, Seconds now)
{
    const std::scoped_lock lock(mutex_);
    const auto slot = slot_of(key);
    if (!slot)
        return true;
    if (outranks(Slot::decode(index_.load(*slot)), facts, now))
        return false;
    forget(*slot);
    return true;
}

bool Shard::stands(const Key& key, const ValueFacts& facts, Seconds now) const
{
    const std::scoped_lock lock(mutex_);
    const auto slot = slot_of(key);
    return slot && outranks(Slot::decode(index_.load(*slot)), facts, now);
}

std::size_t Shard::remove_if(const std::function<bool(Kind, Octets, dns::RRType)>& matches)
{
    constexpr std::size_t slots_at_a_time = 64 * bucket_slots;  // a few microseconds under the mutex
    std::size_t removed = 0;
    std::array<std::uint64_t, Key::max_words> key{};
    const auto* octets = reinterpret_cast<const std::uint8_t*>(key.data());
    for (std::size_t from = 0; from < index_.size(); from += slots_at_a_time) {
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = from; i < std::min(from + slots_at_a_time, index_.size()); ++i) {
            const Slot slot = Slot::decode(index_.load(i));
            if (slot.fingerprint == 0 || !is_live(slot))
                continue;
            const std::size_t size = copy_key(ring_at(slot.ring), ring_at(slot.ring).offset(slot.position), key);
            if (matches(static_cast<Kind>(octets[0]), {octets + Key::name_at, size - Key::name_at},
                        dns::RRType{load_u16(octets + 1)})) {
                forget(i);
                ++removed;
            }
        }
    }
    return removed;
}

void Shard::clear()
{
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < index_.size(); ++i)
        index_.store(i, 0);
    for (Ring& ring : rings_)
        ring.drop_all();
    counters_.entries = 0;
}

void Shard::add_stats(StoreStats& total) const
{
    const std::scoped_lock lock(mutex_);
    total.index_octets += index_.size() * sizeof(std::uint64_t);
    total.used_octets += (index_.size() + rings_[0].used() + rings_[1].used()) * sizeof(std::uint64_t);
    total.entries += counters_.entries;
    total.inserted += counters_.inserted;
    total.evicted += counters_.evicted;
    total.expired += counters_.expired;
    total.promoted += counters_.promoted;
    total.refused += counters_.refused;
}

}  // namespace rw::cache
