// SPDX-License-Identifier: EUPL-1.2
// The signature of one RRset of the root. Used by zone_keys.cc and zone_build.cc.
#pragma once

#include "resolver/dnssec/canonical.h"
#include "zones/continuity/signed.h"
#include "zones/private_key.h"

namespace rw::zones::continuity
{

/// RDATA of the RRSIG over `rrset` by `signer`, whose DNSKEY has `key_tag`.
[[nodiscard]] Result<OctetBuffer> sign_rrset(const dns::RRset& rrset, PrivateKey& signer, std::uint16_t key_tag,
                                             Seconds inception, Seconds expiration);

}  // namespace rw::zones::continuity
