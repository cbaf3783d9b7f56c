// SPDX-License-Identifier: EUPL-1.2
// What a signature costs: set-up of a key apart from the arithmetic. A point of a curve is exchanged in a prepared key,
// an RSA key is decoded into one of OpenSSL's.
#include <benchmark/benchmark.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <array>
#include <vector>

#include "resolver/dnssec/public_key.h"

namespace
{

using namespace rw;
using dnssec::PublicKey;

/// DNSKEY RDATA of a new key of the curve.
OctetBuffer new_point(const char* group, std::uint8_t algorithm)
{
    EVP_PKEY* key = EVP_EC_gen(group);
    std::array<std::uint8_t, 97> point{};
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key, "pub", point.data(), point.size(), &size);
    EVP_PKEY_free(key);
    OctetBuffer rdata{1, 1, 3, algorithm};
    append(rdata, Octets(point).subspan(1, size - 1));
    return rdata;
}

OctetBuffer rsa_2048()
{
    OctetBuffer rdata{1, 1, 3, 8, 3, 1, 0, 1};
    rdata.resize(rdata.size() + 256, 0xa5);
    return rdata;
}

void set_up(benchmark::State& state, const OctetBuffer& rdata)
{
    dnssec::SignatureTools tools;
    for (auto _ : state) {
        auto key = PublicKey::from_rdata(rdata);
        benchmark::DoNotOptimize(key->bits(tools));
    }
}
BENCHMARK_CAPTURE(set_up, ecdsa_p256, new_point("P-256", 13));
BENCHMARK_CAPTURE(set_up, ecdsa_p384, new_point("P-384", 14));
BENCHMARK_CAPTURE(set_up, rsa_2048, rsa_2048());

/// A wrong signature takes the whole arithmetic too.
void set_up_and_verify(benchmark::State& state, const OctetBuffer& rdata, std::size_t signature_octets)
{
    dnssec::SignatureTools tools;
    const OctetBuffer signature(signature_octets, 0x5a);
    const OctetBuffer data(300, 1);
    for (auto _ : state) {
        auto key = PublicKey::from_rdata(rdata);
        benchmark::DoNotOptimize(key->verify(data, signature, tools));
    }
}
BENCHMARK_CAPTURE(set_up_and_verify, ecdsa_p256, new_point("P-256", 13), 64);
BENCHMARK_CAPTURE(set_up_and_verify, ecdsa_p384, new_point("P-384", 14), 96);
BENCHMARK_CAPTURE(set_up_and_verify, rsa_2048, rsa_2048(), 256);

}  // namespace

BENCHMARK_MAIN();
