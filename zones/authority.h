// SPDX-License-Identifier: EUPL-1.2
// Which RRsets of a zone its owner answers for: those not at or below a zone cut, plus DS and NSEC at the cut (RFC 4035
// §2.2 to §2.4); and whether the NSEC chain says exactly that. Called by verify.
#pragma once

#include "zones/zone.h"

namespace rw::zones
{

struct Authority {
    std::vector<RRsetRange> rrsets;     ///< authoritative, RRSIG not among them
    std::vector<std::uint32_t> owners;  ///< names that need an NSEC, in canonical order
    std::vector<bool> is_cut;           ///< for each of `owners`: a delegation
};

/// Error when something lies below a cut that is no glue.
[[nodiscard]] Result<Authority> read_authority(const Zone& zone);

/// Every name has an NSEC that names the next one and exactly the types that are there; the last leads to the apex.
/// A zone whose signatures were stripped may have no NSEC at all.
[[nodiscard]] Result<void> check_nsec_chain(const Zone& zone, const Authority& authority, bool stripped);

}  // namespace rw::zones
