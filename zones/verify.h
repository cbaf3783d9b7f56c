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
    std::string zonemd;          ///< what ZONEMD says, "1 1 DIGEST"; proven right only when verified

    [[nodiscard]] bool fit_to_serve() const { return result == ZoneResult::verified; }
};

/// When an anchor is to be believed (RFC 9718 §2.2): `from` is the first moment, `until` the first one after.
struct AnchorWindow {
    WallSeconds from;
    WallSeconds until;
};

/// Trust anchors of one zone: DS and DNSKEY records.
struct Anchor {
    dns::RRset ds;
    dns::RRset dnskey;
    std::vector<AnchorWindow> ds_windows;  ///< one for each DS; empty: they are good at any time

    [[nodiscard]] const dns::Name& zone() const { return ds.owner; }
    [[nodiscard]] bool ds_is_valid(std::size_t index, WallSeconds at) const
    {
        return ds_windows.empty() || (ds_windows[index].from <= at && at < ds_windows[index].until);
    }
    /// False when every anchor is for another time: nothing can be proven then.
    [[nodiscard]] bool any_valid(WallSeconds at) const;
};

/// Lines of DS or DNSKEY records, all of one owner. Zone signing keys are left out.
[[nodiscard]] Result<Anchor> read_anchor(std::string_view text);
[[nodiscard]] Result<Anchor> read_anchor_file(const std::string& path);
/// The root's KSK-2010, KSK-2017 and KSK-2024, each for its time: zones since 2010 can be judged as of their day.
[[nodiscard]] const Anchor& shipped_anchor();

[[nodiscard]] ZoneVerdict verify_zone(const Zone& zone, const Anchor& anchor, WallSeconds at);

/// When the version was signed: inception of the SOA's signature, else the date in its serial, else nothing.
[[nodiscard]] std::optional<WallSeconds> signing_time(const Zone& zone);

[[nodiscard]] Json verdict_json(const ZoneVerdict& verdict);

}  // namespace rw::zones
