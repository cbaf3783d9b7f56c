// SPDX-License-Identifier: EUPL-1.2
// Message digests through OpenSSL. A digest that cannot be computed comes out empty and so equals nothing.
#include "resolver/dnssec/digest.h"

namespace rw::dnssec
{

Digester::Digester() : context_(EVP_MD_CTX_new())
{
    constexpr std::array<const char*, hash_count> names{"SHA1", "SHA256", "SHA384", "SHA512"};
    for (std::size_t i = 0; i < hash_count; ++i)
        algorithms_[i].reset(EVP_MD_fetch(nullptr, names[i], nullptr));
}

void Digester::begin(Hash hash)
{
    EVP_DigestInit_ex2(context_.get(), algorithm(hash), nullptr);
}

void Digester::update(Octets octets)
{
    EVP_DigestUpdate(context_.get(), octets.data(), octets.size());
}

Digest Digester::finish()
{
    Digest digest;
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.octets.data(), &size) == 1)
        digest.size = size;
    return digest;
}

}  // namespace rw::dnssec
