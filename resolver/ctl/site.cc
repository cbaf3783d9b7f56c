// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl site ...`: one institution's operators and what it decides for itself.
#include "zones/continuity/site.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/signed_file.h"
#include "zones/continuity/statement_words.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct SiteArguments {
    std::string file;
    std::string out;
    std::string previous;
    std::string institution;
    std::string id;
    bool auto_activate = false;
    std::vector<std::string> canary;
    std::string person;
    std::string public_key;
    KeyOption key;
};

ExitStatus write(const std::string& path, const Site& site, Invocation& invocation)
{
    const Result<void> complete = check_site(site);
    return write_draft(path, Payload::site, payload_of(site),
                       fmt::format("version {}, {} people, no signatures{}{}", site.version, site.operators.size(),
                                   complete ? "" : fmt::format("\nnot complete: {}", complete.error().message),
                                   site.is_thin() ? "\nwarning: fewer than three people" : ""),
                       invocation);
}

Result<Site> read_draft(const std::string& path)
{
    const Result<Envelope> envelope = read_envelope_file(path, Payload::site);
    return envelope ? read_site_draft(envelope->payload) : std::unexpected(envelope.error());
}

ExitStatus init(const SiteArguments& arguments, Invocation& invocation)
{
    Site site;
    if (!arguments.previous.empty()) {
        const Result<Envelope> old = read_envelope_file(arguments.previous, Payload::site);
        Result<Site> read = old ? read_site(old->payload) : std::unexpected(old.error());
        if (!read)
            return complain(invocation, read.error().message);
        site = std::move(*read);
        site.version += 1;
        site.previous = sha256(old->payload);
    } else if (arguments.institution.empty() || arguments.id.empty()) {
        return complain(invocation, "a first site file needs --institution and --site; a later one --previous FILE");
    }
    site.institution = arguments.institution.empty() ? site.institution : arguments.institution;
    site.id = arguments.id.empty() ? site.id : arguments.id;
    site.auto_activate = arguments.auto_activate;
    site.canary = arguments.canary.empty() ? site.canary : arguments.canary;
    return write(arguments.out, site, invocation);
}

ExitStatus add_operator(const SiteArguments& arguments, Invocation& invocation)
{
    const Result<FileLock> held = hold_file(arguments.file);
    if (!held)
        return complain(invocation, held.error().message);
    Result<Site> site = read_draft(arguments.file);
    const Result<Digest> key = read_public_key(arguments.public_key);
    if (!site || !key)
        return complain(invocation, !site ? site.error().message : key.error().message);
    const auto person = std::ranges::find(site->operators, arguments.person, &Person::name);
    if (person == site->operators.end())
        site->operators.push_back({.name = arguments.person, .keys = {*key}});
    else
        person->keys.push_back(*key);
    return write(arguments.file, *site, invocation);
}

/// `before`: the version in force, whose people sign the change; none: the file's own people sign a first version.
SignedKind site_kind(bool complete, const std::optional<Site>& before)
{
    return {.payload = Payload::site, .read = [complete, before](const Envelope& envelope) -> Result<Reading> {
                const Result<Site> site = complete ? read_site(envelope.payload) : read_site_draft(envelope.payload);
                if (!site)
                    return std::unexpected(site.error());
                const Site& judges = before ? *before : *site;
                const std::vector<std::string> names = people(judges, verified_signers(envelope, judges.keys()));
                Json json = Json::parse(envelope.payload);
                json["signed-by"] = names;
                return Reading{
                    .ceremony = {.page = words_of(*site), .allowed = judges.keys(), .known_hash = {}},
                    .standing = fmt::format("{} of {} people have signed{}; a change takes two of the version before",
                                            names.size(), judges.operators.size(),
                                            names.empty() ? "" : ": " + list_words(names)),
                    .json = std::move(json)};
            }};
}

ExitStatus sign(const SiteArguments& arguments, Invocation& invocation)
{
    std::optional<Site> before;
    if (!arguments.previous.empty()) {
        const Result<Envelope> old = read_envelope_file(arguments.previous, Payload::site);
        Result<Site> read = old ? read_site(old->payload) : std::unexpected(old.error());
        if (!read)
            return complain(invocation, read.error().message);
        before = std::move(*read);
    }
    return sign_file(site_kind(true, before), arguments.file, arguments.out, arguments.key, invocation);
}

ExitStatus show(const SiteArguments& arguments, Invocation& invocation)
{
    return show_file(site_kind(false, {}), arguments.file, invocation);
}

}  // namespace

void add_site(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand("site", "This institution's operators and rules.");
    group->require_subcommand(1);
    const auto arguments = std::make_shared<SiteArguments>();
    CLI::App* made = group->add_subcommand("init", "Begin a site file, or the next version of one.");
    made->add_option("--institution", arguments->institution, "Whose site it is.");
    made->add_option("--site", arguments->id, "Its id, as statements name it.");
    made->add_option("--previous", arguments->previous, "The version in force.")->type_name("FILE");
    made->add_option("--out", arguments->out, "The file.")->type_name("FILE")->required();
    made->add_flag("--auto-activate", arguments->auto_activate, "Enter without people. Off unless you say so.");
    made->add_option("--canary", arguments->canary, "Prefixes of clients for canary drills.")->type_name("PREFIX");
    run_with(*made, invocation, arguments, init);
    made = group->add_subcommand("add-operator", "Add a person, or a further key of a person.");
    made->add_option("FILE", arguments->file)->required();
    made->add_option("PERSON", arguments->person)->required();
    made->add_option("PUBLIC", arguments->public_key, "Ed25519 public key: base64, or a file with it.")->required();
    run_with(*made, invocation, arguments, add_operator);
    made = group->add_subcommand("sign", "Read what it says, type its code, add a signature.");
    made->add_option("FILE", arguments->file)->required();
    made->add_option("--previous", arguments->previous, "The version in force: its people sign the change.")
        ->type_name("FILE");
    made->add_option("--out", arguments->out, "Write here instead.")->type_name("FILE");
    arguments->key.add_to(*made);
    run_with(*made, invocation, arguments, sign);
    made = group->add_subcommand("show", "What it says, its hash, who has signed.");
    made->add_option("FILE", arguments->file)->required();
    run_with(*made, invocation, arguments, show);
}

}  // namespace rw::ctl
