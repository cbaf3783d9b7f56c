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
};

[[nodiscard]] std::vector<Verdict> play(const std::filesystem::path& file, const PlayOptions& options);

}  // namespace rw::scenarios::story
