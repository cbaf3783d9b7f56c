// SPDX-License-Identifier: EUPL-1.2
// CSPRNG through OpenSSL, and splitmix64 for simulation.
#include "resolver/base/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace rw
{

std::uint64_t Random::u64()
{
    std::array<std::uint8_t, 8> octets{};
    fill(octets);
    std::uint64_t value = 0;
    std::memcpy(&value, octets.data(), sizeof value);
    return value;
}

std::uint32_t Random::below(std::uint32_t bound)
{
    // Values above the largest multiple of `bound` would favour the small results.
    const std::uint32_t threshold = (0U - bound) % bound;
    while (true) {
        const std::uint32_t value = u32();
        if (value >= threshold)
            return value % bound;
    }
}

bool Random::chance(double share)
{
    return static_cast<double>(u64() >> 11) * 0x1.0p-53 < share;
}

void SecureRandom::fill(std::span<std::uint8_t> out)
{
    while (!out.empty()) {
        if (used_ == buffer_.size())
            refill();
        const std::size_t count = std::min(out.size(), buffer_.size() - used_);
        std::memcpy(out.data(), buffer_.data() + used_, count);
        std::memset(buffer_.data() + used_, 0, count);  // what was handed out must not be found in a core dump
        used_ += count;
        out = out.subspan(count);
    }
}

void SecureRandom::refill()
{
    // Without randomness every defence against spoofing is void: stop rather than go on predictable.
    if (RAND_bytes(buffer_.data(), static_cast<int>(buffer_.size())) != 1)
        std::abort();
    used_ = 0;
}

void SeededRandom::fill(std::span<std::uint8_t> out)
{
    while (!out.empty()) {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
        mixed ^= mixed >> 31;
        const std::size_t count = std::min(out.size(), sizeof mixed);
        std::memcpy(out.data(), &mixed, count);
        out = out.subspan(count);
    }
}

}  // namespace rw
