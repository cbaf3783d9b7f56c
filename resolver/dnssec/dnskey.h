// SPDX-License-Identifier: EUPL-1.2
// DNSKEY records (RFC 4034 §2): reading, flags, key tag. Knows nothing of OpenSSL; public_key.h decodes.
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/base/octets.h"

namespace rw::dnssec
{

/// RDATA of a DNSKEY, read. `key` is valid as long as the RDATA.
struct Dnskey {
    std::uint16_t flags = 0;
    std::uint8_t protocol = 0;
    std::uint8_t algorithm = 0;
    std::uint16_t tag = 0;
    Octets key;

    static constexpr std::uint16_t zone_flag = 0x0100, revoke_flag = 0x0080, sep_flag = 0x0001;
    static constexpr std::uint8_t dnssec_protocol = 3;

    /// Nothing when shorter than the fixed part or without a key.
    static std::optional<Dnskey> parse(Octets rdata);

    /// May sign the zone (RFC 4034 §2.1.1, §2.1.2).
    [[nodiscard]] bool is_zone_key() const { return (flags & zone_flag) != 0 && protocol == dnssec_protocol; }
    [[nodiscard]] bool is_revoked() const { return (flags & revoke_flag) != 0; }
    [[nodiscard]] bool is_secure_entry_point() const { return (flags & sep_flag) != 0; }
};

/// RFC 4034 appendix B, over the whole RDATA.
[[nodiscard]] std::uint16_t key_tag(Octets dnskey_rdata);

}  // namespace rw::dnssec
