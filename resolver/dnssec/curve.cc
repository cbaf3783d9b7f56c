// SPDX-License-Identifier: EUPL-1.2
// ECDSA through OpenSSL 3.
#include "resolver/dnssec/curve.h"

#include <openssl/ec.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

namespace rw::dnssec
{

namespace
{

constexpr std::size_t max_point_octets = 96;

/// r | s as DER: SEQUENCE of two INTEGERs, which is what OpenSSL takes. P-384 needs at most 104 octets, so that every
/// length fits one octet.
struct DerSignature {
    std::array<std::uint8_t, 106> octets{};
    std::size_t size = 2;

    explicit DerSignature(Octets raw)
    {
        add(raw.first(raw.size() / 2));
        add(raw.subspan(raw.size() / 2));
        octets[0] = 0x30;
        octets[1] = static_cast<std::uint8_t>(size - 2);
    }

 private:
    void add(Octets number)
    {
        while (number.size() > 1 && number[0] == 0)
            number = number.subspan(1);
        const bool pad = (number[0] & 0x80) != 0;  // DER integers are signed
        octets[size++] = 0x02;
        octets[size++] = static_cast<std::uint8_t>(number.size() + (pad ? 1 : 0));
        if (pad)
            octets[size++] = 0;
        std::ranges::copy(number, octets.begin() + static_cast<std::ptrdiff_t>(size));
        size += number.size();
    }
};

}  // namespace

Curve::Curve(const char* group) : key_(EVP_EC_gen(group))
{
    context_.reset(key_ ? EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr) : nullptr);
    if (context_ && EVP_PKEY_verify_init(context_.get()) != 1)
        context_.reset();
    ERR_clear_error();
}

bool Curve::take(Octets point)
{
    has_point_ = false;
    if (!context_ || point.size() > max_point_octets)
        return false;
    std::array<std::uint8_t, max_point_octets + 1> encoded{0x04};  // uncompressed
    std::ranges::copy(point, encoded.begin() + 1);
    has_point_ = EVP_PKEY_set1_encoded_public_key(key_.get(), encoded.data(), point.size() + 1) == 1;
    if (!has_point_)
        ERR_clear_error();
    return has_point_;
}

bool Curve::verify(Octets digest, Octets signature)
{
    if (!has_point_ || digest.empty())
        return false;
    const DerSignature der(signature);
    return EVP_PKEY_verify(context_.get(), der.octets.data(), der.size, digest.data(), digest.size()) == 1;
}

}  // namespace rw::dnssec
