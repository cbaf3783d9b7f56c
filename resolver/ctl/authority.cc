// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl authority ...`: the parties' key file, made and signed step by step, each step on another machine if
// need be. Whatever changes the file drops its signatures.
#include "zones/continuity/authority.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/signed_file.h"
#include "zones/continuity/evaluator.h"
#include "zones/continuity/statement_words.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct AuthorityArguments {
    std::string file;
    std::string out;
    std::string name;
    std::string days = "365d";
    std::vector<std::int64_t> thresholds{3, 3, 3, 2, 1};
    std::vector<std::string> anchors;
    std::string party;
    std::string public_key;
    std::string key_days;
    std::vector<std::string> retire;
    std::vector<std::string> stolen;
    std::vector<std::string> files;
    std::string at;
    KeyOption key;
};

/// The version's own parties that signed it, by keys that were good when it was issued.
Tally own_tally(const Signed<continuity::Authority>& authority)
{
    return continuity::tally(authority.content, Role::authority, authority.signers,
                             [&](const PartyKey& key) { return key.can_sign(authority.content.issued); });
}

Result<continuity::Authority> read_draft(const std::string& path)
{
    const Result<Envelope> envelope = read_envelope_file(path, Payload::authority);
    if (!envelope)
        return std::unexpected(envelope.error());
    return read_authority_draft(envelope->payload);
}

ExitStatus write(const std::string& path, const continuity::Authority& authority, Invocation& invocation)
{
    const Result<void> complete = check_floors(authority);
    return write_draft(
        path, Payload::authority, payload_of(authority),
        fmt::format("version {}, {} parties, no signatures{}", authority.version, authority.parties.size(),
                    complete ? "" : fmt::format("\nnot complete: {}", complete.error().message)),
        invocation);
}

ExitStatus init(const AuthorityArguments& arguments, Invocation& invocation)
{
    const Result<Seconds> length = read_span(arguments.days);
    if (!length)
        return complain(invocation, length.error().message);
    if (arguments.thresholds.size() != role_count)
        return complain(invocation, "--thresholds wants five numbers: authority, activate, zone-trust, return, drill");
    continuity::Authority authority;
    authority.name = arguments.name;
    authority.issued = now_seconds();
    authority.expires = authority.issued + *length;
    std::ranges::copy(arguments.thresholds, authority.thresholds.begin());
    authority.anchors = arguments.anchors;
    return write(arguments.out, authority, invocation);
}

ExitStatus add_party(const AuthorityArguments& arguments, Invocation& invocation)
{
    const Result<FileLock> held = hold_file(arguments.file);
    if (!held)
        return complain(invocation, held.error().message);
    Result<continuity::Authority> authority = read_draft(arguments.file);
    if (!authority)
        return complain(invocation, authority.error().message);
    authority->parties.push_back({.name = arguments.party, .keys = {}});
    return write(arguments.file, *authority, invocation);
}

ExitStatus add_key(const AuthorityArguments& arguments, Invocation& invocation)
{
    const Result<FileLock> held = hold_file(arguments.file);
    if (!held)
        return complain(invocation, held.error().message);
    Result<continuity::Authority> authority = read_draft(arguments.file);
    const Result<Digest> key = read_public_key(arguments.public_key);
    const Result<Seconds> length = arguments.key_days.empty() ? Result<Seconds>(0) : read_span(arguments.key_days);
    if (!authority || !key || !length)
        return complain(invocation, !authority ? authority.error().message
                                    : !key     ? key.error().message
                                               : length.error().message);
    const auto party = std::ranges::find(authority->parties, arguments.party, &Party::name);
    if (party == authority->parties.end())
        return complain(invocation,
                        fmt::format("there is no party {}: authority add-party makes one", arguments.party));
    PartyKey& added = party->keys.emplace_back(PartyKey{.key = *key, .state = KeyState::active});
    if (*length != 0)
        added.expires = authority->issued + *length;
    return write(arguments.file, *authority, invocation);
}

/// Puts the keys whose id starts with one of `ids` into `state`.
Result<void> put_state(continuity::Authority& authority, const std::vector<std::string>& ids, KeyState state)
{
    for (const std::string& id : ids) {
        std::size_t found = 0;
        for (Party& party : authority.parties) {
            for (PartyKey& key : party.keys) {
                if (id.size() < 8 || !key_id(key.key).starts_with(id))
                    continue;
                key.state = state;
                ++found;
            }
        }
        if (found != 1)
            return failed(
                fmt::format("{} keys have an id that starts with {}: give at least 8 digits of one", found, id));
    }
    return {};
}

ExitStatus rotate(const AuthorityArguments& arguments, Invocation& invocation)
{
    const auto chain = read_chain({arguments.file});
    const Result<Seconds> length = read_span(arguments.days);
    if (!chain || !length)
        return complain(invocation, !chain ? chain.error().message : length.error().message);
    continuity::Authority next = chain->front().content;
    next.version += 1;
    next.previous = chain->front().hash;
    next.issued = now_seconds();
    next.expires = next.issued + *length;
    next.anchors.insert(next.anchors.end(), arguments.anchors.begin(), arguments.anchors.end());
    for (const auto& [ids, state] :
         {std::pair(arguments.retire, KeyState::retired), std::pair(arguments.stolen, KeyState::stolen)}) {
        if (Result<void> done = put_state(next, ids, state); !done)
            return complain(invocation, done.error().message);
    }
    return write(arguments.out, next, invocation);
}

