// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl site ...`: one institution's operators and what it decides for itself.
#include "zones/continuity/site.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/signing_tools.h"
#include "zones/canonical_json.h"
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

ExitStatus write_draft(const std::string& path, const Site& site, Invocation& invocation)
{
    const Envelope envelope{.payload_type = Payload::site, .payload = payload_of(site), .signatures = {}};
    if (Result<void> done = write_text_file(path, envelope_text(envelope)); !done)
        return complain(invocation, done.error().message);
    const Result<void> complete = check_site(site);
    invocation.out << fmt::format("{}: version {}, {} people, no signatures{}{}\n", path, site.version,
                                  site.operators.size(),
                                  complete ? "" : fmt::format("\nnot complete: {}", complete.error().message),
                                  site.is_thin() ? "\nwarning: fewer than three people" : "");
    return ExitStatus::good;
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
    return write_draft(arguments.out, site, invocation);
}

ExitStatus add_operator(const SiteArguments& arguments, Invocation& invocation)
{
    Result<Site> site = read_draft(arguments.file);
    const Result<Digest> key = read_public_key(arguments.public_key);
    if (!site || !key)
        return complain(invocation, !site ? site.error().message : key.error().message);
    const auto person = std::ranges::find(site->operators, arguments.person, &Person::name);
    if (person == site->operators.end())
        site->operators.push_back({.name = arguments.person, .keys = {*key}});
    else
        person->keys.push_back(*key);
    return write_draft(arguments.file, *site, invocation);
}

std::string signed_words(const Site& site, const std::vector<std::string>& names)
{
    return fmt::format("{} of {} people have signed{}; a change takes two of the version before", names.size(),
                       site.operators.size(), names.empty() ? "" : ": " + list_words(names));
}

ExitStatus sign(const SiteArguments& arguments, Invocation& invocation)
{
    Result<Envelope> envelope = read_envelope_file(arguments.file, Payload::site);
    const Result<Site> site = envelope ? read_site(envelope->payload) : std::unexpected(envelope.error());
    if (!site)
        return complain(invocation, site.error().message);
    std::vector<Digest> allowed = site->keys();
    if (!arguments.previous.empty()) {
        const Result<Envelope> old = read_envelope_file(arguments.previous, Payload::site);
        const Result<Site> before = old ? read_site(old->payload) : std::unexpected(old.error());
        if (!before)
            return complain(invocation, before.error().message);
        const std::vector<Digest> keys = before->keys();
        allowed.insert(allowed.end(), keys.begin(), keys.end());
    }
    if (Result<void> done = sign_envelope(*envelope, words_of(*site), arguments.key, allowed, invocation); !done)
        return complain(invocation, done.error().message, ExitStatus::bad);
    const std::string& path = arguments.out.empty() ? arguments.file : arguments.out;
    if (Result<void> done = write_text_file(path, envelope_text(*envelope)); !done)
        return complain(invocation, done.error().message);
    invocation.out << signed_words(*site, people(*site, verified_signers(*envelope, site->keys()))) << '\n';
    return ExitStatus::good;
}

ExitStatus show(const SiteArguments& arguments, Invocation& invocation)
{
    const Result<Envelope> envelope = read_envelope_file(arguments.file, Payload::site);
    const Result<Site> site = envelope ? read_site_draft(envelope->payload) : std::unexpected(envelope.error());
    if (!site)
        return complain(invocation, site.error().message);
    const Digest hash = sha256(envelope->payload);
    const std::vector<std::string> names = people(*site, verified_signers(*envelope, site->keys()));
    if (invocation.json) {
        Json json = Json::parse(payload_of(*site));
        json["sha256"] = hex_lower(hash);
        json["code"] = short_code(hash);
        json["signed-by"] = names;
        invocation.out << json.dump() << '\n';
    } else {
        invocation.out << words_of(*site)
                       << fmt::format("SHA-256      {}\nShort code   {}\nSigned       {}\n", hex_lower(hash),
                                      short_code(hash), signed_words(*site, names));
    }
    return ExitStatus::good;
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
