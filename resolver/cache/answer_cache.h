// SPDX-License-Identifier: EUPL-1.2
// Answers by name and type: which entry answers a question, how long it is kept, and what may replace what. The fast
// path reads it, the iterator (after validation) writes it. Only answers to questions come in here; what referrals say
// about servers belongs into the delegation cache.
//
// Two look-ups at most: (name, type), then (name, every type), under which an alias and NXDOMAIN are kept: both speak
// for all types of the name.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "resolver/cache/entry.h"
#include "resolver/cache/store.h"

namespace rw::cache
{

/// Seconds; see cache.min-ttl, cache.max-ttl and cache.max-negative-ttl.
struct TtlLimits {
    std::uint32_t min_ttl = 0;
    std::uint32_t max_ttl = 86400;          ///< bounds how long a withdrawn name lives on (RFC 8767 §4: 7 days at most)
    std::uint32_t max_negative_ttl = 3600;  ///< RFC 2308 §5: 1 to 3 hours work well
};

struct FoundAnswer {
    EntryView entry;
    Origin origin;
};

class AnswerCache
{
 public:
    /// `store` must outlive the cache.
    AnswerCache(Store& store, const TtlLimits& limits) : store_(store) { set_limits(limits); }

    /// From any thread; entries that are there keep their time.
    void set_limits(const TtlLimits& limits)
    {
        min_ttl_.store(limits.min_ttl, std::memory_order_relaxed);
        max_ttl_.store(limits.max_ttl, std::memory_order_relaxed);
        max_negative_ttl_.store(limits.max_negative_ttl, std::memory_order_relaxed);
    }

    [[nodiscard]] const HashKey& secret() const { return store_.secret(); }

    /// Key of a question, for find() and for tables of questions in flight.
    [[nodiscard]] Key key(const dns::Name& name, dns::RRType type) const
    {
        return store_.key(Kind::answer, name, type);
    }

    /// What is known for the question of `key`: an answer of its own, or an alias or NXDOMAIN of the name. The entry is
    /// valid until `scratch` is used again. `stale`: accept what has expired less than so many seconds ago (RFC 8767).
    [[nodiscard]] std::optional<FoundAnswer> find(const Key& key, Seconds now, const RootView& root, Scratch& scratch,
                                                  Seconds stale = 0) const;
    [[nodiscard]] std::optional<FoundAnswer> find(const dns::Name& name, dns::RRType type, Seconds now,
                                                  const RootView& root, Scratch& scratch, Seconds stale = 0) const
    {
        return find(key(name, type), now, root, scratch, stale);
    }

    /// An ancestor of `name` that is known not to exist (RFC 8020). Only from secure NXDOMAIN without opt-out: an
    /// insecure one may be the mistake of a server that does not know empty non-terminals. For the miss path.
    struct Ancestor {
        FoundAnswer found;
        std::size_t labels = 0;  ///< of the ancestor; its base in a reply is 12 + name.offset_of_ancestor(labels)
    };
    [[nodiscard]] std::optional<Ancestor> find_cut(const dns::Name& name, Seconds now, const RootView& root,
                                                   Scratch& scratch) const;

    /// A secure DNAME above `name`, at or below `edge`: it says where every name below it leads (RFC 6672 §3.4). Of several
    /// the highest, below which no other may stand. For the miss path.
    [[nodiscard]] std::optional<Ancestor> find_dname(const dns::Name& name, const dns::Name& edge, Seconds now,
                                                     const RootView& root, Scratch& scratch) const;

    /// How long `answer` may be kept: the lowest TTL of its records within the limits; a denial also at most the SOA's
    /// MINIMUM (RFC 2308 §5), and without SOA not at all. Bogus data at most a minute (RFC 4035 §4.7).
    [[nodiscard]] std::uint32_t ttl_of(const Answer& answer) const;

    /// What became of an answer.
    enum class Kept : std::uint8_t {
        kept,
        outranked,   ///< what is cached for the name is to be trusted more (standing.h): nobody should get this one
        not_to_keep  ///< TTL 0, or too large: it ends what was there all the same
    };
    /// Keeps `answer` as learnt under `origin`, unless what is there does not give way to it.
    Kept insert(const Answer& answer, const Origin& origin, Seconds now);

    /// Forgets every type of `name`.
    void flush_name(const dns::Name& name);

    [[nodiscard]] TtlLimits limits() const
    {
        return {min_ttl_.load(std::memory_order_relaxed), max_ttl_.load(std::memory_order_relaxed),
                max_negative_ttl_.load(std::memory_order_relaxed)};
    }

 private:
    [[nodiscard]] std::optional<FoundAnswer> find_exact(const Key& key, Seconds now, const RootView& root,
                                                        Scratch& scratch, Seconds stale) const;
    [[nodiscard]] bool is_contradicted(const Answer& answer, const Key& own, const ValueFacts& facts,
                                       Seconds now) const;

    Store& store_;
    // each by itself: a reload between two of them harms nothing
    std::atomic<std::uint32_t> min_ttl_;
    std::atomic<std::uint32_t> max_ttl_;
    std::atomic<std::uint32_t> max_negative_ttl_;
};

/// The same for several zones in one walk, however many they are.
std::size_t flush_zones(Store& store, const std::vector<dns::Name>& zones);
/// Removes all that is cached for `zone` and the names below it, of every kind; gives the number of entries.
std::size_t flush_zone(Store& store, const dns::Name& zone);

}  // namespace rw::cache
