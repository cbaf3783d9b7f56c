// SPDX-License-Identifier: EUPL-1.2
// One look at the DNSKEY RRset of a trust point, judged for RFC 5011: validated with the anchors in force, and which
// keys revoke themselves in it. Pure; service/followed_anchors fetches and anchor_keeper remembers.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "resolver/dnssec/trust_anchor.h"
#include "resolver/dnssec/verify.h"
#include "resolver/validate/rollover.h"

namespace rw::validate
{

/// What `dnskeys` shows, or in a sentence why no anchor of its owner validates it. A revoked key validates nothing but
/// its own revocation (RFC 5011 §2.1).
[[nodiscard]] std::expected<Sighting, std::string> sight(const dns::RRset& dnskeys,
                                                         std::span<const dnssec::TrustAnchor> anchors,
                                                         dnssec::RRsetVerifier& verifier,
                                                         const dnssec::SignatureTime& time, dnssec::Work& work);

}  // namespace rw::validate
