// SPDX-License-Identifier: EUPL-1.2
// Is this zone what the holders of the anchor signed? DNSKEY from the anchor, every authoritative RRset's signature,
// the whole NSEC chain, nothing out of zone, and ZONEMD over all of it (RFC 8976). Delegation NS and glue carry no
// signature: only a verified ZONEMD covers them, so only `verified` makes a zone fit to serve.
#pragma once

#include "resolver/base/clock.h"
#include "zones/canonical_json.h"
#include "zones/zone.h"

namespace rw::zones
{

enum class ZoneResult : std::uint8_t {
    verified,
    unverifiable,  ///< nothing contradicts, but something that would prove it is not there
    failed,        ///< something contradicts
    not_checked    ///< no anchor was given
};

/// "verified", "unverifiable", "failed", "not-checked".
[[nodiscard]] std::string_view result_name(ZoneResult result);

struct ZoneVerdict {
    std::uint32_t serial = 0;
    ZoneResult result = ZoneResult::not_checked;
    std::string reason;          ///< empty when verified
    std::size_t rrsets = 0;      ///< authoritative RRsets, RRSIGs not counted
    std::size_t signatures = 0;  ///< RRsets whose signature was found right
    std::string zonemd;          ///< the ZONEMD that was found right, in hex; empty for none

    [[nodiscard]] bool fit_to_serve() const { return result == ZoneResult::verified; }
};

/// Trust anchors of one zone: DS and DNSKEY records.
struct Anchor {
    dns::RRset ds;
    dns::RRset dnskey;

    [[nodiscard]] const dns::Name& zone() const { return ds.owner; }
};

/// Lines of DS or DNSKEY records in zone file form; all of one owner.
[[nodiscard]] Result<Anchor> read_anchor(std::string_view text);
[[nodiscard]] Result<Anchor> read_anchor_file(const std::string& path);
/// The root's KSK-2017 (20326) and KSK-2024 (38696).
[[nodiscard]] const Anchor& shipped_anchor();

[[nodiscard]] ZoneVerdict verify_zone(const Zone& zone, const Anchor& anchor, WallSeconds at);

/// When the version was signed: inception of the SOA's signature, else the date in its serial, else nothing.
[[nodiscard]] std::optional<WallSeconds> signing_time(const Zone& zone);

[[nodiscard]] Json verdict_json(const ZoneVerdict& verdict);

}  // namespace rw::zones
