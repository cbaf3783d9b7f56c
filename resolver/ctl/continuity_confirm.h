// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl continuity confirm`: an operator's signature.
#pragma once

#include <CLI/CLI.hpp>

#include "resolver/ctl/invocation.h"

namespace rw::ctl
{

void add_continuity_confirm(CLI::App& group, Invocation& invocation);

}  // namespace rw::ctl
