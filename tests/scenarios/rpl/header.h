// SPDX-License-Identifier: EUPL-1.2
// What the header of a `.rpl` scenario sets, as settings of this resolver. The same table stands in the profile for
// harnesses: what a scenario does not say is set so that a resolver asks nothing unasked and answers briefly.
#pragma once

#include <optional>
#include <string>

#include "config/settings.h"
#include "resolver/base/clock.h"
#include "tests/scenarios/rpl/scenario.h"

namespace rw::scenarios::rpl
{

enum class Minimisation : std::uint8_t { off, on, either };

struct Setup {
    config::Settings settings;
    std::string hints;  ///< content of the hints file; empty when there is no stub-addr
    WallSeconds start;  ///< wall clock at the first step
    Minimisation minimisation = Minimisation::either;
    bool validates = false;  ///< has a trust anchor
};

/// The error names file and line of the key or value that is not known.
[[nodiscard]] Result<Setup> read_header(const Scenario& scenario);

}  // namespace rw::scenarios::rpl
