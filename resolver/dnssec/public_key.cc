// SPDX-License-Identifier: EUPL-1.2
// Decoding of public keys (RFC 3110, RFC 5702, RFC 8080) and verification through OpenSSL 3.
#include "resolver/dnssec/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <bit>

namespace rw::dnssec
{

namespace
{

// Exponents above 2^32 + 1 have no use but to make verification dear (BIND #5881).
constexpr std::size_t max_exponent_octets = 5;
constexpr unsigned max_exponent_bits = 33;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const
    {
        release(object);
    }
};
using BigNumber = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;

unsigned bit_length(Octets number)
{
    return number.empty() ? 0 : static_cast<unsigned>((number.size() - 1) * 8 + std::bit_width(number[0]));
}

struct RsaKey {
    Octets exponent;
    Octets modulus;
};

/// RFC 3110 §2. Nothing when a part is empty, has leading zeros (prohibited there) or is out of bounds.
std::optional<RsaKey> read_rsa(Octets key, const AlgorithmFact& fact)
{
    OctetReader reader(key);
    std::size_t exponent_octets = reader.u8();
    if (exponent_octets == 0)
        exponent_octets = reader.u16();
    RsaKey parts{reader.octets(exponent_octets), {}};
    parts.modulus = reader.rest();
    if (!reader.ok() || parts.exponent.empty() || parts.modulus.empty())
        return std::nullopt;
    const bool plain = parts.exponent[0] != 0 && parts.modulus[0] != 0;
    const bool odd = (parts.exponent.back() & 1) != 0 && (parts.modulus.back() & 1) != 0;
    const unsigned bits = bit_length(parts.modulus);
    const bool exponent_good = parts.exponent.size() <= max_exponent_octets &&
                               bit_length(parts.exponent) <= max_exponent_bits && bit_length(parts.exponent) >= 2;
    if (!plain || !odd || !exponent_good || bits < fact.min_key_bits || bits > fact.max_key_bits)
        return std::nullopt;
    return parts;
}

EVP_PKEY* make_rsa(Octets key, const AlgorithmFact& fact)
{
    const auto parts = read_rsa(key, fact);
    if (!parts)
        return nullptr;
    const BigNumber n(BN_bin2bn(parts->modulus.data(), static_cast<int>(parts->modulus.size()), nullptr));
    const BigNumber e(BN_bin2bn(parts->exponent.data(), static_cast<int>(parts->exponent.size()), nullptr));
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return nullptr;
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    return made;
}

EVP_PKEY* make_eddsa(Octets key, const AlgorithmFact& fact)
{
    const int type = fact.algorithm == Algorithm::ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_ED448;
    return EVP_PKEY_new_raw_public_key(type, nullptr, key.data(), key.size());
}

}  // namespace

PublicKey::PublicKey(Octets rdata)
    : rdata_(rdata.begin(), rdata.end()),
      dnskey_(Dnskey::parse(rdata_).value_or(Dnskey{})),
      fact_(find_algorithm(dnskey_.algorithm))
{
}

std::optional<PublicKey> PublicKey::from_rdata(Octets rdata)
{
    if (!Dnskey::parse(rdata))
        return std::nullopt;
    return PublicKey(rdata);
}

bool PublicKey::decode(SignatureTools& tools)
{
    if (fact_ == nullptr || (fact_->key_octets != 0 && dnskey_.key.size() != fact_->key_octets))
        return false;
    if (fact_->family == KeyFamily::ecdsa)
        return curve(tools).take(dnskey_.key);
    if (state_ == State::raw) {
        state_ = prepare() ? State::decoded : State::undecodable;
        ERR_clear_error();
    }
    return state_ == State::decoded;
}

bool PublicKey::prepare()
{
    if (fact_->family == KeyFamily::eddsa) {
        key_.reset(make_eddsa(dnskey_.key, *fact_));
        message_context_.reset(EVP_MD_CTX_new());
        return key_ && message_context_;
    }
    key_.reset(make_rsa(dnskey_.key, *fact_));
    if (!key_)
        return false;
    context_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    constexpr std::array<const EVP_MD* (*)(), hash_count> names{EVP_sha1, EVP_sha256, EVP_sha384, EVP_sha512};
    return context_ && EVP_PKEY_verify_init(context_.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context_.get(), names[static_cast<std::size_t>(fact_->hash)]()) == 1;
}

