// SPDX-License-Identifier: EUPL-1.2
// Is a zone the continuity zone that a statement permits? Its signatures by the statement's anchor, its ZONEMD, and
// every RRset against the base: apart from the apex (NS, SOA, DNSKEY, ZONEMD, NSEC), the addresses of its own servers
// and what the statement lists, it must be the base. Pure: zones come in read, the time comes in.
#pragma once

#include "zones/continuity/evaluator.h"
#include "zones/delta.h"
#include "zones/verify.h"

namespace rw::zones::continuity
{

/// SHA-256 over the canonical text of one RRset, "owner TTL IN type RDATA" lines with tabs: what a listed difference
/// names as the old one.
[[nodiscard]] Digest rrset_hash(const Zone& zone, const RRsetRange& rrset);

/// SHA-256 over the canonical text of everything but RRSIG and ZONEMD: what confirmations sign and sources are compared
/// by, because two signers of one zone have other signatures.
[[nodiscard]] Digest unsigned_hash(const Zone& zone);

/// Serial and SHA-384 digest of a zone, computed.
[[nodiscard]] Base base_of(const Zone& zone);

/// One difference between a zone and its base.
struct Deviation {
    Change change;
    bool listed = false;
    std::string why;  ///< of one that is not as listed: what is wrong
};

struct ZoneComparison {
    std::vector<Deviation> deviations;
    std::vector<std::string> apex;  ///< what differs at the apex and in the addresses of its servers, in words
    ZoneFacts facts;

    [[nodiscard]] bool good() const { return facts.unlisted == 0; }
};

/// Compares only; signatures are not looked at.
[[nodiscard]] ZoneComparison compare_with_base(const Zone& zone, const Zone& base, const ZonePolicy& policy);

/// compare_with_base and the verdict about signatures and ZONEMD as of `at`.
[[nodiscard]] ZoneComparison check_zone(const Zone& zone, const Zone& base, const ZonePolicy& policy, WallSeconds at);

/// Whether each listed difference fits the base: the owner is there, the old hash is right.
[[nodiscard]] Result<void> check_listed(const Zone& base, const ZonePolicy& policy);

/// The anchor of verify.h that a DS text names.
[[nodiscard]] Result<Anchor> continuity_anchor(std::string_view ds);

/// Delegations directly below the root: TLDs.
[[nodiscard]] std::int64_t count_tlds(const Zone& zone);

}  // namespace rw::zones::continuity
