// SPDX-License-Identifier: EUPL-1.2
// Message digests through OpenSSL: the algorithms are fetched and the context is allocated once, so that hashing costs
// hashing. One object for each thread; used by DS, NSEC3 and signature verification, and by zones/ for ZONEMD.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "resolver/base/octets.h"

namespace rw::dnssec
{

enum class Hash : std::uint8_t { sha1, sha256, sha384, sha512 };

inline constexpr std::size_t hash_count = 4;
inline constexpr std::size_t max_digest_octets = 64;

/// A digest by value.
struct Digest {
    std::array<std::uint8_t, max_digest_octets> octets{};
    std::size_t size = 0;
    [[nodiscard]] Octets view() const { return {octets.data(), size}; }
};

class Digester
{
 public:
    Digester();

    void begin(Hash hash);
    void update(Octets octets);
    Digest finish();
    /// begin, update and finish in one.
    Digest of(Hash hash, Octets octets)
    {
        begin(hash);
        update(octets);
        return finish();
    }

    [[nodiscard]] const EVP_MD* algorithm(Hash hash) const { return algorithms_[static_cast<std::size_t>(hash)].get(); }

 private:
    struct FreeContext {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    struct FreeAlgorithm {
        void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    };
    std::array<std::unique_ptr<EVP_MD, FreeAlgorithm>, hash_count> algorithms_;
    std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

}  // namespace rw::dnssec
