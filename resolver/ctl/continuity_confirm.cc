// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl continuity confirm ACTION`: an operator reads what their site is about to do, made from the files and from
// the exact octets that will be signed, types the code, signs. For entering, statement and zone are judged first: nobody is
// asked to say yes to what the site would refuse.
#include "resolver/ctl/continuity_confirm.h"

#include <fmt/format.h>

#include "resolver/ctl/continuity_zone.h"
#include "resolver/ctl/statement_file.h"
#include "zones/continuity/statement_words.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct ConfirmArguments {
    std::string action;
    std::string site;
    std::string nonce;
    std::string statement;
    std::vector<std::string> authority;
    std::string zone;
    BaseOption base;
    std::string time;
    std::string out;
    KeyOption key;
};

/// What is confirmed, and what is shown below its own words.
struct Subject {
    std::optional<Digest> hash;
    std::optional<Digest> zone;
    std::string page;
    std::optional<Digest> known_hash;
};

/// A statement that the site would take, and the zone that it permits.
Result<Subject> to_enter(const ConfirmArguments& arguments, const Site& site, Seconds at)
{
    if (arguments.zone.empty() || arguments.base.file.empty())
        return failed("to enter, --zone and --base are needed: what is confirmed is the zone that was shown");
    const Result<OpenedStatement> opened = open_statement_file(arguments.statement, arguments.authority);
    if (!opened)
        return std::unexpected(opened.error());
    const Statement& content = opened->statement.content;
    if (const Verdict verdict = judge_alone(*opened, at, content.sequence - 1, site.id); !verdict.permitted)
        return failed(verdict.sentence);
    if (!content.policy)
        return failed(fmt::format("a {} without a zone policy enters nothing", type_name(content.type)));
    const Result<Zone> base = arguments.base.read(*content.policy);
    const Result<Zone> zone = base ? read_zone_file(arguments.zone) : std::unexpected(base.error());
    if (!zone)
        return std::unexpected(zone.error());
    const ZoneComparison comparison = check_zone(*zone, *base, *content.policy, WallSeconds(std::chrono::seconds(at)));
    if (const std::string why = objection(comparison, *content.policy); !why.empty())
        return failed(why);
    return Subject{
        .hash = opened->statement.hash,
        .zone = comparison.facts.hash,
        .page = fmt::format("{}{}\nThis zone    serial {}, {} difference(s) from the base, all of them listed\n",
                            words_of(content), opened->words(), zone->serial(), comparison.deviations.size()),
        .known_hash = {}};
}

/// The statement that is left or begun from.
Result<Subject> of_statement(const std::string& path)
{
    const Result<Envelope> envelope = read_envelope_file(path, Payload::statement);
    const Result<Statement> statement =
        envelope ? read_statement(envelope->payload) : std::unexpected(envelope.error());
    if (!statement)
        return std::unexpected(statement.error());
    return Subject{.hash = sha256(envelope->payload), .zone = {}, .page = words_of(*statement), .known_hash = {}};
}

/// The newest version of the authority. To install it, its hash is typed as it came by another way.
Result<Subject> of_authority(const ConfirmArguments& arguments, bool typed)
{
    const auto chain = read_chain(arguments.authority);
    if (!chain || chain->empty())
        return failed(!chain ? chain.error().message : "--authority is needed");
    const Signed<continuity::Authority>& newest = chain->back();
    Subject subject{.hash = newest.hash, .zone = {}, .page = words_of(newest.content), .known_hash = {}};
    if (typed)
        subject.known_hash = newest.hash;
    return subject;
}

Result<Subject> subject_of(Action action, const ConfirmArguments& arguments, const Site& site, Seconds at)
{
    switch (action) {
        case Action::enter:
            return to_enter(arguments, site, at);
        case Action::leave:
            return of_statement(arguments.statement);
        case Action::enrol:
            return arguments.statement.empty() ? of_authority(arguments, false) : of_statement(arguments.statement);
        case Action::install:
            return of_authority(arguments, true);
        case Action::set_time:
            break;
    }
    return Subject{};
}

