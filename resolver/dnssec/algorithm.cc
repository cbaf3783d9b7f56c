// SPDX-License-Identifier: EUPL-1.2
// The algorithm and digest type tables.
#include "resolver/dnssec/algorithm.h"

#include <algorithm>
#include <array>

namespace rw::dnssec
{

namespace
{

using enum Algorithm;

// 512-bit RSA keys are weak but allowed by the RFCs, and refusing them would turn a zone bogus, not insecure.
constexpr std::array algorithms{
    AlgorithmFact{rsasha1, "RSASHA1", KeyFamily::rsa, Hash::sha1, true, 512, 4096, 0, 0, 15},
    AlgorithmFact{rsasha1_nsec3_sha1, "RSASHA1-NSEC3-SHA1", KeyFamily::rsa, Hash::sha1, true, 512, 4096, 0, 0, 15},
    AlgorithmFact{rsasha256, "RSASHA256", KeyFamily::rsa, Hash::sha256, false, 512, 4096, 0, 0, 15},
    AlgorithmFact{rsasha512, "RSASHA512", KeyFamily::rsa, Hash::sha512, false, 1024, 4096, 0, 0, 15},
    AlgorithmFact{ecdsap256sha256, "ECDSAP256SHA256", KeyFamily::ecdsa, Hash::sha256, false, 256, 256, 64, 64, 58},
    AlgorithmFact{ecdsap384sha384, "ECDSAP384SHA384", KeyFamily::ecdsa, Hash::sha384, false, 384, 384, 96, 96, 800},
    AlgorithmFact{ed25519, "ED25519", KeyFamily::eddsa, Hash::sha512, false, 256, 256, 32, 64, 75},
    AlgorithmFact{ed448, "ED448", KeyFamily::eddsa, Hash::sha512, false, 456, 456, 57, 114, 180},
};

constexpr std::array digest_types{
    DigestTypeFact{DigestType::sha1, "SHA-1", Hash::sha1, 20, 1, true},
    DigestTypeFact{DigestType::sha256, "SHA-256", Hash::sha256, 32, 2, false},
    DigestTypeFact{DigestType::sha384, "SHA-384", Hash::sha384, 48, 3, false},
};

}  // namespace

const AlgorithmFact* find_algorithm(std::uint8_t number)
{
    const auto* row = std::ranges::find(algorithms, Algorithm{number}, &AlgorithmFact::algorithm);
    return row != algorithms.end() ? row : nullptr;
}

const DigestTypeFact* find_digest_type(std::uint8_t number)
{
    const auto* row = std::ranges::find(digest_types, DigestType{number}, &DigestTypeFact::type);
    return row != digest_types.end() ? row : nullptr;
}

bool is_supported(std::uint8_t algorithm, const AlgorithmPolicy& policy)
{
    const AlgorithmFact* row = find_algorithm(algorithm);
    return row != nullptr && (policy.validate_sha1 || !row->needs_sha1);
}

bool is_supported_digest(std::uint8_t digest_type, const AlgorithmPolicy& policy)
{
    const DigestTypeFact* row = find_digest_type(digest_type);
    return row != nullptr && (policy.validate_sha1 || !row->needs_sha1);
}

std::string algorithm_name(std::uint8_t number)
{
    const AlgorithmFact* row = find_algorithm(number);
    return row != nullptr ? std::string(row->mnemonic) : std::to_string(number);
}

}  // namespace rw::dnssec
