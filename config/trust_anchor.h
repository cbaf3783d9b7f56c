// SPDX-License-Identifier: EUPL-1.2
// A trust anchor as an operator writes it: a DS or DNSKEY record in presentation form (RFC 4034 §2.2, §5.3), decoded
// here so that a mistake is found with its line. What an anchor is worth (algorithm, key size) is decided in the
// resolver. Files of anchors: anchor_file.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/units.h"
#include "resolver/base/octets.h"
#include "resolver/base/result.h"

namespace rw::config
{

struct DsAnchor {
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    std::uint8_t digest_type = 0;
    OctetBuffer digest;
    bool operator==(const DsAnchor&) const = default;
};

inline constexpr unsigned sep_flag = 0x0001;     ///< RFC 4034 §2.1.1
inline constexpr unsigned revoke_flag = 0x0080;  ///< RFC 5011 §3

struct DnskeyAnchor {
    std::uint16_t flags = 0;
    std::uint8_t protocol = 0;
    std::uint8_t algorithm = 0;
    OctetBuffer key;
    bool operator==(const DnskeyAnchor&) const = default;
};

struct TrustAnchor {
    ZoneName owner;
    std::variant<DsAnchor, DnskeyAnchor> record;
    bool operator==(const TrustAnchor&) const = default;
};

/// One item of `dnssec.trust-anchors`: a record, or a file to read records from.
using TrustAnchorSource = std::variant<TrustAnchor, std::filesystem::path>;

/// Reads one record: "OWNER [TTL] [IN] DS TAG ALGORITHM DIGEST-TYPE HEX" or "OWNER [TTL] [IN] DNSKEY FLAGS PROTOCOL
/// ALGORITHM BASE64", algorithms as numbers or mnemonics (RFC 4034 §2.2, §5.3, §A.1). Hex and base64 may contain
/// blanks, RDATA may stand in parentheses, a comment may follow behind ';'. BIND's "OWNER initial-key ..." and its kin
/// do, too.
[[nodiscard]] Result<TrustAnchor> parse_trust_anchor(std::string_view text);
[[nodiscard]] std::string to_string(const TrustAnchor& anchor);

/// RDATA in wire form (RFC 4034 §2.1, §5.1).
[[nodiscard]] OctetBuffer rdata_of(const TrustAnchor& anchor);

/// Whether `text` looks like a record rather than a file name: one of its words is a record's type.
[[nodiscard]] bool looks_like_record(std::string_view text);

/// The RDATA of a DS or DNSKEY record from its words; the owner is read.
[[nodiscard]] Result<TrustAnchor> ds_anchor(ZoneName owner, std::span<const std::string_view> rdata);
[[nodiscard]] Result<TrustAnchor> dnskey_anchor(ZoneName owner, std::span<const std::string_view> rdata);

}  // namespace rw::config
