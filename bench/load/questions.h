// SPDX-License-Identifier: EUPL-1.2
// The queries of a run, encoded once, and the order in which they are sent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"

namespace rw::load
{

enum class Order : std::uint8_t {
    once,     ///< each query once, as listed
    uniform,  ///< each as likely as the others
    zipf,     ///< the n-th with a weight of 1/n (Jung et al. 2002: popularity of names)
};

class Questions
{
 public:
    /// Reads lines of "name<TAB>type", further fields ignored. Errors name the line.
    static Result<Questions> read(const std::filesystem::path& file, bool dnssec_ok);

    [[nodiscard]] std::size_t size() const { return offsets_.size() - 1; }
    /// The whole message, with id 0.
    [[nodiscard]] Octets query(std::size_t number) const
    {
        return Octets(octets_).subspan(offsets_[number], offsets_[number + 1] - offsets_[number]);
    }
    /// Whether `reply` repeats the question of this query, octet for octet.
    [[nodiscard]] bool is_answered_by(std::size_t number, Octets reply) const;

 private:
    OctetBuffer octets_;
    std::vector<std::size_t> offsets_{0};
    std::vector<std::uint16_t> question_ends_;
};

/// Numbers of queries in sending order; a run that needs more starts again from the front.
[[nodiscard]] std::vector<std::uint32_t> sequence(Order order, std::size_t queries, std::uint64_t seed);

}  // namespace rw::load
