// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl import PEER FILE`: another resolver's configuration becomes ours, with a report line by line.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "config/print_differences.h"
#include "resolver/ctl/commands.h"
#include "resolver/ctl/import.h"
#include "resolver/service/checks.h"

namespace rw::ctl
{

namespace
{

struct ImportArguments {
    std::string file;
    std::string folder = ".";
    std::vector<std::string> accepted;
};

/// Whether the operator has named what is lost at `line`.
bool is_accepted(const ReportLine& line, const std::vector<std::string>& accepted)
{
    return std::ranges::any_of(accepted, [&](const std::string& name) { return name == "all" || name == line.option; });
}

std::vector<ReportLine> losses(const Draft& draft, const ImportArguments& arguments)
{
    std::vector<ReportLine> lost;
    std::ranges::copy_if(draft.report(), std::back_inserter(lost), [&](const ReportLine& line) {
        return line.verdict == Verdict::missing && !is_accepted(line, arguments.accepted);
    });
    return lost;
}

std::string report_text(const ReportLine& line)
{
    return fmt::format("{}:{}: {}: {}: {}", line.at.file, line.at.line, verdict_name(line.verdict), line.option,
                       line.words);
}

/// What the draft's settings would be refused for. It is a fault of the importer when there is anything.
std::vector<config::Finding> mistakes_in(const config::Settings& settings)
{
    std::vector<config::Finding> findings = config::validate(settings);
    for (config::Finding& finding : service::find_problems(settings))
        findings.push_back(std::move(finding));
    return findings;
}

std::optional<std::string> write_file(const std::filesystem::path& path, const std::string& text)
{
    std::error_code made;
    std::filesystem::create_directories(path.parent_path(), made);
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    if (!file)
        return fmt::format("cannot write {}: {}", path.string(), std::strerror(errno));
    return std::nullopt;
}

void print_json(const Draft& draft, const std::filesystem::path& written, std::ostream& out)
{
    nlohmann::ordered_json json{{"schema", 1}, {"written", written.string()}, {"report", nlohmann::json::array()}};
    for (const ReportLine& line : draft.report())
        json["report"].push_back({{"file", line.at.file},
                                  {"line", line.at.line},
                                  {"verdict", verdict_name(line.verdict)},
                                  {"option", line.option},
                                  {"words", line.words}});
    out << json.dump() << '\n';
}

ExitStatus run(const ImportArguments& arguments, Imported (*read)(const std::filesystem::path&), Invocation& invocation)
{
    const auto usage = [&](const std::string& message) {
        invocation.err << "rootwardctl: " << message << '\n';
        return ExitStatus::usage;
    };
    const Imported draft = read(arguments.file);
    if (!draft)
        return usage(draft.error());
    if (const auto mistakes = mistakes_in(draft->settings); !mistakes.empty())
        return usage(fmt::format("what {} says cannot be put together: {}: {}", arguments.file, mistakes.front().path,
                                 mistakes.front().message));
    const auto path = std::filesystem::path(arguments.folder) / "rootward.yaml";
    const std::string head = fmt::format(
        "# Made by `rootwardctl import` from {}; what is not here is at its default (config/reference.md).\n",
        arguments.file);
    if (const auto failure = write_file(path, head + config::print_differences(draft->settings)))
        return usage(*failure);
    const std::vector<ReportLine> lost = losses(*draft, arguments);
    if (invocation.json) {
        print_json(*draft, path, invocation.out);
    } else {
        for (const ReportLine& line : draft->report())
            invocation.out << report_text(line) << '\n';
    }
    if (lost.empty())
        return ExitStatus::good;
    std::vector<std::string> names;
    for (const ReportLine& line : lost)
        names.push_back(line.option);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    invocation.err << fmt::format(
        "rootwardctl: {} is written, but {} line{} could not be kept; read them, then: --accept-loss {}\n",
        path.string(), lost.size(), lost.size() == 1 ? "" : "s", fmt::join(names, ","));
    return ExitStatus::bad;
}

void add_peer(CLI::App& group, Invocation& invocation, const std::string& name, const std::string& what,
              Imported (*read)(const std::filesystem::path&))
{
    CLI::App* command = group.add_subcommand(name, "Take over " + what + ".");
    const auto arguments = std::make_shared<ImportArguments>();
    command->add_option("FILE", arguments->file, "Its main configuration file.")->required();
    command->add_option("--out", arguments->folder, "Folder to write rootward.yaml to (default: this one).")
        ->type_name("DIR");
    command->add_option("--accept-loss", arguments->accepted, "Options that may be missing, or all.")
        ->delimiter(',')
        ->type_name("LIST");
    command->footer(
        fmt::format("Example: rootwardctl import {} /etc/{}/{}.conf --out /etc/rootward", name, name, name));
    command->callback([arguments, read, &invocation] {
        invocation.run = [arguments, read, &invocation] { return run(*arguments, read, invocation); };
    });
}

}  // namespace

void add_import(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand(
        "import",
        "Make our configuration of another resolver's, with a report of every line; exit 1 when one is lost.");
    group->require_subcommand(1);
    add_peer(*group, invocation, "unbound", "an unbound.conf", import_unbound);
    add_peer(*group, invocation, "named", "a named.conf", import_named);
    add_peer(*group, invocation, "knot", "Knot Resolver 6's config.yaml", import_knot);
}

}  // namespace rw::ctl
