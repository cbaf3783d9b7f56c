// SPDX-License-Identifier: EUPL-1.2
// A DNSKEY that verifies. RSA and EdDSA keys are decoded into OpenSSL's form on first use and once only, whatever
// number of signatures follow; a point of a curve goes into the prepared curve of SignatureTools each time, which is
// cheaper than to keep it in OpenSSL's form. Sizes are bounded before OpenSSL sees them. An object belongs to one
// thread, because the prepared context inside is changed by each verification. Made by ZoneKeys (verify.h) and by
// tests; never by code that has not read the DNSKEY.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "resolver/dnssec/algorithm.h"
#include "resolver/dnssec/curve.h"
#include "resolver/dnssec/dnskey.h"

namespace rw::dnssec
{

enum class SignatureCheck : std::uint8_t { good, wrong, key_undecodable };

/// What a verification needs and what is too dear to make for each key. One for each thread.
struct SignatureTools {
    Digester digester;
    Curve p256{"P-256"};
    Curve p384{"P-384"};
};

class PublicKey
{
 public:
    /// Nothing when the RDATA is no DNSKEY. The key may still turn out undecodable.
    static std::optional<PublicKey> from_rdata(Octets rdata);

    [[nodiscard]] const Dnskey& dnskey() const { return dnskey_; }
    [[nodiscard]] Octets rdata() const { return rdata_; }
    [[nodiscard]] std::uint16_t tag() const { return dnskey_.tag; }
    [[nodiscard]] std::uint8_t algorithm() const { return dnskey_.algorithm; }
    /// What the key takes once it is decoded, by the table of what OpenSSL allocates.
    [[nodiscard]] std::size_t octets() const;
    /// Bits of the modulus, or of the curve; 0 when undecodable.
    [[nodiscard]] unsigned bits(SignatureTools& tools);
    /// Nominal cost of one verification with this key, for Work.
    [[nodiscard]] std::uint32_t verify_microseconds() const;

    /// Whether `signature` is right for `data`. Sizes are checked first, so that a signature of the wrong length is
    /// wrong for nothing.
    [[nodiscard]] SignatureCheck verify(Octets data, Octets signature, SignatureTools& tools);

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
    bool decode(SignatureTools& tools);
    bool prepare();
    bool verify_rsa(Octets digest, Octets signature);
    bool verify_message(Octets data, Octets signature);
    [[nodiscard]] Curve& curve(SignatureTools& tools) const;

    OctetBuffer rdata_;
    Dnskey dnskey_;
    const AlgorithmFact* fact_;
    State state_ = State::raw;
    std::unique_ptr<EVP_PKEY, FreeKey> key_;
    std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext> context_;     // RSA: takes digests
    std::unique_ptr<EVP_MD_CTX, FreeContext> message_context_;  // EdDSA: takes messages
};

}  // namespace rw::dnssec
