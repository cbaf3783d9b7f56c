// SPDX-License-Identifier: EUPL-1.2
// A zone in memory, compact and in canonical order: owners in one arena with a key that sorts as RFC 4034 §6.1 says,
// records with canonical RDATA in another, RRsets as ranges of records. 24,000 records of the root take about 3 MB.
// Built by the zone file reader (later by transfers), read by verify, delta and store; never changed once built.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrset.h"
#include "resolver/dns/rrtype.h"
#include "zones/encoding.h"

namespace rw::zones
{

/// 100,000 records: the root has 24,000 (2024), four times that fits. Bounds memory at about 20 MB. Attack: two versions
/// of a quarter of a million records that have nothing in common, whose comparison took three seconds.
inline constexpr std::size_t record_limit = 100'000;
/// 32 MiB of RDATA and owners together, for the same reason.
inline constexpr std::size_t arena_limit = 32U << 20;
/// 64 MiB of zone text, read or written; the signed root zone has 2.2 MiB (2024). A canonical text repeats the owner in
/// each record and spells a type bitmap in words: 8 KiB of NSEC become 650 KB, a file of 64 MiB gigabytes. One bound for
/// both, so that what a log recorded can be read again. Attack: a version that a log takes and then cannot open itself by.
inline constexpr std::size_t zone_text_limit = 64U << 20;
/// 256 KiB for one record, read with its continuation lines or written on one: RDATA of 64 KiB in \DDD escapes. Bounds
/// what an unclosed parenthesis can swallow; one bound for both, as above.
inline constexpr std::size_t record_text_limit = 256U << 10;
/// 1 MiB of RDATA in one RRset. No message carries more than 64 KiB. Attack: each signature over an RRset hashes it anew.
inline constexpr std::size_t rrset_octets_limit = 1U << 20;
/// 8 signatures over one RRset: the root has at most 3, while keys roll. Attack: KeyTrap, 32 wrong signatures before the
/// right one of every RRset.
inline constexpr std::size_t rrset_signature_limit = 8;
/// 64 keys: the root has at most 6. Attack: every key is compared with those of the version before.
inline constexpr std::size_t zone_key_limit = 64;

/// Records of one owner and type: `count` of them from `first` on.
struct RRsetRange {
    std::uint32_t owner;
    dns::RRType type;
    std::uint32_t ttl;  ///< the lowest of its records (RFC 2181 §5.2)
    std::uint32_t first;
    std::uint32_t count;
};

class Zone
{
 public:
    [[nodiscard]] const dns::Name& apex() const { return apex_; }
    [[nodiscard]] std::uint32_t serial() const { return serial_; }

    /// In canonical order of owner, then by type number.
    [[nodiscard]] std::span<const RRsetRange> rrsets() const { return rrsets_; }
    [[nodiscard]] std::size_t record_count() const { return records_.size(); }
    /// RRset of `owner` and `type`; nullptr when there is none.
    [[nodiscard]] const RRsetRange* find(const dns::Name& owner, dns::RRType type) const;
    [[nodiscard]] const RRsetRange* find_at_apex(dns::RRType type) const { return find(apex_, type); }
    /// The same for owner number `owner`.
    [[nodiscard]] const RRsetRange* find(std::uint32_t owner, dns::RRType type) const;
    /// The RRSIGs that cover `rrset`, as a part of its owner's RRSIG RRset; count 0 when there are none.
    [[nodiscard]] RRsetRange signatures(const RRsetRange& rrset) const;

    /// Owner number `owner` in wire form, lower case; owners are numbered in canonical order.
    [[nodiscard]] Octets owner_wire(std::uint32_t owner) const;
    [[nodiscard]] dns::Name owner(std::uint32_t owner) const;
    /// Octets that compare as owners do in canonical order.
    [[nodiscard]] Octets owner_key(std::uint32_t owner) const;
    [[nodiscard]] std::uint32_t owner_count() const { return static_cast<std::uint32_t>(owners_.size()); }

    /// RDATA number `index` (0 <= index < rrset.count), canonical, in canonical order.
    [[nodiscard]] Octets rdata(const RRsetRange& rrset, std::uint32_t index) const;
    [[nodiscard]] std::uint32_t record_ttl(const RRsetRange& rrset, std::uint32_t index) const
    {
        return records_[rrset.first + index].ttl;
    }
    /// `rrset` in the resolver's form, with the RRSIGs that cover it.
    [[nodiscard]] dns::RRset owned(const RRsetRange& rrset) const;

    /// Records that lay outside the apex: left out of everything, and a reason to distrust the rest.
    [[nodiscard]] std::size_t outside_count() const { return outside_; }
    [[nodiscard]] const std::string& first_outside() const { return first_outside_; }

 private:
    friend class ZoneBuilder;
    struct Owner {
        std::uint32_t wire_at;
        std::uint16_t wire_size;
        std::uint16_t key_size;  ///< the key follows the wire form
    };
    struct Record {
        std::uint32_t owner;
        std::uint32_t ttl;
        std::uint32_t rdata_at;
        std::uint16_t rdata_size;
        dns::RRType type;
    };
    [[nodiscard]] Octets rdata_of(const Record& record) const
    {
        return Octets(arena_).subspan(record.rdata_at, record.rdata_size);
    }
    [[nodiscard]] Octets key_of(const Owner& owner) const
    {
        return Octets(arena_).subspan(owner.wire_at + owner.wire_size, owner.key_size);
    }

    dns::Name apex_;
    std::uint32_t serial_ = 0;
    OctetBuffer arena_;
    std::vector<Owner> owners_;
    std::vector<Record> records_;
    std::vector<RRsetRange> rrsets_;
    std::size_t outside_ = 0;
    std::string first_outside_;
};

/// Takes records in any order and makes a Zone of them. Every refusal says what was wrong with the record.
class ZoneBuilder
{
 public:
    explicit ZoneBuilder(const dns::Name& apex);

    [[nodiscard]] Result<void> add(const dns::Name& owner, dns::RRType type, std::uint32_t ttl, Octets rdata);
    /// Sorts, drops duplicate records, and insists on exactly one SOA, at the apex (or twice, as a transfer has it).
    [[nodiscard]] Result<Zone> finish();

 private:
    Result<void> add_soa(const dns::Name& owner, std::uint32_t ttl, Octets rdata);
    Result<void> add_record(const dns::Name& owner, dns::RRType type, std::uint32_t ttl, Octets rdata);
    std::uint32_t owner_number(const dns::Name& owner);
    void sort_owners();
    void sort_records();
    void form_rrsets();
    Result<void> read_soa();
    [[nodiscard]] Result<void> check_limits() const;

    Zone zone_;
    std::size_t text_octets_ = 0;  ///< canonical text has no more than this
    dns::Name last_owner_;
    bool sorted_ = true;  ///< owners came in strictly rising order so far
    std::optional<Zone::Record> soa_;
    bool closed_ = false;  ///< the SOA came again: nothing may follow
};

/// The order of RFC 4034 §6.1 as octets that memcmp sorts: labels from the root down, each ended by 0; 0 and 1 within a
/// label are escaped by 1 so that the end of a label sorts before every octet.
void append_owner_key(const dns::Name& name, OctetBuffer& out);

}  // namespace rw::zones
