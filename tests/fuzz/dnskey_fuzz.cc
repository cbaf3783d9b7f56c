// SPDX-License-Identifier: EUPL-1.2
// DNSKEY RDATA: key tag, decoding, a verification that must fail. Input: RDATA.
#include <cstdlib>

#include "resolver/dnssec/public_key.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size > 65535)
        return 0;
    auto key = dnssec::PublicKey::from_rdata({data, size});
    if (!key)
        return 0;
    static dnssec::SignatureTools tools;
    const unsigned bits = key->bits(tools);
    if (bits > 4096)
        std::abort();
    if (key->verify_microseconds() > 2000)
        std::abort();
    const OctetBuffer signature(bits / 8 > 0 ? bits / 4 : 64, 1);
    const Octets whole(signature);
    for (const std::size_t length : {std::size_t{bits / 8}, whole.size()}) {
        if (key->verify({data, size}, whole.first(length), tools) == dnssec::SignatureCheck::good)
            std::abort();
    }
    return 0;
}
