// SPDX-License-Identifier: EUPL-1.2
// Proofs of non-existence with NSEC (RFC 4035 §5.4, RFC 6840 §4). The caller adds NSEC RRsets that it has verified with
// the keys of one zone, or verifies when they are leant on, then asks. Pure: no clock, no cryptography. Views stay valid as long as the RRsets.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/denial.h"
#include "resolver/dnssec/type_bitmap.h"

namespace rw::dnssec
{

struct Nsec {
    dns::Name owner;
    dns::Name next;
    TypeBitmap types;

    static std::optional<Nsec> parse(const dns::Name& owner, Octets rdata);

    /// `name` falls between owner and next in canonical order (RFC 4034 §6.1); the last NSEC of a zone covers all that
    /// is behind its owner. `name` must be in the zone.
    [[nodiscard]] bool covers(const dns::Name& name) const;
    /// `name` does not exist, not even as an empty non-terminal.
    [[nodiscard]] bool denies(const dns::Name& name) const;
    /// `name` exists without records, because the next name is below it.
    [[nodiscard]] bool shows_empty_non_terminal(const dns::Name& name) const;
    /// The closest encloser of a name that this record covers.
    [[nodiscard]] dns::Name closest_encloser(const dns::Name& name) const;

 private:
    /// Neither a delegation nor a DNAME above `name`: then names below are not this zone's to deny (RFC 6840 §4.1).
    [[nodiscard]] bool may_deny(const dns::Name& name) const;
};

/// Whether `nsec` may prove anything about `zone`, the zone of its signer. To be asked before a record is used or kept.
[[nodiscard]] DenialProblem check_nsec(const Nsec& nsec, const dns::Name& zone);

class NsecProof
{
 public:
    explicit NsecProof(const dns::Name& zone) : zone_(zone) {}

    /// Takes a verified NSEC RRset; says why when it may not be used.
    DenialProblem add(const dns::RRset& rrset) { return take(rrset, nullptr, 0); }
    /// Takes one that `voucher`, which must outlive the proof, verifies under `number` when the proof leans on it.
    DenialProblem claim(const dns::RRset& rrset, Voucher& voucher, std::size_t number)
    {
        return take(rrset, &voucher, number);
    }
    [[nodiscard]] bool empty() const { return records_.empty(); }
    [[nodiscard]] std::size_t size() const { return records_.size(); }

    /// NXDOMAIN: neither the name nor the wildcard that could stand for it exists.
    [[nodiscard]] Denial prove_name_error(const dns::Name& name) const;
    /// NOERROR without data: the name, or the wildcard that stands for it, lacks the type.
    [[nodiscard]] Denial prove_no_data(const dns::Name& name, dns::RRType type) const;
    /// An answer came out of the wildcard under the ancestor of `name` with `encloser_labels` labels: nothing closer
    /// exists (RFC 4035 §5.3.4).
    [[nodiscard]] Denial prove_wildcard_answer(const dns::Name& name, std::size_t encloser_labels) const;
    /// What the records say about a delegation at `name`.
    [[nodiscard]] DsDenial prove_no_ds(const dns::Name& name) const;

 private:
    DenialProblem take(const dns::RRset& rrset, Voucher* voucher, std::size_t number);
    /// The first verified record that `fits`.
    template <class Fits>
    [[nodiscard]] const Nsec* find(Fits&& fits) const;
    [[nodiscard]] const Nsec* find_denial(const dns::Name& name) const;
    [[nodiscard]] bool lacks_type(const dns::Name& name, dns::RRType type) const;
    [[nodiscard]] bool in_zone(const dns::Name& name) const { return name.is_at_or_below(zone_); }

    dns::Name zone_;
    std::vector<Claimed<Nsec>> records_;
};

/// Whether the bit map at an existing name proves that it has no RRset of `type` (RFC 6840 §4.1, §4.3): also used for
/// NSEC3.
[[nodiscard]] bool bitmap_denies(const TypeBitmap& types, const dns::Name& name, dns::RRType type);

}  // namespace rw::dnssec
