// SPDX-License-Identifier: EUPL-1.2
// What a run of one scenario gives: whether it passed, why not, and everything that went over the simulated network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/scenarios/simulator/resolver.h"

namespace rw::scenarios
{

struct Verdict {
    std::string name;                    ///< file, and the variant when it runs in several
    std::optional<std::string> failure;  ///< why it failed
    std::string trace{};                 ///< what happened, for people
    std::size_t upstream_queries = 0;
    Duration slowest{};             ///< longest time a client waited
    bool needs_validation = false;  ///< cannot pass without DNSSEC
};

/// Everything sent over `network`, one event a line, times counted from `start`.
[[nodiscard]] std::string trace_of(const SimulatedNetwork& network, Instant start);

[[nodiscard]] std::string milliseconds_text(Duration duration);

}  // namespace rw::scenarios
