// SPDX-License-Identifier: EUPL-1.2
// What is known about the security of a zone, and the cache of that: decoded keys of secure zones, insecure and bogus
// ones, and names that are no zone cut. One cache per worker, because decoded keys belong to a thread. Filled by
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
    Instant made{};         ///< when it was concluded, from what was known of the zone above then
    Instant expires = Instant::max();
    Failure failure = Failure::bogus;  ///< of a bogus one
    std::string sentence;              ///< why bogus or insecure, for people
    bool too_many_iterations = false;  ///< insecure because of NSEC3 iterations (EDE 27)

    [[nodiscard]] bool is_secure() const { return security == cache::Security::secure; }
    /// What it takes, decoded keys included.
    [[nodiscard]] std::size_t octets() const;
};

/// Keys are changed by using them (their contexts), hence not const.
using SharedTrust = std::shared_ptr<ZoneTrust>;

class TrustCache
{
 public:
    /// Octets kept per worker: 16 MiB. A secure zone takes some 3 kB, with RSA keys 12 kB, so that 1,500 to 5,000 fit;
    /// a busy resolver meets some hundred signed zones per hour. Attack: many signed zones of one attacker, each with
    /// as many keys as a message holds, push others out; DS and DNSKEY of those are in the shared cache still, and no
    /// query is needed.
    static constexpr std::size_t max_octets = std::size_t{16} << 20;
    /// A bogus zone is tried again after 30 s: long enough that its names in turn do not cost a walk each (RFC 9520).
    static constexpr Duration bogus_time = std::chrono::seconds{30};

    explicit TrustCache(const HashKey& key) : entries_(key) {}

    /// The trust in the zone that `name` is the apex of, or is known to be inside of without a cut.
    [[nodiscard]] SharedTrust find(const dns::Name& name, Instant now, std::uint64_t generation);
    /// What is kept of `name`, or of a zone above it, down to `start`, that decides for it.
    [[nodiscard]] SharedTrust find_deciding(const dns::Name& name, const dns::Name& start, Instant now,
                                            std::uint64_t generation);
    /// Keeps `trust` under its zone's name until it ends. What was derived under anchors older than the cache's is not
    /// kept.
    void insert(SharedTrust trust, std::uint64_t generation);
    /// Notes until `expires` that `name` is no zone cut but inside `zone`.
    void insert_inside(const dns::Name& name, const dns::Name& zone, Instant expires, std::uint64_t generation);
    /// Drops what is kept under `name` itself.
    void forget(const dns::Name& name);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t octets() const { return octets_; }

 private:
    struct Entry {
        dns::Name name;
        SharedTrust trust;  ///< none for a name inside `zone`
        dns::Name zone;
        Instant expires;
        std::size_t octets = 0;
    };
    /// False when `generation` is older than what is kept; forgets all that is older than it.
    bool is_current(std::uint64_t generation);
    void put(Entry entry);
    void remove(std::list<Entry>::iterator entry);
    [[nodiscard]] const Entry* find_live(const dns::Name& name, Instant now);

    std::list<Entry> order_;  // most recently used first
    KeyedMap<dns::Name, std::list<Entry>::iterator> entries_;
    std::size_t octets_ = 0;
    std::uint64_t generation_ = 0;
};

}  // namespace rw::validate
