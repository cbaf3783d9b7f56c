// SPDX-License-Identifier: EUPL-1.2
// Counters that one thread writes and any thread reads: relaxed atomics without read-modify-write, so that counting on
// the hit path costs a load, an add and a store. Whoever reports sums over the workers.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "resolver/base/clock.h"

namespace rw
{

class Counter
{
 public:
    void add(std::uint64_t amount = 1)
    {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_ = 0;
};

/// How long things took, in buckets that are the same everywhere: 1, 2.5 and 5 of each decade from 10 us to 5 s, so
/// that hits (microseconds) and misses (milliseconds to seconds) both show their percentiles.
class LatencyHistogram
{
 public:
    static constexpr std::array<Duration, 18> bounds{
        std::chrono::microseconds{10},  std::chrono::microseconds{25},   std::chrono::microseconds{50},
        std::chrono::microseconds{100}, std::chrono::microseconds{250},  std::chrono::microseconds{500},
        std::chrono::milliseconds{1},   std::chrono::microseconds{2500}, std::chrono::milliseconds{5},
        std::chrono::milliseconds{10},  std::chrono::milliseconds{25},   std::chrono::milliseconds{50},
        std::chrono::milliseconds{100}, std::chrono::milliseconds{250},  std::chrono::milliseconds{500},
        std::chrono::seconds{1},        std::chrono::milliseconds{2500}, std::chrono::seconds{5}};

    /// `count` things took `time` each.
    void add(Duration time, std::uint64_t count = 1)
    {
        std::size_t bucket = 0;
        while (bucket < bounds.size() && time > bounds[bucket])
            ++bucket;
        buckets_[bucket].add(count);
        nanoseconds_.add(static_cast<std::uint64_t>(std::chrono::nanoseconds{time}.count()) * count);
    }

    /// Number of things in bucket `index`: at most bounds[index], more than the bound before; the last one has no
    /// bound.
    [[nodiscard]] std::uint64_t in_bucket(std::size_t index) const { return buckets_[index].value(); }
    /// All times together, in nanoseconds.
    [[nodiscard]] std::uint64_t nanoseconds() const { return nanoseconds_.value(); }

    static constexpr std::size_t bucket_count = bounds.size() + 1;

 private:
    std::array<Counter, bucket_count> buckets_;
    Counter nanoseconds_;
};

}  // namespace rw
