// SPDX-License-Identifier: EUPL-1.2
// Runs a `.rpl` scenario against a resolver of its own. A scenario that leaves QNAME minimisation open runs both ways.
#pragma once

#include <vector>

#include "tests/scenarios/report.h"
#include "tests/scenarios/rpl/scenario.h"

namespace rw::scenarios::rpl
{

struct PlayOptions {
    std::uint64_t seed = 1;
    bool strict = false;  ///< a query that no entry answers fails the scenario
};

[[nodiscard]] std::vector<Verdict> play(const std::filesystem::path& file, const PlayOptions& options);

}  // namespace rw::scenarios::rpl
