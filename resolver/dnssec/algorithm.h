// SPDX-License-Identifier: EUPL-1.2
// The tables of DNSSEC signing algorithms and DS digest types: what is implemented, what counts as supported under the
// operator's policy, and bounds of keys. Whoever asks "do we know this algorithm" asks here, so that unknown means
// insecure everywhere alike (RFC 4035 §5.2, RFC 9904, RFC 9905).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/dnssec/digest.h"

namespace rw::dnssec
{

enum class Algorithm : std::uint8_t {
    rsasha1 = 5,
    rsasha1_nsec3_sha1 = 7,
    rsasha256 = 8,
    rsasha512 = 10,
    ecdsap256sha256 = 13,
    ecdsap384sha384 = 14,
    ed25519 = 15,
    ed448 = 16,
};

enum class DigestType : std::uint8_t { sha1 = 1, sha256 = 2, sha384 = 4 };

enum class KeyFamily : std::uint8_t { rsa, ecdsa, eddsa };

struct AlgorithmFact {
    Algorithm algorithm;
    std::string_view mnemonic;
    KeyFamily family;
    Hash hash;                          ///< of the signed data; EdDSA hashes by itself
    bool needs_sha1;                    ///< supported only when the policy validates SHA-1 (RFC 9905 §3)
    std::uint16_t min_key_bits;         ///< RSA: of the modulus (RFC 3110, 5702 §2); others: of the field
    std::uint16_t max_key_bits;         ///< RSA: 4096, the largest the RFCs allow
    std::uint16_t key_octets;           ///< public key field of a DNSKEY; 0: varies (RSA)
    std::uint16_t signature_octets;     ///< 0: as long as the modulus
    std::uint32_t verify_microseconds;  ///< nominal cost; for RSA that of 2048 bits with exponent 65537
};

struct DigestTypeFact {
    DigestType type;
    std::string_view mnemonic;
    Hash hash;
    std::uint8_t octets;
    std::uint8_t strength;  ///< of several for one key the strongest counts (RFC 4509 §3)
    bool needs_sha1;
};

/// What the operator says about weak algorithms (`dnssec.sha1`).
struct AlgorithmPolicy {
    bool validate_sha1 = false;
};

/// The row of an implemented algorithm; nullptr for all others.
[[nodiscard]] const AlgorithmFact* find_algorithm(std::uint8_t number);
[[nodiscard]] const DigestTypeFact* find_digest_type(std::uint8_t number);

[[nodiscard]] bool is_supported(std::uint8_t algorithm, const AlgorithmPolicy& policy);
[[nodiscard]] bool is_supported_digest(std::uint8_t digest_type, const AlgorithmPolicy& policy);

/// "ECDSAP256SHA256", or the number.
[[nodiscard]] std::string algorithm_name(std::uint8_t number);

}  // namespace rw::dnssec