Result<Site> read_site_file(const std::string& path)
{
    const Result<Envelope> envelope = read_envelope_file(path, Payload::site);
    return envelope ? read_site(envelope->payload) : std::unexpected(envelope.error());
}

ExitStatus write_confirmation(const Envelope& envelope, const Confirmation& confirmation, const Site& site,
                              const std::string& path, Invocation& invocation)
{
    const std::vector<std::string> names = people(site, verified_signers(envelope, site.keys()));
    if (Result<void> done = write_text_file(path, envelope_text(envelope)); !done)
        return complain(invocation, done.error().message);
    const std::string_view action = action_name(confirmation.action);
    if (invocation.json)
        invocation.out << canonical_json(Json{{"schema", 1},
                                              {"file", printable(path)},
                                              {"action", action},
                                              {"site", site.id},
                                              {"sha256", hex_lower(sha256(envelope.payload))},
                                              {"confirmed-by", names}})
                       << '\n';
    else
        invocation.out << fmt::format("{}: {} confirmed by {}{}\n", printable(path), action, list_words(names),
                                      confirmation.action == Action::leave ? "" : "; it takes two different people");
    return ExitStatus::good;
}

ExitStatus confirm(const ConfirmArguments& arguments, Invocation& invocation)
{
    const std::optional<Action> action = parse_action(arguments.action);
    if (!action)
        return complain(invocation, "confirm enter, leave, enrol, install or set-time");
    const Result<Site> site = read_site_file(arguments.site);
    const Result<Seconds> at = arguments.time.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.time);
    if (!site || !at)
        return complain(invocation, !site ? site.error().message : at.error().message);
    const Result<Subject> subject = subject_of(*action, arguments, *site, *at);
    if (!subject)
        return complain(invocation, subject.error().message, ExitStatus::bad);
    const std::string payload = payload_of(Confirmation{.action = *action,
                                                        .site = site->id,
                                                        .subject = subject->hash,
                                                        .zone = subject->zone,
                                                        .nonce = arguments.nonce,
                                                        .time = *at});
    // Read back: what is shown is what will be signed, and what a site would refuse is refused here.
    const Result<Confirmation> read = read_confirmation(payload);
    if (!read)
        return complain(invocation, read.error().message);
    Envelope envelope{.payload_type = Payload::confirmation, .payload = payload, .signatures = {}};
    // The hash that is to be typed is not on the page: it must come by another way.
    Confirmation shown = *read;
    if (subject->known_hash)
        shown.subject.reset();
    const Ceremony ceremony{.page = fmt::format("{}\n{}", words_of(shown), subject->page),
                            .allowed = site->keys(),
                            .known_hash = subject->known_hash};
    if (Result<void> done = sign_envelope(envelope, ceremony, arguments.key, invocation); !done)
        return complain(invocation, done.error().message, ExitStatus::bad);
    return write_confirmation(envelope, *read, *site, arguments.out, invocation);
}

}  // namespace

void add_continuity_confirm(CLI::App& group, Invocation& invocation)
{
    const auto arguments = std::make_shared<ConfirmArguments>();
    CLI::App* made = group.add_subcommand("confirm", "Read what this site is about to do, type the code, sign.");
    made->add_option("ACTION", arguments->action, "enter, leave, enrol, install or set-time.")->required();
    made->add_option("--site", arguments->site, "The site file in force.")->type_name("FILE")->required();
    made->add_option("--nonce", arguments->nonce, "As the site gave it out: 32 hex digits.")
        ->type_name("HEX")
        ->required();
    made->add_option("--statement", arguments->statement, "What is entered, left or enrolled.")->type_name("FILE");
    made->add_option("--authority", arguments->authority, "The authority's versions; to install one, that one.")
        ->type_name("FILE");
    made->add_option("--zone", arguments->zone, "To enter: the zone file that is confirmed.")->type_name("FILE");
    arguments->base.add_to(*made);
    made->add_option("--time", arguments->time, "What you read on a clock (default: this machine's).")
        ->type_name("TIME");
    made->add_option("--out", arguments->out, "The confirmation.")->type_name("FILE")->required();
    arguments->key.add_to(*made);
    run_with(*made, invocation, arguments, confirm);
}

}  // namespace rw::ctl
