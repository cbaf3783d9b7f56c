// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl continuity build` and `check`: the continuity zone of a statement, made and judged.
#include <fmt/format.h>

#include <algorithm>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/continuity_confirm.h"
#include "resolver/ctl/continuity_keys.h"
#include "resolver/ctl/continuity_zone.h"
#include "resolver/ctl/signing_tools.h"
#include "zones/continuity/zone_build.h"
#include "zones/severity.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct BuildArguments {
    std::string zone;
    std::string statement;
    BaseOption base;
    std::string newest;
    std::string out;
    std::string unsigned_out;
    std::vector<std::string> servers;
    std::string responsible = "hostmaster.invalid.";
    std::string bundle;
    std::uint32_t serial = 0;
    std::string from;
    std::string validity = "13d";
    std::string at;
    KeyOption zsk;
};

/// 40 lines of differences on the page; --json has them all.
constexpr std::size_t differences_shown = 40;

ExitStatus build(const BuildArguments& arguments, Invocation& invocation)
{
    const Result<ZonePolicy> policy = read_policy_of(arguments.statement);
    const Result<Zone> base = policy ? arguments.base.read(*policy) : std::unexpected(policy.error());
    if (!base)
        return complain(invocation, base.error().message, ExitStatus::bad);
    const Result<std::string> text = read_file_text(arguments.bundle);
    const Result<KeyBundle> keys = text ? read_bundle(*text) : std::unexpected(text.error());
    const Result<Seconds> from =
        arguments.from.empty() ? Result<Seconds>(now_seconds() - hour) : read_moment(arguments.from);
    const Result<Seconds> validity = read_span(arguments.validity);
    const std::optional<dns::Name> responsible = dns::Name::parse(arguments.responsible);
    if (!keys || !from || !validity || !responsible)
        return complain(invocation, !keys       ? keys.error().message
                                    : !from     ? from.error().message
                                    : !validity ? validity.error().message
                                                : "--responsible is no domain name");
    BuildInputs inputs{.base = *base,
                       .policy = *policy,
                       .servers = {},
                       .responsible = responsible->lowercase(),
                       .serial = arguments.serial != 0 ? arguments.serial : base->serial(),
                       .keys = *keys};
    for (const std::string& one : arguments.servers) {
        Result<Server> server = read_server(one);
        if (!server)
            return complain(invocation, server.error().message);
        inputs.servers.push_back(std::move(*server));
    }
    const Result<Zone> bare = build_unsigned(inputs);
    if (!bare)
        return complain(invocation, bare.error().message, ExitStatus::bad);
    if (!arguments.unsigned_out.empty()) {
        if (Result<void> done = write_text_file(arguments.unsigned_out, canonical_text(*bare)); !done)
            return complain(invocation, done.error().message);
    }
    Result<std::unique_ptr<PrivateKey>> zsk = arguments.zsk.open(invocation);
    if (!zsk)
        return complain(invocation, zsk.error().message);
    const Result<Zone> zone = sign_zone(*bare, *keys, **zsk, *from, *from + *validity);
    if (!zone)
        return complain(invocation, zone.error().message);
    if (Result<void> done = write_text_file(arguments.out, canonical_text(*zone)); !done)
        return complain(invocation, done.error().message);
    invocation.out << fmt::format(
        "{}: serial {}, {} TLDs, signatures from {} until {}: sign again before {}\n"
        "unsigned zone, SHA-256 {}\n",
        arguments.out, zone->serial(), count_tlds(*zone), time_words(*from), time_words(*from + *validity),
        time_words(*from + *validity / 2), hex_lower(unsigned_hash(*zone)));
    return ExitStatus::good;
}

/// What the differences mean, weighed as `delta` weighs them.
std::vector<Finding> findings_of(const Zone& before, const Zone& after)
{
    const Severities& severities = Severities::shipped();
    std::vector<zones::Event> events = find_events(before, after, compare(before, after), severities.limits());
    return severities.judge(std::move(events), signing_time(after).value_or(WallSeconds()));
}

std::string lines_of(const ZoneComparison& comparison)
{
    std::string page;
    std::size_t shown = 0;
    for (const Deviation& one : comparison.deviations) {
        if (shown++ == differences_shown)
            return page + fmt::format("  ... and {} more; --json lists them all\n",
                                      comparison.deviations.size() - differences_shown);
        page += fmt::format("  {:<8} {} {}{}\n", one.listed ? "listed" : "UNLISTED", one.change.owner,
                            dns::type_name(one.change.type), one.why.empty() ? "" : " " + one.why);
        for (const std::string& rdata : one.change.removed)
            page += "    - " + rdata + "\n";
        for (const std::string& rdata : one.change.added)
            page += "    + " + rdata + "\n";
    }
    return page;
}

