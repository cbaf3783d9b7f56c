// SPDX-License-Identifier: EUPL-1.2
// Type bit maps of NSEC, NSEC3 and CSYNC (RFC 4034 §4.1.2): checked once, then asked. A view of the RDATA.
#pragma once

#include <optional>

#include "resolver/base/octets.h"
#include "resolver/dns/rrtype.h"

namespace rw::dnssec
{

class TypeBitmap
{
 public:
    TypeBitmap() = default;
    /// Nothing when a window is empty, longer than 32 octets, cut short, or not behind the one before.
    static std::optional<TypeBitmap> parse(Octets octets);

    [[nodiscard]] bool contains(dns::RRType type) const;
    /// No type but those that every signed name has: RRSIG and NSEC.
    [[nodiscard]] bool only_denial_types() const;

    /// NS without SOA: the parent's side of a zone cut (RFC 6840 §4.1).
    [[nodiscard]] bool is_delegation() const { return contains(dns::RRType::ns) && !contains(dns::RRType::soa); }

 private:
    explicit TypeBitmap(Octets octets) : octets_(octets) {}
    Octets octets_;
};

}  // namespace rw::dnssec
