// SPDX-License-Identifier: EUPL-1.2
// The one shared memory of all caches: fixed size, shards by keyed hash, readers without locks, one writer at a time
// in a shard. It keeps octets under keys until they expire or room is needed; what the octets mean is the business of
// answer_cache, delegation_cache and failure_cache. Used by every worker; must never call out, log or block.
//
// A shard has two rings of words and an index. An entry is written once at the head of a ring and never changed:
//
//   probation (10 %)  tail [dead][entry][entry] head        index bucket: 8 slots in one cache line, each
//   main (90 %)       tail [entry][dead][entry] head  <---  fingerprint 16 | touched 1 | ring 1 | position 46
//
// Positions only grow. A reader loads a slot, copies the words it needs and then checks that the ring's tail has not
// passed the position: valid, or a miss. Every shared word is atomic, so there is no data race to begin with; the
// fences in ring.h and shard.cc order words against tails (Boehm, "Can seqlocks get along with programming language
// memory models?", 2012).
//
// Eviction is like S3-FIFO (Yang et al., SOSP 2023): what is new must be hit once while it is in the probation ring to
// get into the main ring, so that a scan of names asked once passes through the small ring only. The slot of what was
// turned away stays as a ghost: asked again, it goes to the main ring at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/base/siphash.h"
#include "resolver/cache/key.h"
#include "resolver/cache/origin.h"
#include "resolver/cache/standing.h"

namespace rw::cache
{

/// Seconds on the cache clock; the owner of the cache decides which clock that is and passes `now` in.
using Seconds = std::uint32_t;

class Shard;
class Words;

/// Room for one value read from the store. Each worker owns one and reuses it, so that a hit allocates nothing.
class Scratch
{
 public:
    Scratch();

 private:
    friend class Store;
    friend class Shard;
    std::unique_ptr<std::uint64_t[]> words_;
};

/// What comes with a value.
struct ValueFacts {
    Seconds expires = 0;  ///< the first second in which the value is not valid any more
    Origin origin;
    /// A valid value of the same root only gives way to a standing that it must (standing.h).
    Standing standing = Standing::unranked();
};

struct Found {
    ValueFacts facts;
    Octets value;  ///< in the scratch: valid until it is used again; starts on an 8-octet boundary
};

struct StoreStats {
    std::uint64_t capacity_octets = 0;  ///< what was configured
    std::uint64_t used_octets = 0;      ///< live and dead entries, index and fixed parts
    std::uint64_t index_octets = 0;     ///< of those, the index: taken from the start, whatever is in it
    std::uint64_t entries = 0;          ///< reachable ones; expired ones count until their room is reused
    std::uint64_t inserted = 0;
    std::uint64_t evicted = 0;   ///< valid entries dropped for room
    std::uint64_t expired = 0;   ///< entries dropped after their time
    std::uint64_t promoted = 0;  ///< from probation to main
    std::uint64_t refused = 0;   ///< too large, or of lower standing than what is there
};

class Store
{
 public:
    /// `octets` bounds everything: index, rings and this object. Less than min_octets counts as min_octets.
    Store(std::size_t octets, const HashKey& secret);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    [[nodiscard]] const HashKey& secret() const { return secret_; }
    [[nodiscard]] Key key(Kind kind, const dns::Name& name, dns::RRType type) const
    {
        return {secret_, kind, name, type};
    }
    [[nodiscard]] Key key(Kind kind, const dns::Name& name) const { return {secret_, kind, name}; }

    /// The value of `key`, if it has not been expired for `stale` seconds or longer. Wait-free; marks the entry as
    /// used.
    [[nodiscard]] std::optional<Found> find(const Key& key, Seconds now, Scratch& scratch, Seconds stale = 0) const;

    /// Keeps `value`, in the place of what `key` had before. False when it is refused: larger than max_value_octets (or
    /// a quarter of a small cache's ring), already expired, or of lower standing than what is there.
    bool insert(const Key& key, const ValueFacts& facts, Octets value, Seconds now);

    /// True when there was something.
    bool remove(const Key& key);
    /// Whether what `key` has does not give way to a value with `facts`.
    [[nodiscard]] bool stands(const Key& key, const ValueFacts& facts, Seconds now) const;
    /// Removes what `key` has; false when that does not give way to a value with `facts`.
    bool remove_outranked(const Key& key, const ValueFacts& facts, Seconds now);
    /// Removes entries for which `matches(kind, lower-case name in wire form, type)`; gives their number. Walks
    /// everything, holding a shard for microseconds at a time: for operators, never on a client's behalf.
    std::size_t remove_if(const std::function<bool(Kind, Octets, dns::RRType)>& matches);
    void clear();

    [[nodiscard]] StoreStats stats() const;

    static constexpr std::size_t min_octets = std::size_t{1} << 20;
    static constexpr std::size_t max_value_octets = 65535;  ///< nothing in DNS is larger than a message

 private:
    [[nodiscard]] Shard& shard_of(const Key& key) const;

    HashKey secret_;
    std::size_t capacity_octets_;
    unsigned shard_bits_;
    std::unique_ptr<Words> words_;
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace rw::cache
