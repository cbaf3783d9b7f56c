// SPDX-License-Identifier: EUPL-1.2
// ZONEMD (RFC 8976): the digest over a whole zone, and whether one of the digests in it is right. Called by verify;
// says nothing about signatures, without which a digest proves only that the file is whole.
#pragma once

#include "resolver/dnssec/digest.h"
#include "zones/zone.h"

namespace rw::zones
{

/// In rising gravity from `unsupported` on.
enum class ZonemdState : std::uint8_t {
    verified,
    absent,
    unsupported,   ///< only schemes or hashes that are not in RFC 8976: private ones for example
    malformed,     ///< wrong length, or two of one scheme and hash (RFC 8976 §4)
    other_serial,  ///< its serial is not the SOA's
    mismatch       ///< a digest that we can compute differs
};

struct ZonemdCheck {
    ZonemdState state = ZonemdState::absent;
    std::string detail;  ///< the digest in hex when verified, else what is wrong
};

/// SHA-384 or SHA-512 over the zone in scheme SIMPLE (RFC 8976 §3.3.1).
[[nodiscard]] dnssec::Digest simple_digest(const Zone& zone, dnssec::Hash hash, dnssec::Digester& digester);

/// What the ZONEMD RRset says, right or not: "scheme hash DIGEST", several separated by ", "; empty without one.
[[nodiscard]] std::string stated_zonemd(const Zone& zone);

[[nodiscard]] ZonemdCheck check_zonemd(const Zone& zone, dnssec::Digester& digester);

}  // namespace rw::zones
