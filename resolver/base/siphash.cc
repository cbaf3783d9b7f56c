// SPDX-License-Identifier: EUPL-1.2
// SipHash-1-3.
#include "resolver/base/siphash.h"

#include <bit>
#include <cstring>

namespace rw
{

namespace
{

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round()
    {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void absorb(std::uint64_t word)
    {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

}  // namespace

std::uint64_t siphash(const HashKey& key, Octets octets)
{
    State state{key.k0 ^ 0x736f6d6570736575ULL, key.k1 ^ 0x646f72616e646f6dULL, key.k0 ^ 0x6c7967656e657261ULL,
                key.k1 ^ 0x7465646279746573ULL};
    const std::uint64_t length = octets.size();
    while (octets.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data(), sizeof word);
        state.absorb(word);
        octets = octets.subspan(8);
    }
    std::uint64_t last = length << 56;
    for (std::size_t i = 0; i < octets.size(); ++i)
        last |= std::uint64_t{octets[i]} << (8 * i);
    state.absorb(last);
    state.v2 ^= 0xff;
    state.round();
    state.round();
    state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace rw
