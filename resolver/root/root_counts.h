// SPDX-License-Identifier: EUPL-1.2
// How many datagrams went to which root identity, for what, and what came of them: the evidence behind the preference
// share. Counted when sent, by every worker.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "config/units.h"

namespace rw::root
{

enum class Purpose : std::uint8_t { resolution, priming, monitor, transfer };
enum class RootEvent : std::uint8_t { sent, answered, timed_out };

inline constexpr std::size_t purpose_count = 4;
inline constexpr std::size_t root_event_count = 3;
inline constexpr std::size_t letter_count = 13;

class RootCounts
{
 public:
    /// `letter` absent: a root server that is no published identity.
    void note(std::optional<config::IdentityLetter> letter, Purpose purpose, RootEvent event)
    {
        counters_[index_of(letter)][static_cast<std::size_t>(purpose)][static_cast<std::size_t>(event)].fetch_add(
            1, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t count(std::optional<config::IdentityLetter> letter, Purpose purpose,
                                      RootEvent event) const
    {
        return counters_[index_of(letter)][static_cast<std::size_t>(purpose)][static_cast<std::size_t>(event)].load(
            std::memory_order_relaxed);
    }

 private:
    static std::size_t index_of(std::optional<config::IdentityLetter> letter)
    {
        return letter ? static_cast<std::size_t>(letter->letter - 'a') : letter_count;
    }

    std::array<std::array<std::array<std::atomic<std::uint64_t>, root_event_count>, purpose_count>, letter_count + 1>
        counters_{};
};

}  // namespace rw::root
