// SPDX-License-Identifier: EUPL-1.2
// Canonical form of records and RRsets (RFC 4034 §6) and the octets a signature covers (§3.1.8.1). Buffers are reused:
// one RRset after another costs no allocation. Used by verify.h and by zones/ for ZONEMD; knows no keys and no clock.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/rrsig.h"

namespace rw::dnssec
{

/// Appends `rdata` in canonical form: names lower-cased where the type's layout says so (RFC 4034 §6.2 with RFC 6840
/// §5.1). False, and nothing appended, when the RDATA does not have the layout of its type.
[[nodiscard]] bool append_canonical_rdata(dns::RRType type, Octets rdata, OctetBuffer& out);

/// Order of RDATA in canonical form (RFC 4034 §6.3).
[[nodiscard]] std::strong_ordering compare_rdata(Octets a, Octets b);

/// The records of one RRset, canonical, in order, without duplicates.
class CanonicalRRset
{
 public:
    /// False when an RDATA is malformed.
    [[nodiscard]] bool assign(const dns::RRset& rrset);
    /// Appends what `rrsig` covers: its own RDATA without the signature, then every record with the signed owner and
    /// the original TTL.
    void append_signed_data(const Rrsig& rrsig, OctetBuffer& out) const;
    /// Octets that append_signed_data() would append.
    [[nodiscard]] std::size_t signed_octets(const Rrsig& rrsig) const;
    [[nodiscard]] std::size_t size() const { return records_.size(); }
    /// RDATA number `index` in canonical order; valid until the next assign().
    [[nodiscard]] Octets rdata(std::size_t index) const
    {
        return Octets(octets_).subspan(records_[index].offset, records_[index].size);
    }

 private:
    struct Record {
        std::uint32_t offset;
        std::uint32_t size;
    };
    void sort();

    dns::Name owner_;
    dns::RRType type_ = dns::RRType::none;
    OctetBuffer octets_;
    std::vector<Record> records_;
};

}  // namespace rw::dnssec
