// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/keyed_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "resolver/base/address.h"

using rw::Endpoint;
using rw::HashKey;
using rw::IpAddress;
using rw::KeyedMap;
using rw::KeyedSet;

namespace
{

/// What stood in the place of a keyed hash until 2026: everybody can compute it.
std::size_t unkeyed(const Endpoint& endpoint)
{
    const auto mix = [](std::size_t seed, std::uint64_t value) {
        return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
    };
    const rw::Octets octets = endpoint.address.octets();
    std::size_t seed = octets.size();
    for (std::size_t i = 0; i + 4 <= octets.size(); i += 4)
        seed = mix(seed, rw::load_u32(&octets[i]));
    return mix(mix(seed, endpoint.address.scope()), endpoint.port);
}

/// Addresses below one /32 that the unkeyed hash puts into one of 16 shards and into one of its 541 buckets.
std::vector<Endpoint> colliding(std::size_t count)
{
    std::vector<Endpoint> found;
    std::uint64_t state = 1;
    while (found.size() < count) {
        std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8};
        for (std::size_t i = 4; i < 16; ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            octets[i] = static_cast<std::uint8_t>(state >> 56);
        }
        const Endpoint endpoint{IpAddress::from_octets(octets), 53};
        if (unkeyed(endpoint) % 16 == 3 && unkeyed(endpoint) % 541 == 7)
            found.push_back(endpoint);
    }
    return found;
}

template <class Table>
std::size_t fullest_bucket(const Table& table)
{
    std::size_t most = 0;
    for (std::size_t i = 0; i < table.bucket_count(); ++i)
        most = std::max(most, table.bucket_size(i));
    return most;
}

}  // namespace

TEST_CASE("SECURITY addresses that collide under a hash without a key do not under one with a key")
{
    constexpr std::size_t count = 500;
    constexpr std::size_t unlucky = 10;  // of 500 in 541 buckets or more: less than once in a million keys
    const std::vector<Endpoint> bad = colliding(count);
    for (const HashKey& key : {HashKey{1, 2}, HashKey{3, 4}, HashKey{}}) {
        KeyedMap<Endpoint, int> endpoints(key);
        KeyedSet<IpAddress> addresses(key);
        std::array<std::size_t, 16> shards{};
        for (const Endpoint& endpoint : bad) {
            endpoints.emplace(endpoint, 1);
            addresses.insert(endpoint.address);
            ++shards[keyed_hash(key, endpoint) % shards.size()];
        }
        CHECK(endpoints.size() == count);
        CHECK(fullest_bucket(endpoints) <= unlucky);
        CHECK(fullest_bucket(addresses) <= unlucky);
        CHECK(*std::ranges::max_element(shards) < count / 8);
    }
}

TEST_CASE("SECURITY there is no table of addresses without a key, nor a hash of them that everybody knows")
{
    CHECK_FALSE((std::is_default_constructible_v<std::hash<IpAddress>>));
    CHECK_FALSE((std::is_default_constructible_v<std::hash<Endpoint>>));
    CHECK_FALSE((std::is_default_constructible_v<KeyedMap<Endpoint, int>>));
    static_assert(!std::is_default_constructible_v<KeyedSet<IpAddress>>);
}

TEST_CASE("what makes two endpoints different makes their hashes different")
{
    const HashKey key{5, 6};
    const auto address = [](const char* text) { return *IpAddress::parse(text); };
    const std::vector<Endpoint> different{{address("0.0.0.1"), 53},
                                          {address("0.0.0.2"), 53},
                                          {address("0.0.0.1"), 5353},
                                          {address("::"), 53},
                                          {address("1::"), 53},
                                          {address("fe80::1").with_scope(1), 53},
                                          {address("fe80::1").with_scope(2), 53}};
    for (std::size_t i = 0; i < different.size(); ++i) {
        for (std::size_t j = 0; j < different.size(); ++j)
            CHECK((keyed_hash(key, different[i]) == keyed_hash(key, different[j])) == (i == j));
    }
    CHECK(keyed_hash(key, different[0]) != keyed_hash(HashKey{5, 7}, different[0]));
}
