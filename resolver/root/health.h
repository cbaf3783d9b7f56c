// SPDX-License-Identifier: EUPL-1.2
// One identity against RSSAC047v2: availability, latency, correctness and publication latency over its latest samples.
// Pure and bounded. The samples are those of one resolver, a few an hour: an indication, not the measurement system
// that RSSAC047 describes.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "resolver/root/publications.h"
#include "resolver/root/root_board.h"

namespace rw::root
{

/// Samples kept of one identity: a day and more at the monitor's usual pace.
inline constexpr std::size_t max_health_samples = 200;
/// Fewer say nothing: one lost packet of ten would miss 96 %.
inline constexpr std::size_t min_health_samples = 25;
/// Publications looked back on, and needed: two a day.
inline constexpr std::size_t max_publication_samples = 14;
inline constexpr std::size_t min_publication_samples = 4;

class Health
{
 public:
    struct Sample {
        std::optional<Duration> rtt;  ///< nothing: no answer
        bool tcp = false;
        std::optional<bool> correct;  ///< nothing: could not be judged
    };
    void note(const Sample& sample);
    /// After a publication the identity was last seen behind for so long.
    void note_publication(Duration behind);

    [[nodiscard]] IdentityHealth figures() const;

 private:
    std::deque<Sample> samples_;
    std::deque<Duration> publications_;
};

/// What misses its threshold in `health`, in words; empty when all is met or unknown.
[[nodiscard]] std::vector<std::string> missed_thresholds(const IdentityHealth& health);

}  // namespace rw::root
