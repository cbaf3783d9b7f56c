// SPDX-License-Identifier: EUPL-1.2
// What is known about the security of a zone, and the cache of that: decoded keys of secure zones, insecure and bogus
// ones, and names that are no zone cut. One cache for each worker, because decoded keys belong to a thread. Filled by
// trust_walk, asked for every signature.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "resolver/base/clock.h"
#include "resolver/base/failure.h"
#include "resolver/base/keyed_table.h"
#include "resolver/cache/entry.h"
#include "resolver/dnssec/verify.h"

namespace rw::validate
{

struct ZoneTrust {
    dns::Name zone;  ///< the zone this is about, which may lie above the name that was asked for
    cache::Security security = cache::Security::indeterminate;
    dnssec::ZoneKeys keys;  ///< of a secure zone
    Instant expires = Instant::max();
    Failure failure = Failure::bogus;  ///< of a bogus one
    std::string sentence;              ///< why bogus or insecure, for people
    bool too_many_iterations = false;  ///< insecure because of NSEC3 iterations (EDE 27)

    [[nodiscard]] bool is_secure() const { return security == cache::Security::secure; }
};

/// Keys are changed by using them (their contexts), hence not const.
using SharedTrust = std::shared_ptr<ZoneTrust>;

class TrustCache
{
 public:
    /// Names kept per worker: 4,000. A secure zone takes about 1 kB, with RSA keys 6 kB, so 24 MB at most; a busy
    /// resolver meets some hundred signed zones an hour. Attack: many signed zones of one attacker push others out,
    /// which costs us two queries for each, no more.
    static constexpr std::size_t max_names = 4000;
    /// A bogus zone is tried again after 30 s: long enough that its names in turn do not cost a walk each (RFC 9520).
    static constexpr Duration bogus_time = std::chrono::seconds{30};

    explicit TrustCache(const HashKey& key) : entries_(key) {}

    [[nodiscard]] SharedTrust find(const dns::Name& name, Instant now, std::uint64_t generation);
    /// Keeps `trust` under `name`, which may be a name inside the zone, until `expires` or the trust itself ends.
    void insert(const dns::Name& name, SharedTrust trust, Instant expires, std::uint64_t generation);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
    struct Entry {
        dns::Name name;
        SharedTrust trust;
        Instant expires;
    };
    void forget_all_of_older(std::uint64_t generation);

    std::list<Entry> order_;  // most recently used first
    KeyedMap<dns::Name, std::list<Entry>::iterator> entries_;
    std::uint64_t generation_ = 0;
};

}  // namespace rw::validate
