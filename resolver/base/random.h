// SPDX-License-Identifier: EUPL-1.2
// Randomness, injected so that a simulated run can be replayed from its seed. In the daemon every value comes from a
// CSPRNG: message ids, source ports, 0x20 case and server choice are all guesses an attacker would like to make.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rw
{

class Random
{
 public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    std::uint64_t u64();
    std::uint32_t u32() { return static_cast<std::uint32_t>(u64()); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(u64()); }
    /// Uniform in [0, bound); `bound` must not be 0. Without modulo bias.
    std::uint32_t below(std::uint32_t bound);
    /// True with probability `share` in [0, 1].
    bool chance(double share);
};

/// OpenSSL's CSPRNG, buffered; one for each thread that uses it.
class SecureRandom final : public Random
{
 public:
    void fill(std::span<std::uint8_t> out) override;

 private:
    void refill();
    std::array<std::uint8_t, 4096> buffer_{};
    std::size_t used_ = sizeof buffer_;
};

/// Deterministic generator for simulation and tests. Never for the daemon.
class SeededRandom final : public Random
{
 public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override;

 private:
    std::uint64_t state_;
};

}  // namespace rw
