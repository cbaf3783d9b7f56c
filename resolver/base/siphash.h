// SPDX-License-Identifier: EUPL-1.2
// SipHash-1-3, a keyed hash for tables whose keys an attacker chooses (Aumasson and Bernstein, "SipHash: a fast
// short-input PRF", 2012; 1-3 is the variant hash tables use). The key is random for each process.
#pragma once

#include <array>
#include <cstdint>

#include "resolver/base/octets.h"
#include "resolver/base/random.h"

namespace rw
{

struct HashKey {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;

    static HashKey make(Random& random) { return {random.u64(), random.u64()}; }
};

[[nodiscard]] std::uint64_t siphash(const HashKey& key, Octets octets);
/// Of 23 octets as three little-endian words; the highest octet of the last word must be 0.
[[nodiscard]] std::uint64_t siphash(const HashKey& key, const std::array<std::uint64_t, 3>& words);

}  // namespace rw
