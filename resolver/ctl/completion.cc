// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl completion SHELL`: scripts for bash and zsh, written from the commands themselves, so that a new command
// needs nothing here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "resolver/ctl/commands.h"

namespace rw::ctl
{

namespace
{

/// The options of a command's own, "--anchor --at"; `valued`: only those that a value follows.
std::string options_of(const CLI::App& command, bool valued)
{
    std::string words;
    for (const CLI::Option* option : command.get_options()) {
        const bool wanted = option->nonpositional() && option != command.get_help_ptr();
        if (wanted && !option->get_lnames().empty() && (!valued || option->get_items_expected_max() > 0))
            words += fmt::format("--{} ", option->get_lnames().front());
    }
    return words;
}

/// A line of a case statement for each command: "rootwardctl cache" completes to "flush stats", "rootwardctl zone
/// verify" and whatever follows it to its options.
std::string cases_of(const CLI::App& app, const std::string& words)
{
    std::vector<std::string> names;
    std::string below;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        names.push_back(command->get_name());
        below += cases_of(*command, words + " " + command->get_name());
    }
    const std::string options = options_of(app, false);
    if (names.empty() && options.empty())
        return {};
    if (names.empty())
        return fmt::format("        \"{0}\" | \"{0} \"*) words='{1}' valued=' {2}' ;;\n", words, options,
                           options_of(app, true));
    return fmt::format("        \"{}\") words='{}' ;;\n", words, fmt::join(names, " ")) + below;
}

constexpr std::string_view bash = R"(# bash completion of rootwardctl
_rootwardctl() {{
    local path=rootwardctl words='' valued='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
            --socket|-c|--config) i=$((i + 1)) ;;
            -*) ;;
            *) path+=" ${{COMP_WORDS[i]}}" ;;
        esac
    done
    COMPREPLY=()
    case ${{COMP_WORDS[COMP_CWORD - 1]}} in
        --socket|-c|--config) return ;;
    esac
    case $path in
{}    esac
    [[ $valued == *" ${{COMP_WORDS[COMP_CWORD - 1]}} "* ]] && return
    COMPREPLY=($(compgen -W "$words --json --socket --config --help" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
# What is none of these words may be a file.
complete -o default -F _rootwardctl rootwardctl
)";

std::string script_for(const std::string& shell, const CLI::App& app)
{
    const std::string script = fmt::format(bash, cases_of(app, "rootwardctl"));
    return shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" + script : script;
}

}  // namespace

void add_completion(CLI::App& app, Invocation& invocation)
{
    CLI::App* command = app.add_subcommand("completion", "Print a script that completes commands in a shell.");
    command->footer("Example: rootwardctl completion bash > /etc/bash_completion.d/rootwardctl");
    auto shell = std::make_shared<std::string>();
    command->add_option("SHELL", *shell, "bash or zsh")->type_name("");
    command->callback([&app, &invocation, shell] {
        invocation.run = [&app, &invocation, shell] {
            if (*shell != "bash" && *shell != "zsh") {
                invocation.err << "rootwardctl: completion bash or completion zsh"
                               << (shell->empty() ? "" : "; " + *shell + " is not there yet") << '\n';
                return ExitStatus::usage;
            }
            invocation.out << script_for(*shell, app);
            return ExitStatus::good;
        };
    });
}

}  // namespace rw::ctl