Curve& PublicKey::curve(SignatureTools& tools) const
{
    return fact_->max_key_bits == 256 ? tools.p256 : tools.p384;
}

std::size_t PublicKey::octets() const
{
    // What OpenSSL 3.0 allocates for a decoded key and its context, measured; a unit test holds it to this.
    constexpr std::size_t rsa_octets = 4096;
    constexpr std::size_t rsa_copies = 6;  // of the modulus, with what Montgomery multiplication precomputes
    constexpr std::size_t eddsa_octets = 2048;
    constexpr std::size_t ecdsa_octets = 512;  // the point; the curve's own belongs to the worker's tools
    std::size_t decoded = 0;
    if (fact_ != nullptr && fact_->family == KeyFamily::ecdsa)
        decoded = ecdsa_octets;
    if (fact_ != nullptr && fact_->family == KeyFamily::rsa)
        decoded = rsa_octets + rsa_copies * dnskey_.key.size();
    if (fact_ != nullptr && fact_->family == KeyFamily::eddsa)
        decoded = eddsa_octets;
    return sizeof(PublicKey) + 2 * rdata_.size() + decoded;
}

unsigned PublicKey::bits(SignatureTools& tools)
{
    if (!decode(tools))
        return 0;
    return key_ ? static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())) : fact_->max_key_bits;
}

std::uint32_t PublicKey::verify_microseconds() const
{
    if (fact_ == nullptr)
        return 0;
    // The first signature pays for decoding: KeyTrap with one signature for each of many keys is as dear as with many.
    constexpr std::uint32_t decode_microseconds = 20;
    const bool decodes = fact_->family != KeyFamily::ecdsa && state_ == State::raw;
    const std::uint32_t first = decodes ? decode_microseconds : 0;
    if (fact_->family != KeyFamily::rsa)
        return first + fact_->verify_microseconds;
    const auto parts = read_rsa(dnskey_.key, *fact_);
    if (!parts)
        return 1;
    // Squarings of numbers of that size, one for each bit of the exponent, and a multiplication for each that is set.
    const std::uint32_t kilobits = bit_length(parts->modulus) / 1024 + 1;
    std::uint32_t steps = bit_length(parts->exponent);
    for (const std::uint8_t octet : parts->exponent)
        steps += static_cast<std::uint32_t>(std::popcount(octet));
    return first + std::max(1U, fact_->verify_microseconds * kilobits * kilobits * steps / (9 * 19));
}

SignatureCheck PublicKey::verify(Octets data, Octets signature, SignatureTools& tools)
{
    if (!decode(tools))
        return SignatureCheck::key_undecodable;
    const std::size_t expected = fact_->signature_octets != 0 ? fact_->signature_octets
                                                              : static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    if (signature.size() != expected)
        return SignatureCheck::wrong;
    bool good = false;
    switch (fact_->family) {
        case KeyFamily::rsa:
            good = verify_rsa(tools.digester.of(fact_->hash, data).view(), signature);
            break;
        case KeyFamily::ecdsa:
            good = curve(tools).verify(tools.digester.of(fact_->hash, data).view(), signature);
            break;
        case KeyFamily::eddsa:
            good = verify_message(data, signature);
            break;
    }
    if (!good)
        ERR_clear_error();
    return good ? SignatureCheck::good : SignatureCheck::wrong;
}

bool PublicKey::verify_rsa(Octets digest, Octets signature)
{
    return !digest.empty() &&
           EVP_PKEY_verify(context_.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
}

bool PublicKey::verify_message(Octets data, Octets signature)
{
    EVP_MD_CTX_reset(message_context_.get());
    return EVP_DigestVerifyInit(message_context_.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(message_context_.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
}

}  // namespace rw::dnssec
