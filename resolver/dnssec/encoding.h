// SPDX-License-Identifier: EUPL-1.2
// Base16, base32hex and base64 (RFC 4648) as DNSSEC uses them: hashed owner names and trust anchors. Strict: what is
// not of the alphabet or does not end on an octet is refused.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "resolver/base/octets.h"

namespace rw::dnssec
{

/// Fills `out` exactly; without padding (RFC 5155 §3.3). Either case.
[[nodiscard]] bool decode_base32hex(std::string_view text, std::span<std::uint8_t> out);
/// Lower-case, without padding.
[[nodiscard]] std::string encode_base32hex(Octets octets);

[[nodiscard]] std::optional<OctetBuffer> decode_hex(std::string_view text);
/// Upper-case.
[[nodiscard]] std::string encode_hex(Octets octets);

/// With padding, as zone files have it.
[[nodiscard]] std::optional<OctetBuffer> decode_base64(std::string_view text);
[[nodiscard]] std::string encode_base64(Octets octets);

}  // namespace rw::dnssec
