// SPDX-License-Identifier: EUPL-1.2
// Cached answers as ready-encoded pieces of a reply for one owner name. Encoded once, on insertion; a hit copies the
// octets, patches TTLs and, when the name is not the question's, compression pointers. Used by answer_cache and by
// whoever must answer without having cached (TTL 0). Knows no store and no policy.
//
//   | fixed 8 | counts 10, if any of them is not 0 | unchecked 4, likewise | plain records | signatures | proof |
//   | pointer places, 2 octets each |
//
// plain: positive: the RRset, or the DNAME that makes the name too long; alias: CNAME, or DNAME and the CNAME made from it
// (CNAME last); negative: SOA.
// signatures: RRSIGs of the plain records. proof: NSEC, NSEC3 and their RRSIGs: of a denial, or of a wildcard's
// expansion (RFC 4035 §3.1.3); always for the authority section. In both, RRSIGs that were not verified
// (RRset::unchecked) stand last, and `unchecked` says how many they are. Names are compressed against the entry's own
// name as if that stood at offset 12, which is where a question's name stands; the pointer places say which octets of
// RDATA must move with it, owners are found by walking.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/cache/standing.h"
#include "resolver/cache/store.h"
#include "resolver/dns/message_writer.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrset.h"

namespace rw::cache
{

enum class EntryKind : std::uint8_t { positive, alias, nodata, nxdomain };

struct EntryFacts {
    /// Of a positive answer that nobody has validated. There is no rank but the one that is given.
    explicit EntryFacts(Rank ranked) : rank(ranked) {}

    EntryKind kind = EntryKind::positive;
    Security security = Security::indeterminate;
    Rank rank;
    bool opt_out = false;        ///< the proof rests on an NSEC3 with opt-out: no NXDOMAIN cut, no AD (RFC 5155 §9.2)
    bool wildcard = false;       ///< expanded from a wildcard
    bool dname = false;          ///< an alias made from a DNAME
    bool name_too_long = false;  ///< a DNAME that makes the name too long: YXDOMAIN (RFC 6672 §2.2)
    bool too_many_iterations = false;  ///< insecure for the NSEC3 iterations of its zone (RFC 9276 §3.2)
};

/// One answer in owned form, as iterator and validator hold it. The spans must outlive the call they are passed to.
struct Answer {
    dns::Name name;                        ///< the name asked for (at this link of a chain)
    dns::RRType type = dns::RRType::none;  ///< the type asked for
    EntryFacts facts;
    std::span<const dns::RRset>
        records;  ///< positive: one RRset; alias: CNAME, or DNAME and CNAME; negative: SOA or none
    std::span<const dns::RRset> proof;  ///< NSEC or NSEC3 RRsets
};

/// The octets of an entry for `answer`; every record has `ttl`. Nothing when it is too large for one.
[[nodiscard]] std::optional<OctetBuffer> encode_entry(const Answer& answer, std::uint32_t ttl);

/// Reads an entry. Valid as long as its octets, which must come from encode_entry().
class EntryView
{
 public:
    EntryView(Octets octets, Seconds expires);

    [[nodiscard]] EntryFacts facts() const;
    [[nodiscard]] EntryKind kind() const { return kind_; }
    /// The same records as the answer they are to a question for the alias itself: nothing is to be followed.
    [[nodiscard]] EntryView as_positive() const
    {
        EntryView view = *this;
        view.kind_ = EntryKind::positive;
        return view;
    }
    [[nodiscard]] Security security() const { return static_cast<Security>(octets_[0] >> 2 & 3); }
    [[nodiscard]] bool is_negative() const { return kind() == EntryKind::nodata || kind() == EntryKind::nxdomain; }
    [[nodiscard]] Seconds expires() const { return expires_; }
    /// TTL it was cached with.
    [[nodiscard]] std::uint32_t original_ttl() const { return load_u32(&octets_[4]); }
    [[nodiscard]] std::uint32_t remaining(Seconds now) const { return expires_ > now ? expires_ - now : 0; }
    /// Where the last of the plain records starts in their octets: the CNAME behind a DNAME.
    [[nodiscard]] std::size_t last_plain_record() const;
    /// Where an alias leads. Must only be called for kind alias.
    [[nodiscard]] dns::Name target() const;

    /// A run of whole records.
    struct Part {
        Octets octets;
        std::uint16_t records = 0;
    };
    [[nodiscard]] Part plain() const { return {octets_.subspan(start_, plain_size_), plain_count_}; }
    [[nodiscard]] Part signatures() const
    {
        return {octets_.subspan(start_ + plain_size_, signature_size_), signature_count_};
    }
    [[nodiscard]] Part proof() const;
    /// Places in the octets of plain(), signatures() and proof(), taken as one run, of pointers inside RDATA.
    [[nodiscard]] std::size_t pointer_count() const { return pointer_count_; }
    [[nodiscard]] std::uint16_t pointer_at(std::size_t index) const;

    /// Back to owned form, for iterator and validator: records() first, then proof. `name` is the one it was found for.
    struct Owned {
        std::vector<dns::RRset> records;
        std::vector<dns::RRset> proof;
    };
    [[nodiscard]] Owned to_rrsets(const dns::Name& name, Seconds now) const;

 private:
    Octets octets_;
    Seconds expires_;
    EntryKind kind_;
    std::uint16_t start_;
    std::uint16_t plain_count_;
    std::uint16_t plain_size_;
    std::uint16_t signature_count_ = 0;
    std::uint16_t signature_size_ = 0;
    std::uint16_t proof_count_ = 0;
    std::uint16_t pointer_count_ = 0;
    std::uint16_t unchecked_signatures_ = 0;  ///< of the signatures, the last
    std::uint16_t unchecked_in_proof_ = 0;    ///< of the proof's records, the last
};

}  // namespace rw::cache
