// SPDX-License-Identifier: EUPL-1.2
// Trust anchors in wire form, with their validity windows (RFC 9718 §2.2): what chains of trust start from. Reading
// them from text is config/trust_anchor's business.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/base/result.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::dnssec
{

struct TrustAnchor {
    dns::Name owner;
    dns::RRType type = dns::RRType::ds;  ///< DS or DNSKEY
    OctetBuffer rdata;
    WallSeconds valid_from = WallSeconds::min();
    WallSeconds valid_until = WallSeconds::max();
    bool operator==(const TrustAnchor&) const = default;

    [[nodiscard]] bool valid_at(WallSeconds now) const { return valid_from <= now && now < valid_until; }
    /// Of the key itself or of the key that the DS names.
    [[nodiscard]] std::uint16_t key_tag() const;
    [[nodiscard]] std::uint8_t algorithm() const;
    /// "example. DS 12345 13 2 ABCD..." for people; reads back.
    [[nodiscard]] std::string to_string() const;
};

}  // namespace rw::dnssec
