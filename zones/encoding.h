// SPDX-License-Identifier: EUPL-1.2
// Text forms of octets (hex, base64) and SHA-256, as the zone and audit files use them. Decoding is strict: one text
// for each value, so that a changed character never decodes to the same octets. Called from everywhere in zones/.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/base/octets.h"

struct evp_md_ctx_st;

namespace rw::zones
{

using Digest = std::array<std::uint8_t, 32>;  ///< SHA-256

/// SHA-256 over pieces.
class Sha256
{
 public:
    Sha256();
    Sha256& add(Octets octets);
    Sha256& add(std::string_view text) { return add(octets_of(text)); }
    [[nodiscard]] Digest finish();

 private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Digest sha256(Octets octets);
[[nodiscard]] inline Digest sha256(std::string_view text)
{
    return sha256(octets_of(text));
}

[[nodiscard]] std::string hex_lower(Octets octets);
[[nodiscard]] std::string hex_upper(Octets octets);
[[nodiscard]] std::optional<OctetBuffer> from_hex(std::string_view text);  ///< either case, even length

/// RFC 4648 §4 with padding.
[[nodiscard]] std::string base64(Octets octets);
/// Refuses white space, missing padding and non-zero bits behind the last octet (RFC 4648 §3.5).
[[nodiscard]] std::optional<OctetBuffer> from_base64(std::string_view text);

[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view text);
[[nodiscard]] std::optional<Digest> digest_from_base64(std::string_view text);

/// Hostile text for a person: what is not printable ASCII becomes '?', so that no terminal obeys it. Names of files are
/// such text.
[[nodiscard]] std::string printable(std::string_view text);
/// The same for a text of several lines.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Decimal without sign, leading zero or other ornament; nothing when it does not fit.
[[nodiscard]] std::optional<std::uint64_t> decimal(std::string_view text);

}  // namespace rw::zones
