// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl delta OLD NEW`: what changed between two root zones, worst first; as JSON the form of interface.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <tuple>

#include "config/shipped.h"
#include "resolver/ctl/commands.h"
#include "resolver/ctl/severity_option.h"
#include "zones/files.h"
#include "zones/verify.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

namespace
{

struct DeltaArguments {
    std::string before;
    std::string after;
    SeverityFiles tables;
};

/// 40 changes on the page; --json has them all.
constexpr std::size_t changes_shown = 40;

zones::Json json_of(const zones::Delta& delta, const std::vector<zones::Finding>& findings)
{
    zones::Json json{{"schema", 1},
                     {"from", delta.from},
                     {"to", delta.to},
                     {"resigned", delta.resigned},
                     {"changes", zones::Json::array()},
                     {"events", zones::Json::array()}};
    for (const zones::Change& change : delta.changes)
        json["changes"].push_back(zones::change_json(change));
    for (const zones::Finding& finding : findings)
        json["events"].push_back(zones::finding_json(finding));
    return json;
}

/// Cut so that it stays one line of a terminal; --json has all of it.
std::string shortened(const std::string& text)
{
    constexpr std::size_t columns = 100;
    return text.size() <= columns ? text : text.substr(0, columns - 4) + " ...";
}

std::string lines_of(const zones::Change& change)
{
    std::string lines = fmt::format("  {} {}", change.owner, dns::type_name(change.type));
    if (change.ttl_before && change.ttl_after && *change.ttl_before != *change.ttl_after)
        lines += fmt::format("  TTL {} to {}", *change.ttl_before, *change.ttl_after);
    else if (!change.ttl_before || !change.ttl_after)
        lines += change.ttl_after ? "  (new)" : "  (gone)";
    lines += '\n';
    for (const std::string& rdata : change.removed)
        lines += "    - " + shortened(rdata) + "\n";
    for (const std::string& rdata : change.added)
        lines += "    + " + shortened(rdata) + "\n";
    return lines;
}

/// "2 high, 5 info".
std::string count_by_severity(const std::vector<zones::Finding>& findings)
{
    std::string text;
    for (std::size_t i = 0; i < findings.size();) {
        const auto same = [&](const zones::Finding& finding) { return finding.severity == findings[i].severity; };
        const auto count = static_cast<std::size_t>(std::ranges::count_if(findings, same));
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, zones::severity_name(findings[i].severity));
        i += count;
    }
    return text;
}

/// Findings of one severity and class stand together, under one line that says why the class matters.
std::string findings_page(std::vector<zones::Finding> findings)
{
    std::ranges::sort(findings, {}, [](const zones::Finding& finding) {
        return std::tuple(-static_cast<int>(finding.severity), finding.event.event_class, finding.event.tld,
                          finding.event.summary);
    });
    std::string page;
    const zones::Finding* last = nullptr;
    for (const zones::Finding& finding : findings) {
        if (last == nullptr || last->severity != finding.severity ||
            last->event.event_class != finding.event.event_class)
            page += fmt::format("\n{:<8}  {}: {} ({})\n", zones::severity_name(finding.severity),
                                zones::class_name(finding.event.event_class), finding.reason, finding.reference);
        last = &finding;
        page += fmt::format("    {}\n", finding.event.summary);
        if (!finding.expected.empty())
            page += fmt::format("    expected: {}\n", finding.expected);
    }
    return page;
}

std::string page_of(const zones::Delta& delta, const std::vector<zones::Finding>& findings)
{
    std::string page = fmt::format("Root zone {} to {}: {} RRset(s) changed, {} only signed again\n", delta.from,
                                   delta.to, delta.changes.size(), delta.resigned);
    page += findings.empty() ? "Nothing of note.\n" : fmt::format("Findings: {}\n", count_by_severity(findings));
    page += findings_page(findings);
    if (!delta.changes.empty())
        page += "\nChanges\n";
    for (std::size_t i = 0; i < delta.changes.size() && i < changes_shown; ++i)
        page += lines_of(delta.changes[i]);
    if (delta.changes.size() > changes_shown)
        page += fmt::format("  ... and {} more; --json lists them all\n", delta.changes.size() - changes_shown);
    return page;
}

ExitStatus run(const DeltaArguments& arguments, Invocation& invocation)
{
    const auto usage = [&](const std::string& message) {
        invocation.err << "rootwardctl: " << zones::printable_lines(message) << '\n';
        return ExitStatus::usage;
    };
    const Result<zones::Severities> severities = arguments.tables.read();
    if (!severities)
        return usage(severities.error().message);
    const Result<zones::Zone> before = zones::read_zone_file(arguments.before);
    if (!before)
        return usage(before.error().message);
    const Result<zones::Zone> after = zones::read_zone_file(arguments.after);
    if (!after)
        return usage(after.error().message);
    const zones::Delta delta = zones::compare(*before, *after);
    const WallSeconds at = zones::signing_time(*after).value_or(SystemClock().wall_seconds());
    std::vector<zones::Event> events;
    const bool same = delta.from == delta.to && delta.changes.empty() && delta.resigned == 0;
    if (!same)
        events = zones::find_events(*before, *after, delta, severities->limits());
    const std::vector<zones::Finding> findings = severities->judge(std::move(events), at);
    invocation.out << (invocation.json ? zones::canonical_json(json_of(delta, findings)) + "\n"
                                       : zones::printable_lines(page_of(delta, findings)));
    return ExitStatus::good;
}

Result<std::string> read_text(const std::string& path, std::string_view shipped)
{
    if (path.empty())
        return std::string(shipped);
    const Result<OctetBuffer> octets = zones::read_named_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    return std::string(text_of(*octets));
}

}  // namespace

void SeverityFiles::add_options(CLI::App& command)
{
    command.add_option("--severity", severity, "Severity table (default: the shipped one).")->type_name("FILE");
    command.add_option("--expectations", expectations, "Expected key events (default: the shipped ones).")
        ->type_name("FILE");
}

Result<zones::Severities> SeverityFiles::read() const
{
    const Result<std::string> table = read_text(severity, config::shipped::severity);
    if (!table)
        return std::unexpected(table.error());
    const Result<std::string> expected = read_text(expectations, config::shipped::expectations);
    if (!expected)
        return std::unexpected(expected.error());
    return zones::Severities::read(*table, *expected);
}

void add_delta(CLI::App& app, Invocation& invocation)
{
    CLI::App* command = app.add_subcommand("delta", "What changed between two root zones, worst first.");
    const auto arguments = std::make_shared<DeltaArguments>();
    command->add_option("OLD", arguments->before, "The earlier zone file.")->required();
    command->add_option("NEW", arguments->after, "The later zone file.")->required();
    arguments->tables.add_options(*command);
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return run(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
