// SPDX-License-Identifier: EUPL-1.2
// Trust anchors: reading DS and DNSKEY records from presentation text (settings, anchor files), and the ones shipped
// for the root with their validity windows (RFC 9718 §2.2). Knows no files; callers read them.
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

    [[nodiscard]] bool valid_at(WallSeconds now) const { return valid_from <= now && now < valid_until; }
    /// Of the key itself or of the key that the DS names.
    [[nodiscard]] std::uint16_t key_tag() const;
    [[nodiscard]] std::uint8_t algorithm() const;
    /// "example. DS 12345 13 2 ABCD..." for people and for state files; reads back.
    [[nodiscard]] std::string to_string() const;
};

/// Octets of an anchor file that are read: 1 MiB; the root needs 500. Attack: none, but a wrong path must not fill
/// memory.
inline constexpr std::size_t max_anchor_text_octets = 1U << 20;

/// Every anchor in `text`: one record a line as "OWNER [TTL] [IN] DS|DNSKEY RDATA"; comments behind ';', parentheses
/// join lines. Other types are an error, except that DNSKEY records without the SEP flag are left out (RFC 5011 §3).
[[nodiscard]] Result<std::vector<TrustAnchor>> parse_trust_anchors(std::string_view text);

}  // namespace rw::dnssec
