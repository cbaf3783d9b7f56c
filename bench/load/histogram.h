// SPDX-License-Identifier: EUPL-1.2
// Latencies counted in buckets whose width is at most 1/32 of their value, so that percentiles of millions of replies
// cost a fixed 16 KiB and are exact to 3 %.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

namespace rw::load
{

class Histogram
{
 public:
    void add(std::chrono::nanoseconds value)
    {
        const auto count = static_cast<std::uint64_t>(value.count() < 0 ? 0 : value.count());
        ++buckets_.at(bucket_of(count));
        ++total_;
    }
    /// The value that `share` of all are at or below; 0 when there are none.
    [[nodiscard]] std::chrono::nanoseconds percentile(double share) const
    {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen > 0 && seen >= wanted)
                return std::chrono::nanoseconds(upper_end(i));
        }
        return {};
    }
    [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
    static constexpr unsigned fine_bits = 5;  // 32 buckets for each power of two
    static constexpr std::uint64_t fine = 1U << fine_bits;

    static std::size_t bucket_of(std::uint64_t value)
    {
        if (value < fine)
            return value;
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - fine_bits - 1;
        return static_cast<std::size_t>((shift + 1) * fine + ((value >> shift) - fine));
    }
    static std::uint64_t upper_end(std::size_t bucket)
    {
        if (bucket < fine)
            return bucket;
        const std::size_t shift = bucket / fine - 1;
        return ((bucket % fine + fine + 1) << shift) - 1;
    }

    std::array<std::uint64_t, (64 - fine_bits + 1) * fine> buckets_{};
    std::uint64_t total_ = 0;
};

}  // namespace rw::load
