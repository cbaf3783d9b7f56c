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

    explicit State(const HashKey& key)
        : v0(key.k0 ^ 0x736f6d6570736575ULL),
          v1(key.k1 ^ 0x646f72616e646f6dULL),
          v2(key.k0 ^ 0x6c7967656e657261ULL),
          v3(key.k1 ^ 0x7465646279746573ULL)
    {
    }

    void absorb(std::uint64_t word)
    {
        v3 ^= word;
        round();
        v0 ^= word;
    }

    [[nodiscard]] std::uint64_t finish()
    {
        v2 ^= 0xff;
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }
};

}  // namespace

std::uint64_t siphash(const HashKey& key, Octets octets)
{
    State state(key);
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
    return state.finish();
}

std::uint64_t siphash(const HashKey& key, const std::array<std::uint64_t, 3>& words)
{
    constexpr std::uint64_t octets = 23;
    State state(key);
    state.absorb(words[0]);
    state.absorb(words[1]);
    state.absorb(octets << 56 | words[2]);
    return state.finish();
}

}  // namespace rw
