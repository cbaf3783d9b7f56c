// SPDX-License-Identifier: EUPL-1.2
// Global options and the list of commands.
#include "resolver/ctl/commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace rw::ctl
{

namespace
{

constexpr const char* footer =
    R"(Exit status: 0 good; 1 the checked thing is bad; 2 usage or configuration; 3 the daemon does not answer;
4 the output cannot be written.

Examples:
  rootwardctl root
  rootwardctl lookup www.example.org AAAA --json
  rootwardctl completion bash > /etc/bash_completion.d/rootwardctl)";

void add_global_options(CLI::App& app, Invocation& invocation)
{
    app.set_version_flag("--version", std::string("rootwardctl ") + ROOTWARD_VERSION);
    app.add_flag("--json", invocation.json, "Print JSON; every document carries a schema.");
    app.add_option("--socket", invocation.socket, "The daemon's control socket.")->type_name("PATH");
    app.add_option("-c,--config", invocation.config,
                   "The daemon's configuration file, to find the socket or the audit log in.")
        ->type_name("FILE");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(footer);
}

}  // namespace

void add_commands(CLI::App& app, Invocation& invocation)
{
    add_global_options(app, invocation);
    add_daemon_commands(app, invocation);
    add_compare(app, invocation);
    add_zone(app, invocation);
    add_delta(app, invocation);
    add_audit(app, invocation);
    add_authority(app, invocation);
    add_site(app, invocation);
    add_statement(app, invocation);
    add_continuity(app, invocation);
    add_import(app, invocation);
    add_completion(app, invocation);
}

ExitStatus run_command_line(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err)
{
    Invocation invocation{.out = out, .err = err, .json = false, .socket = {}, .config = {}, .run = {}};
    CLI::App app("Asks and steers rootward, a DNS recursive resolver.", "rootwardctl");
    add_commands(app, invocation);
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // the order CLI11 takes them in
    try {
        app.parse(reversed);
    } catch (const CLI::ParseError& error) {
        return app.exit(error, out, err) == 0 ? ExitStatus::good : ExitStatus::usage;
    }
    return invocation.run ? invocation.run() : ExitStatus::usage;
}

}  // namespace rw::ctl
