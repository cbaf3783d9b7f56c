// SPDX-License-Identifier: EUPL-1.2
// NSEC and NSEC3 RRsets that were validated, in canonical order by zone, for the aggressive use of denials (RFC 8198):
// which record of a zone stands at a name or last before it. The validator's proofs say what that means; nothing here
// does. Written and read on the miss path only, hence with locks. Shared by the workers; must never call out or log.
//
// Only records that may prove something get in: the caller has verified them, and check_nsec or Nsec3::parse look at
// them again (CVE-2026-13321 and kin: a next name outside the zone would deny other zones' names). NSEC3 with opt-out
// stays outside: it proves little and would fill the room with spans of large TLDs.
#pragma once

#include <array>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>

#include "resolver/cache/key.h"
#include "resolver/cache/origin.h"
#include "resolver/cache/store.h"
#include "resolver/dns/rrset.h"

namespace rw::cache
{

/// How the denials of a zone are made.
enum class DenialForm : std::uint8_t { none, nsec, nsec3 };

class DenialCache
{
 public:
    /// `octets` bounds the records and their index. `secret` keys the hash of zone names.
    DenialCache(std::size_t octets, const HashKey& secret);
    ~DenialCache();
    DenialCache(const DenialCache&) = delete;
    DenialCache& operator=(const DenialCache&) = delete;

    /// Share of `cache.size` that is set apart for denials: a sixteenth. At 256 MiB that is 16 MiB, some 30,000
    /// records; what random names below one zone (water torture) call for is a few hundred.
    static constexpr std::size_t share = 16;
    /// NSEC3 iterations up to which records are kept: 10. Above, hashing costs more than the query it saves (RFC 9276
    /// §3.1 wants none).
    static constexpr std::uint16_t max_iterations = 10;

    /// Keeps the SOA, NSEC and NSEC3 RRsets among `sets`, which have been validated with keys of `zone`, for `ttl`
    /// seconds.
    void insert(const dns::Name& zone, std::span<const dns::RRset> sets, std::uint32_t ttl, const Origin& origin,
                Seconds now);

    /// Of what form the denials of `zone` are that are at hand.
    [[nodiscard]] DenialForm form_of(const dns::Name& zone, const RootView& root) const;
    /// The SOA RRset of `zone`.
    [[nodiscard]] std::optional<dns::RRset> soa(const dns::Name& zone, Seconds now, const RootView& root) const;
    /// The record at `owner`, or else the last one before it; for NSEC3, whose chain is a ring, the last of all before
    /// the first. With its TTL counted down.
    [[nodiscard]] std::optional<dns::RRset> at_or_before(const dns::Name& zone, DenialForm form, const dns::Name& owner,
                                                         Seconds now, const RootView& root);

    /// Forgets what says something about `name` or names below.
    void flush(const dns::Name& name);

    [[nodiscard]] std::size_t size() const;

 private:
    struct Zone;
    struct Record;
    struct Shard;
    using Order = std::list<Record>;

    [[nodiscard]] Shard& shard_of(const Key& zone) const;
    [[nodiscard]] Key key_of(const dns::Name& zone) const { return {secret_, Kind::denial, zone}; }

    static constexpr std::size_t shard_count = 16;
    HashKey secret_;
    std::size_t shard_octets_;
    std::unique_ptr<std::array<Shard, shard_count>> shards_;
};

}  // namespace rw::cache
