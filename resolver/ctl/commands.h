// SPDX-License-Identifier: EUPL-1.2
// The command line of rootwardctl as a whole.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "resolver/ctl/invocation.h"

namespace CLI
{
class App;
}

namespace rw::ctl
{

/// Adds every command to `app`.
void add_commands(CLI::App& app, Invocation& invocation);

/// Parses `arguments` (without the program's name), runs the command and gives the exit status. Nothing is written but
/// to `out` and `err`.
[[nodiscard]] ExitStatus run_command_line(const std::vector<std::string>& arguments, std::ostream& out,
                                          std::ostream& err);

// One for each file of this folder that adds commands.
void add_daemon_commands(CLI::App& app, Invocation& invocation);
void add_compare(CLI::App& app, Invocation& invocation);
void add_completion(CLI::App& app, Invocation& invocation);
void add_zone(CLI::App& app, Invocation& invocation);
void add_delta(CLI::App& app, Invocation& invocation);
void add_audit(CLI::App& app, Invocation& invocation);
void add_authority(CLI::App& app, Invocation& invocation);
void add_site(CLI::App& app, Invocation& invocation);
void add_statement(CLI::App& app, Invocation& invocation);
void add_continuity(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);

}  // namespace rw::ctl
