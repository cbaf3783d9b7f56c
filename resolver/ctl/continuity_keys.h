// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl continuity keys ...`. Called by continuity.cc.
#pragma once

#include "resolver/ctl/signing_tools.h"

namespace rw::ctl
{

void add_continuity_keys(CLI::App& group, Invocation& invocation);

[[nodiscard]] Result<std::string> read_file_text(const std::string& path);

}  // namespace rw::ctl
