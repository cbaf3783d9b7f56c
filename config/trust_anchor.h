// SPDX-License-Identifier: EUPL-1.2
// Trust anchors as an operator writes them: a DS or DNSKEY record in presentation form (RFC 4034 §2.2, §5.3), or a file
// of such records. The text is decoded here so that a mistake is found with its line; what an anchor is worth
// (algorithm, key size, revocation) is decided in the resolver.
#pragma once

#include <cstdint>
#include <filesystem>
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

/// Reads "OWNER [TTL] [IN] DS TAG ALGORITHM DIGEST-TYPE HEX" or "OWNER [TTL] [IN] DNSKEY FLAGS PROTOCOL ALGORITHM
/// BASE64"; hex and base64 may contain blanks, parentheses around the RDATA are allowed.
[[nodiscard]] Result<TrustAnchor> parse_trust_anchor(std::string_view text);
[[nodiscard]] std::string to_string(const TrustAnchor& anchor);

/// RDATA in wire form (RFC 4034 §2.1, §5.1).
[[nodiscard]] OctetBuffer rdata_of(const TrustAnchor& anchor);
/// Whether it is a DNSKEY record without the SEP flag: a zone signing key that stands in a key file by the way (RFC
/// 5011 §3) and is no anchor.
[[nodiscard]] bool is_zone_signing_key(const TrustAnchor& anchor);

/// Whether `text` looks like a record rather than a file name: it has a DS or DNSKEY word.
[[nodiscard]] bool looks_like_record(std::string_view text);

/// Every anchor in `text`: one record a line; comments behind ';', parentheses join lines. Zone signing keys are left
/// out. The error says in which line something is wrong. This is the one reader of such text, for settings, anchor
/// files and `zone verify --anchor`.
[[nodiscard]] Result<std::vector<TrustAnchor>> read_trust_anchors(std::string_view text);

/// The anchors of a file. At least one must be there.
[[nodiscard]] Result<std::vector<TrustAnchor>> load_anchor_file(const std::filesystem::path& path);

}  // namespace rw::config
