// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/siphash.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstring>
#include <memory>
#include <numeric>

namespace
{

/// SipHash-1-3 as OpenSSL computes it.
std::uint64_t oracle(const rw::HashKey& key, rw::Octets octets)
{
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                                EVP_MAC_free);
    REQUIRE(mac);
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(mac.get()),
                                                                            EVP_MAC_CTX_free);
    std::size_t size = 8;
    unsigned compression = 1;
    unsigned finalisation = 3;
    const std::array<OSSL_PARAM, 4> params{
        OSSL_PARAM_construct_size_t("size", &size), OSSL_PARAM_construct_uint("c-rounds", &compression),
        OSSL_PARAM_construct_uint("d-rounds", &finalisation), OSSL_PARAM_construct_end()};
    std::array<std::uint8_t, 16> secret{};
    std::memcpy(secret.data(), &key.k0, 8);
    std::memcpy(secret.data() + 8, &key.k1, 8);
    std::array<std::uint8_t, 8> out{};
    std::size_t length = 0;
    REQUIRE(EVP_MAC_init(context.get(), secret.data(), secret.size(), params.data()) == 1);
    REQUIRE(EVP_MAC_update(context.get(), octets.data(), octets.size()) == 1);
    REQUIRE(EVP_MAC_final(context.get(), out.data(), &length, out.size()) == 1);
    std::uint64_t value = 0;
    std::memcpy(&value, out.data(), sizeof value);
    return value;
}

}  // namespace

TEST_CASE("SipHash-1-3 agrees with OpenSSL for every length up to 64 octets")
{
    std::array<std::uint8_t, 64> octets{};
    std::iota(octets.begin(), octets.end(), std::uint8_t{0});
    rw::SeededRandom random(7);
    for (std::size_t length = 0; length <= octets.size(); ++length) {
        const rw::HashKey key = rw::HashKey::make(random);
        CHECK(rw::siphash(key, rw::Octets(octets).first(length)) == oracle(key, rw::Octets(octets).first(length)));
    }
}

TEST_CASE("SipHash-1-3 with the key of zeros agrees with what Python hashes octets to")
{
    std::array<std::uint8_t, 63> octets{};
    std::iota(octets.begin(), octets.end(), std::uint8_t{0});
    const rw::Octets all(octets);
    CHECK(rw::siphash({}, all.first(1)) == 0x68a914128e01e473);
    CHECK(rw::siphash({}, all.first(8)) == 0xead411e67ebe2eea);
    CHECK(rw::siphash({}, all.first(15)) == 0xf30eb725bb91c9ea);
    CHECK(rw::siphash({}, all) == 0x385d3e39e5f37359);
}

TEST_CASE("another key gives another hash")
{
    const rw::Octets octets = rw::octets_of("www.example");
    CHECK(rw::siphash({1, 0}, octets) != rw::siphash({0, 0}, octets));
    CHECK(rw::siphash({0, 1}, octets) != rw::siphash({0, 0}, octets));
}

TEST_CASE("three words hash as the 23 octets that they stand for")
{
    const rw::HashKey key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
    std::array<std::uint8_t, 24> octets{};
    std::iota(octets.begin(), octets.end(), std::uint8_t{1});
    octets.back() = 0;
    std::array<std::uint64_t, 3> words{};
    std::memcpy(words.data(), octets.data(), octets.size());
    CHECK(rw::siphash(key, words) == rw::siphash(key, rw::Octets(octets).first(23)));
}
