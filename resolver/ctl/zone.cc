// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl zone verify FILE`: is this root zone what the holders of the trust anchor signed?
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "resolver/ctl/commands.h"
#include "zones/verify.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

namespace
{

struct ZoneArguments {
    std::string file;
    std::string anchor;
    std::string at;
};

/// YYYY-MM-DD, YYYYMMDDHHMMSS or seconds since 1970, in UTC.
std::optional<WallSeconds> read_time(const std::string& text)
{
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (std::string_view("-:TZ ").find(c) == std::string_view::npos)
            return std::nullopt;
    }
    if (digits.size() != 8 && digits.size() != 14) {
        const std::optional<std::uint64_t> seconds = zones::decimal(digits);
        if (!seconds || *seconds > UINT32_MAX)
            return std::nullopt;
        return WallSeconds(std::chrono::seconds(*seconds));
    }
    const auto part = [&](std::size_t at, std::size_t size) {
        return at < digits.size() ? std::stoi(digits.substr(at, size)) : 0;
    };
    const std::chrono::year_month_day day{std::chrono::year(part(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(part(4, 2))),
                                          std::chrono::day(static_cast<unsigned>(part(6, 2)))};
    if (!day.ok() || part(8, 2) > 23 || part(10, 2) > 59 || part(12, 2) > 59)
        return std::nullopt;
    return std::chrono::sys_days(day) + std::chrono::hours(part(8, 2)) + std::chrono::minutes(part(10, 2)) +
           std::chrono::seconds(part(12, 2));
}

ExitStatus show(const zones::ZoneVerdict& verdict, Invocation& invocation)
{
    if (invocation.json) {
        zones::Json json = zones::verdict_json(verdict);
        json["schema"] = 1;
        invocation.out << zones::canonical_json(json) << '\n';
    } else {
        invocation.out << fmt::format(
            "serial {}: {}{}{}\n{} RRsets, {} signatures verified{}\n", verdict.serial,
            zones::result_name(verdict.result), verdict.reason.empty() ? "" : ": ", zones::printable(verdict.reason),
            verdict.rrsets, verdict.signatures,
            verdict.fit_to_serve() ? ", ZONEMD verified: fit to serve" : "; not fit to serve");
    }
    return verdict.result == zones::ZoneResult::failed ? ExitStatus::bad : ExitStatus::good;
}

ExitStatus verify(const ZoneArguments& arguments, Invocation& invocation)
{
    const auto usage = [&](const std::string& message) {
        invocation.err << "rootwardctl: " << zones::printable_lines(message) << '\n';
        return ExitStatus::usage;
    };
    Result<zones::Anchor> anchor = zones::shipped_anchor();
    if (!arguments.anchor.empty())
        anchor = zones::read_anchor_file(arguments.anchor);
    if (!anchor)
        return usage(anchor.error().message);
    const std::optional<WallSeconds> at = arguments.at.empty() ? SystemClock().wall_seconds() : read_time(arguments.at);
    if (!at)
        return usage(fmt::format("--at {}: a time is YYYY-MM-DD, YYYYMMDDHHMMSS or seconds since 1970", arguments.at));
    if (::access(arguments.file.c_str(), R_OK) != 0)
        return usage(fmt::format("cannot read {}: {}", zones::printable(arguments.file), std::strerror(errno)));
    std::error_code unknown;
    const auto kind = std::filesystem::status(arguments.file, unknown).type();
    if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::fifo)
        return usage(fmt::format("{} is no zone file but a {}", zones::printable(arguments.file),
                                 kind == std::filesystem::file_type::directory ? "folder" : "device or socket"));
    const Result<std::string> text = zones::read_zone_text(arguments.file);
    const Result<zones::Zone> zone = text ? zones::read_zone(*text, anchor->zone()) : std::unexpected(text.error());
    if (text && !zone && zones::is_no_zone_file(*text, anchor->zone()))
        return usage(fmt::format("{} is no zone file ({})", arguments.file, zone.error().message));
    if (!zone)  // records that are no zone of that name are a bad zone, not a wrong command line
        return show({.result = zones::ZoneResult::failed, .reason = zone.error().message, .zonemd = {}}, invocation);
    return show(zones::verify_zone(*zone, *anchor, *at), invocation);
}

}  // namespace

void add_zone(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand("zone", "Root zones on disk.");
    group->require_subcommand(1);
    CLI::App* command = group->add_subcommand(
        "verify", "Check signatures, NSEC chain and ZONEMD of a zone file; exit 1 when it failed.");
    const auto arguments = std::make_shared<ZoneArguments>();
    command->add_option("FILE", arguments->file, "The zone in zone file form.")->required();
    command->add_option("--anchor", arguments->anchor, "DS or DNSKEY records to trust (default: the root's).")
        ->type_name("FILE");
    command->add_option("--at", arguments->at, "Judge as of this time instead of now.")->type_name("TIME");
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return verify(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