Json json_of(const ZoneComparison& comparison, const std::vector<Finding>& findings, const std::string& why)
{
    Json differences = Json::array();
    for (const Deviation& one : comparison.deviations) {
        Json json = change_json(one.change);
        json["listed"] = one.listed;
        json["why"] = one.why;
        differences.push_back(std::move(json));
    }
    Json events = Json::array();
    for (const Finding& finding : findings)
        events.push_back(finding_json(finding));
    return Json{{"schema", 1},
                {"good", why.empty()},
                {"reason", why},
                {"serial", comparison.facts.serial},
                {"unsigned-sha256", hex_lower(comparison.facts.hash)},
                {"verified", !comparison.facts.anchor.empty() && comparison.facts.zonemd},
                {"apex", comparison.apex},
                {"differences", differences},
                {"events", events},
                {"changed-tlds", comparison.facts.changed_tlds},
                {"tlds", comparison.facts.base_tlds}};
}

ExitStatus check(const BuildArguments& arguments, Invocation& invocation)
{
    const Result<ZonePolicy> policy = read_policy_of(arguments.statement);
    const Result<Zone> base = policy ? arguments.base.read(*policy) : std::unexpected(policy.error());
    if (!base)
        return complain(invocation, base.error().message, ExitStatus::bad);
    const Result<Zone> zone = read_zone_file(arguments.zone);
    const Result<Seconds> at = arguments.at.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.at);
    if (!zone || !at)
        return complain(invocation, !zone ? zone.error().message : at.error().message);
    const ZoneComparison comparison = check_zone(*zone, *base, *policy, WallSeconds(std::chrono::seconds(*at)));
    const std::vector<Finding> findings =
        comparison.deviations.empty() ? std::vector<Finding>() : findings_of(*base, *zone);
    const std::string why = objection(comparison, *policy);
    const ExitStatus status = why.empty() ? ExitStatus::good : ExitStatus::bad;
    if (invocation.json) {
        invocation.out << json_of(comparison, findings, why).dump() << '\n';
        return status;
    }
    invocation.out << fmt::format("serial {} against base {}: {}\n", zone->serial(), base->serial(),
                                  why.empty() ? "good" : "REFUSED: " + why)
                   << fmt::format("unsigned zone, SHA-256 {}\n", hex_lower(comparison.facts.hash))
                   << fmt::format("own apex: {}\n", list_words(comparison.apex))
                   << fmt::format("differences from the base: {}, {} of {} TLDs\n", comparison.deviations.size(),
                                  comparison.facts.changed_tlds, comparison.facts.base_tlds)
                   << lines_of(comparison);
    for (const Finding& finding : findings)
        invocation.out << fmt::format("  {:<8} {}\n", severity_name(finding.severity), finding.event.summary);
    if (!arguments.newest.empty()) {
        const Result<Zone> newest = read_zone_file(arguments.newest);
        if (!newest)
            return complain(invocation, newest.error().message);
        invocation.out << fmt::format("IANA published since (not the yardstick): serial {}\n", newest->serial());
        for (const Finding& finding : findings_of(*base, *newest))
            invocation.out << fmt::format("  {:<8} {}\n", severity_name(finding.severity), finding.event.summary);
    }
    return status;
}

void add_common(CLI::App& made, const std::shared_ptr<BuildArguments>& arguments)
{
    made.add_option("--statement", arguments->statement, "The statement whose zone policy counts.")
        ->type_name("FILE")
        ->required();
    arguments->base.add_to(made);
    made.get_option("--base")->required();
}

}  // namespace

void add_continuity(CLI::App& app, Invocation& invocation)
{
    CLI::App* group =
        app.add_subcommand("continuity", "The continuity zone: keys signed ahead, built, checked, confirmed.");
    group->require_subcommand(1);
    const auto arguments = std::make_shared<BuildArguments>();
    CLI::App* made = group->add_subcommand("build", "Make and sign the zone of a statement from its base.");
    add_common(*made, arguments);
    made->add_option("--server", arguments->servers, "A server of the zone: NAME=ADDRESS,ADDRESS.")->required();
    made->add_option("--responsible", arguments->responsible, "RNAME of its SOA.")->type_name("NAME");
    made->add_option("--keys", arguments->bundle, "DNSKEY RRsets signed ahead (continuity keys sign).")
        ->type_name("FILE")
        ->required();
    made->add_option("--serial", arguments->serial, "Default: the base's.");
    made->add_option("--from", arguments->from, "Signatures are good from (default: an hour ago).")->type_name("TIME");
    made->add_option("--validity", arguments->validity, "... for this long (default: 13d, as IANA's).")
        ->type_name("SPAN");
    made->add_option("--out", arguments->out, "The zone file.")->type_name("FILE")->required();
    made->add_option("--unsigned-out", arguments->unsigned_out, "Also the unsigned zone.")->type_name("FILE");
    arguments->zsk.add_to(*made);
    run_with(*made, invocation, arguments, build);
    made = group->add_subcommand("check", "Is a zone what the statement permits? Exit 1 when not.");
    made->add_option("ZONE", arguments->zone, "The zone file.")->required();
    add_common(*made, arguments);
    made->add_option("--at", arguments->at, "Judge signatures as of this time (default: now).")->type_name("TIME");
    made->add_option("--newest", arguments->newest, "What IANA published since: shown beside it.")->type_name("FILE");
    run_with(*made, invocation, arguments, check);
    add_continuity_confirm(*group, invocation);
    add_continuity_keys(*group, invocation);
}

}  // namespace rw::ctl
