// SPDX-License-Identifier: EUPL-1.2
// The words of the control socket and of the start script, one command a line; `help` lists them. Called by the
// control server with one line, returns the text to send back. Changes paths; never touches packets or sockets.
#pragma once

#include <string>
#include <string_view>

#include "tests/lab/router/forwarder.h"

namespace rw::lab
{

// Data lines, then `ok` or `error: what is wrong`; always ends with a newline.
std::string run_command(Forwarder& forwarder, std::string_view line);

}  // namespace rw::lab
