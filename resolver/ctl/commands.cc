// SPDX-License-Identifier: EUPL-1.2
// Global options and the list of commands.
#include "resolver/ctl/commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "config/problem.h"

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

/// "cache flush" for "flush": where a command of that name stands below another.
std::string path_to(const CLI::App& app, const std::string& name)
{
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        if (command->get_name() == name)
            return name;
        if (const std::string below = path_to(*command, name); !below.empty())
            return command->get_name() + " " + below;
    }
    return {};
}

std::string meant_by(const CLI::App& app, const CLI::App& at, const std::string& word)
{
    if (word == "help")
        return "--help";
    if (std::string path = path_to(app, word); !path.empty())
        return path;
    std::vector<std::string_view> names;
    for (const CLI::App* command : at.get_subcommands(nullptr))
        names.push_back(command->get_name());
    return std::string(config::nearest(word, names));
}

/// What is wrong when `arguments` lead to no command: one that is not known, or none where one is needed. Nothing when
/// the command is there.
std::string missing_command(const CLI::App& app, const std::vector<std::string>& arguments)
{
    const CLI::App* at = &app;
    std::string path = "rootwardctl";
    bool value = false;
    for (const std::string& word : arguments) {
        const bool option = word.starts_with('-');
        const bool skipped = option || value;
        value = !value && (word == "--socket" || word == "-c" || word == "--config");
        if (skipped)
            continue;
        const auto below = at->get_subcommands(nullptr);
        if (below.empty())
            return {};
        const auto next = std::ranges::find(below, word, &CLI::App::get_name);
        if (next == below.end()) {
            const std::string meant = meant_by(app, *at, word);
            return fmt::format("unknown command {}{} {} --help lists them", config::in_quotes(word),
                               meant.empty() ? ";" : "; did you mean '" + meant + "'?", path);
        }
        at = *next;
        path += " " + word;
    }
    return at->get_subcommands(nullptr).empty() ? "" : fmt::format("which command? {} --help lists them", path);
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
    } catch (const CLI::RequiredError& error) {
        const std::string missing = missing_command(app, arguments);
        if (missing.empty())
            return app.exit(error, out, err) == 0 ? ExitStatus::good : ExitStatus::usage;
        err << "rootwardctl: " << missing << '\n';
        return ExitStatus::usage;
    } catch (const CLI::ParseError& error) {
        return app.exit(error, out, err) == 0 ? ExitStatus::good : ExitStatus::usage;
    }
    return invocation.run ? invocation.run() : ExitStatus::usage;
}

}  // namespace rw::ctl
