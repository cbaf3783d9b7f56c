// SPDX-License-Identifier: EUPL-1.2
// Small pure questions about signatures of RRsets: who signed, and in words, what is wrong. Used by trust_walk,
// denial_check and the validator.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/key_judge.h"

namespace rw::validate
{

/// The signer of `rrset` whose keys should be looked for: an ancestor of the owner, strictly when `above`, as for DS (RFC
/// 4035 §3.1.4.1). Of several the one nearest to the owner, because it is the zone that holds the owner if it is a zone at
/// all. Nothing when there is no signature that could count.
[[nodiscard]] std::optional<dns::Name> signer_of(const dns::RRset& rrset, bool above);

/// The same for the denial of `name`: signer of its NSEC and NSEC3 RRsets, or of its SOA. For a DS it is above `name`.
[[nodiscard]] std::optional<dns::Name> denial_signer(std::span<const dns::RRset> sets, const dns::Name& name,
                                                     bool above);

/// "the signature of www.example. A by example. (key 1234, RSASHA256) is expired".
[[nodiscard]] std::string describe(const dns::RRset& rrset, const dns::Name& signer, const dnssec::Unverified& why);
/// The same for a DNSKEY RRset that the judge of keys refused.
[[nodiscard]] std::string describe(const dns::RRset& dnskeys, const dnssec::KeyRefusal& refusal);
/// What a client is told when it failed for that.
[[nodiscard]] Failure failure_of(const dnssec::KeyRefusal& refusal);

}  // namespace rw::validate
