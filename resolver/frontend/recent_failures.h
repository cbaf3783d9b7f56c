// SPDX-License-Identifier: EUPL-1.2
// Why questions failed lately, for the operator (`rootwardctl failures`): a bounded ring shared by the workers. Holds
// names and reasons, no clients. Written on the miss path, when a resolution has failed.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/base/failure.h"
#include "resolver/base/siphash.h"
#include "resolver/dns/message_view.h"

namespace rw::frontend
{

/// Questions remembered; the oldest goes first. A flood of failing names fills it in a moment, but cannot make it grow.
inline constexpr std::size_t max_recent_failures = 256;
/// Configured zones whose lines in the log are remembered; one more takes the place of the oldest.
inline constexpr std::size_t max_told_zones = 64;
/// Octets kept of what exactly failed.
inline constexpr std::size_t max_failure_detail = 200;

struct RecentFailure {
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    Failure failure = Failure::no_reachable_authority;
    std::string detail;  ///< may be empty
    Instant last{};
    std::uint64_t count = 0;  ///< resolutions that failed so, one after the other
};

class RecentFailures
{
 public:
    explicit RecentFailures(const HashKey& key) : key_(key) {}

    void note(const dns::Question& question, Failure failure, std::string_view detail, Instant now);
    /// Whether it is time for a line of the log about `zone`, a configured one that does not validate: one an hour.
    [[nodiscard]] bool tell(const dns::Name& zone, Instant now);
    /// At most `limit`, the latest first.
    [[nodiscard]] std::vector<RecentFailure> latest(std::size_t limit) const;

 private:
    struct Entry {
        std::uint64_t hash = 0;
        RecentFailure failure;
    };

    struct Told {
        dns::Name zone;
        Instant last{};
    };

    const HashKey key_;
    mutable std::mutex mutex_;
    std::vector<Told> told_;
    std::vector<Entry> entries_;  ///< in no order once it is full
};

}  // namespace rw::frontend
