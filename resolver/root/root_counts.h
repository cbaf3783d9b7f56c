// SPDX-License-Identifier: EUPL-1.2
// How many datagrams went to which root identity, for what, and what came of them: the evidence behind the preference
// share. Counted when sent, by every worker; root queries are rare, so one short lock serves all.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "resolver/base/clock.h"

namespace rw::root
{

enum class Purpose : std::uint8_t { resolution, priming, monitor, transfer };
enum class RootEvent : std::uint8_t { sent, answered, timed_out };

/// Why a resolution query is sent to an identity that is not preferred.
enum class OtherReason : std::uint8_t { timeout, stale, mode };

inline constexpr std::size_t purpose_count = 4;
inline constexpr std::size_t root_event_count = 3;
inline constexpr std::size_t letter_count = 13;

[[nodiscard]] std::string_view name_of(Purpose purpose);
[[nodiscard]] std::string_view name_of(RootEvent event);

/// Resolution queries to the root in one span of time. The preference share is sent_preferred / sent_total.
struct Share {
    std::uint64_t sent_preferred = 0;
    std::uint64_t sent_total = 0;
    std::uint64_t answered_preferred = 0;
    std::uint64_t answered_total = 0;
    // sent to others than preferred identities, by reason
    std::uint64_t other_timeout = 0;  ///< the preferred ones were silent
    std::uint64_t other_stale = 0;    ///< the preferred ones serve an old zone
    std::uint64_t other_mode = 0;     ///< root.mode is off

    Share& operator+=(const Share& more);
};

class RootCounts
{
 public:
    /// `clock` must outlive the counts.
    RootCounts(const Clock& clock, const config::RootSettings& settings);

    /// Counts by the preference of `settings` from now on.
    void follow(const config::RootSettings& settings);

    /// `letter` absent: a root server that is no published identity. `reason`: in case something is sent to an identity
    /// that is not preferred.
    void note(std::optional<config::IdentityLetter> letter, Purpose purpose, RootEvent event,
              OtherReason reason = OtherReason::timeout);

    /// Everything, for metrics: rootward_root_queries_total{identity, purpose, outcome}.
    struct Count {
        std::optional<char> letter;  ///< nothing: root servers that are no published identity
        Purpose purpose{};
        RootEvent event{};
        std::uint64_t count = 0;
    };
    [[nodiscard]] std::vector<Count> all() const;

    [[nodiscard]] std::uint64_t count(std::optional<config::IdentityLetter> letter, Purpose purpose,
                                      RootEvent event) const;
    /// Over the last `span`, in whole minutes and at most a day.
    [[nodiscard]] Share share_of_last(std::chrono::minutes span) const;
    [[nodiscard]] Share share_since_start() const;

 private:
    static constexpr std::size_t minutes_kept = std::size_t{24} * 60;
    struct Minute {
        std::int64_t number = -1;  ///< minutes on the monotonic clock; -1: never used
        Share share;
    };

    [[nodiscard]] bool is_preferred(std::optional<config::IdentityLetter> letter) const;
    [[nodiscard]] std::int64_t minute_now() const;
    [[nodiscard]] Share share_of(std::optional<config::IdentityLetter> letter, RootEvent event,
                                 OtherReason reason) const;

    const Clock& clock_;
    std::vector<config::IdentityLetter> preferred_;
    mutable std::mutex mutex_;
    std::array<std::array<std::array<std::uint64_t, root_event_count>, purpose_count>, letter_count + 1> counters_{};
    std::vector<Minute> minutes_;
    Share since_start_;
};

}  // namespace rw::root
