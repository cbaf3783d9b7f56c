// SPDX-License-Identifier: EUPL-1.2
// Runs a scenario of our own format against a resolver of its own.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/scenarios/report.h"

namespace rw::scenarios::story
{

struct PlayOptions {
    std::uint64_t seed = 1;
    /// Every question is also explained while clients wait for it. What the story expects is not looked at then,
    /// because explanations ask servers as well: each must come, and under sanitizers nothing may be touched that is
    /// gone.
    bool explain = false;
};

[[nodiscard]] std::vector<Verdict> play(const std::filesystem::path& file, const PlayOptions& options);

}  // namespace rw::scenarios::story
