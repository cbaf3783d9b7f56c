// SPDX-License-Identifier: EUPL-1.2
// A DNSKEY that verifies: decoded into OpenSSL's form on first use and once only, whatever number of signatures follow.
// Sizes are bounded before OpenSSL sees them. An object belongs to one thread, because the prepared context inside is
// changed by each verification. Made by ZoneKeys (verify.h) and by tests; never by code that has not read the DNSKEY.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "resolver/dnssec/algorithm.h"
#include "resolver/dnssec/dnskey.h"

namespace rw::dnssec
{

enum class SignatureCheck : std::uint8_t { good, wrong, key_undecodable };

class PublicKey
{
 public:
    /// Nothing when the RDATA is no DNSKEY. The key may still turn out undecodable.
    static std::optional<PublicKey> from_rdata(Octets rdata);

    [[nodiscard]] const Dnskey& dnskey() const { return dnskey_; }
    [[nodiscard]] Octets rdata() const { return rdata_; }
    [[nodiscard]] std::uint16_t tag() const { return dnskey_.tag; }
    [[nodiscard]] std::uint8_t algorithm() const { return dnskey_.algorithm; }
    /// Bits of the modulus, or of the curve; 0 when undecodable.
    [[nodiscard]] unsigned bits();
    /// Nominal cost of one verification with this key, for Work.
    [[nodiscard]] std::uint32_t verify_microseconds() const;

    /// Whether `signature` is right for `data`. Sizes are checked first, so that a signature of the wrong length is
    /// wrong for nothing.
    [[nodiscard]] SignatureCheck verify(Octets data, Octets signature, Digester& digester);

 private:
    enum class State : std::uint8_t { raw, decoded, undecodable };
    struct FreeKey {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    struct FreeKeyContext {
        void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    };
    struct FreeContext {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    explicit PublicKey(Octets rdata);
    bool decode();
    bool prepare();
    bool verify_digest(Octets digest, Octets signature);
    bool verify_message(Octets data, Octets signature);

    OctetBuffer rdata_;
    Dnskey dnskey_;
    const AlgorithmFact* fact_;
    State state_ = State::raw;
    std::unique_ptr<EVP_PKEY, FreeKey> key_;
    std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext> context_;     // RSA and ECDSA: takes digests
    std::unique_ptr<EVP_MD_CTX, FreeContext> message_context_;  // EdDSA: takes messages
};

}  // namespace rw::dnssec