/// `complete`: with its floors checked; else as it is while it is being filled in.
SignedKind authority_kind(bool complete)
{
    return {.payload = Payload::authority, .read = [complete](const Envelope& envelope) -> Result<Reading> {
                Result<continuity::Authority> authority =
                    complete ? read_authority(envelope.payload) : read_authority_draft(envelope.payload);
                if (!authority)
                    return std::unexpected(authority.error());
                const std::vector<Digest> keys = authority->keys();
                const Tally own = own_tally(continuity::open(envelope, *authority, keys));
                Json json = Json::parse(envelope.payload);
                json.update(tally_json(own));
                return Reading{.ceremony = {.page = words_of(*authority), .allowed = keys, .known_hash = {}},
                               .standing = own.words(),
                               .json = std::move(json)};
            }};
}

ExitStatus sign(const AuthorityArguments& arguments, Invocation& invocation)
{
    return sign_file(authority_kind(true), arguments.file, arguments.out, arguments.key, invocation);
}

ExitStatus show(const AuthorityArguments& arguments, Invocation& invocation)
{
    return show_file(authority_kind(false), arguments.file, invocation);
}

ExitStatus verify(const AuthorityArguments& arguments, Invocation& invocation)
{
    const auto chain = read_chain(arguments.files);
    if (!chain)
        return say_verdict(invocation, false, chain.error().message);
    const Tally first = own_tally(chain->front());
    const Signed<continuity::Authority>& last = chain->back();
    const Result<Seconds> at = arguments.at.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.at);
    if (!at)
        return complain(invocation, at.error().message);
    Json json{{"version", last.content.version},
              {"name", last.content.name},
              {"expires", last.content.expires},
              {"sha256", hex_lower(last.hash)}};
    json.update(tally_json(own_tally(last)));
    if (!first.met())
        return say_verdict(invocation, false, fmt::format("the authority's quorum is missing: {}", first.words()),
                           json);
    if (*at >= last.content.expires)
        return say_verdict(invocation, false,
                           fmt::format("the authority expired on {}", time_words(last.content.expires)), json);
    return say_verdict(invocation, true,
                       fmt::format("version {} of {}, until {}\nSHA-256 {}", last.content.version, last.content.name,
                                   time_words(last.content.expires), hex_lower(last.hash)),
                       json);
}

}  // namespace

void add_authority(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand("authority", "The parties' keys, and how many of them it takes for what.");
    group->require_subcommand(1);
    const auto arguments = std::make_shared<AuthorityArguments>();
    const auto command = [&](const char* name, const char* help,
                             ExitStatus (*handle)(const AuthorityArguments&, Invocation&)) {
        CLI::App* made = group->add_subcommand(name, help);
        run_with(*made, invocation, arguments, handle);
        return made;
    };
    CLI::App* made = command("init", "Begin an authority file.", init);
    made->add_option("--name", arguments->name, "What it is called.")->required();
    made->add_option("--out", arguments->out, "The file.")->type_name("FILE")->required();
    made->add_option("--expires-in", arguments->days, "At most 400d (default: 365d).")->type_name("SPAN");
    made->add_option("--thresholds", arguments->thresholds,
                     "Parties for authority, activate, zone-trust, return, drill (default: 3 3 3 2 1).");
    made->add_option("--anchor", arguments->anchors, "Continuity trust anchor, as DS: \"TAG ALGORITHM 2 DIGEST\".")
        ->type_name("DS");
    made = command("add-party", "Add a party; it has no key yet.", add_party);
    made->add_option("FILE", arguments->file)->required();
    made->add_option("PARTY", arguments->party, "Its name.")->required();
    made = command("add-key", "Give a party a key.", add_key);
    made->add_option("FILE", arguments->file)->required();
    made->add_option("PARTY", arguments->party, "Its name.")->required();
    made->add_option("PUBLIC", arguments->public_key, "Ed25519 public key: base64, or a file with it.")->required();
    made->add_option(
            "--expires-in", arguments->key_days,
            "Counted from the issue; then the key leads out and does nothing else (default: as the authority).")
        ->type_name("SPAN");
    made = command("rotate", "Begin the next version; sign it by the old and the new quorum.", rotate);
    made->add_option("FILE", arguments->file, "The version in force.")->required();
    made->add_option("--out", arguments->out, "The next version.")->type_name("FILE")->required();
    made->add_option("--expires-in", arguments->days, "At most 400d (default: 365d).")->type_name("SPAN");
    made->add_option("--retire", arguments->retire, "Ids of keys that sign no more.")->type_name("KEYID");
    made->add_option("--stolen", arguments->stolen, "Ids of keys that count no more.")->type_name("KEYID");
    made->add_option("--anchor", arguments->anchors, "A further continuity trust anchor.")->type_name("DS");
    made = command("sign", "Read what it says, type its code, add a signature.", sign);
    made->add_option("FILE", arguments->file)->required();
    made->add_option("--out", arguments->out, "Write here instead.")->type_name("FILE");
    arguments->key.add_to(*made);
    made = command("show", "What it says, its hash, who has signed.", show);
    made->add_option("FILE", arguments->file)->required();
    made = command("verify", "Its quorum, and each rotation by the one before; exit 1 when it is bad.", verify);
    made->add_option("FILES", arguments->files, "The first version, then those that follow.")->required();
    made->add_option("--at", arguments->at, "As of this time (default: now).")->type_name("TIME");
}

}  // namespace rw::ctl
