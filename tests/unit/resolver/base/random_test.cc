// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/random.h"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <vector>

namespace
{

/// Chi-square of `counts` against a uniform distribution.
template <std::size_t N>
double chi_square(const std::array<std::size_t, N>& counts)
{
    std::size_t total = 0;
    for (const std::size_t count : counts)
        total += count;
    const double expected = static_cast<double>(total) / N;
    double sum = 0;
    for (const std::size_t count : counts) {
        const double off = static_cast<double>(count) - expected;
        sum += off * off / expected;
    }
    return sum;
}

}  // namespace

TEST_CASE("a seeded generator replays its values")
{
    rw::SeededRandom one(42);
    rw::SeededRandom two(42);
    rw::SeededRandom other(43);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const auto value = one.u64();
        CHECK(value == two.u64());
        differs = differs || value != other.u64();
    }
    CHECK(differs);
}

TEST_CASE("below stays below its bound and is uniform")
{
    rw::SeededRandom random(1);
    std::array<std::size_t, 10> counts{};
    for (int i = 0; i < 100'000; ++i) {
        const std::uint32_t value = random.below(10);
        REQUIRE(value < 10);
        ++counts[value];
    }
    CHECK(chi_square(counts) < 33.7);  // 9 degrees of freedom, p = 0.0001
    CHECK(random.below(1) == 0);
}

TEST_CASE("a chance of 0 never happens and a chance of 1 always does")
{
    rw::SeededRandom random(1);
    for (int i = 0; i < 1000; ++i) {
        CHECK_FALSE(random.chance(0.0));
        CHECK(random.chance(1.0));
    }
}

TEST_CASE("a chance comes as often as it says")
{
    rw::SeededRandom random(5);
    int hits = 0;
    for (int i = 0; i < 100'000; ++i)
        hits += random.chance(0.25) ? 1 : 0;
    CHECK(hits > 24'000);
    CHECK(hits < 26'000);
}

TEST_CASE("the secure generator fills any length and does not repeat itself across its buffer")
{
    rw::SecureRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 2000; ++i)  // 16,000 octets: several refills of the buffer
        seen.insert(random.u64());
    CHECK(seen.size() == 2000);
    std::vector<std::uint8_t> large(10'001);
    random.fill(large);
    std::array<std::size_t, 256> counts{};
    for (const std::uint8_t octet : large)
        ++counts[octet];
    CHECK(chi_square(counts) < 360);  // 255 degrees of freedom, p < 0.0001
    random.fill({});
}
