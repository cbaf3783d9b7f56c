// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl statement ...`: what a quorum says, drafted, read, signed one by one on different machines, combined.
#include "zones/continuity/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/signing_tools.h"
#include "zones/continuity/statement_words.h"
#include "zones/continuity/zone_check.h"
#include "zones/rdata_text.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct StatementArguments {
    std::string type;
    std::string file;
    std::vector<std::string> files;
    std::string out;
    std::vector<std::string> authority;
    std::string id;
    std::int64_t sequence = 0;
    std::int64_t seen = -1;  ///< largest sequence seen at the site that is asked about; -1: just below this one
    std::string from;
    std::string length = "7d";
    std::string reason = "other";
    std::string text;
    std::string legal;
    std::string before;
    std::string subject;
    std::vector<std::string> sites;
    std::string base;
    std::string anchor;
    std::vector<std::string> sources;
    std::vector<std::int64_t> algorithms{13};
    std::int64_t least_serial = 0;
    std::int64_t share = usual_share;
    std::vector<std::string> set;
    std::vector<std::string> remove;
    std::string mode = "shadow";
    std::string drill_length = "1h";
    bool extends = false;
    KeyOption key;
};

Result<std::optional<Digest>> read_hash(const std::string& text)
{
    if (text.empty())
        return std::optional<Digest>();
    const std::optional<Digest> hash = digest_from_hex(text);
    return hash ? Result<std::optional<Digest>>(hash)
                : failed(fmt::format("\"{}\" is no SHA-256 hash", printable(text)));
}

/// "se. 86400 DS 1 2 3 ABC": owner, TTL, type, RDATA.
Result<void> add_record(const std::string& text, std::map<std::pair<std::string, std::string>, Difference>& found)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at)
            words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    const std::optional<dns::Name> owner = words.empty() ? std::nullopt : dns::Name::parse(words[0]);
    const std::optional<std::uint64_t> ttl = words.size() > 3 ? decimal(words[1]) : std::nullopt;
    const std::optional<dns::RRType> type = words.size() > 3 ? dns::parse_type(words[2]) : std::nullopt;
    if (!owner || !ttl || *ttl > INT32_MAX || !type)
        return failed(fmt::format("--set \"{}\": write owner, TTL, type and data", printable(text)));
    std::vector<Word> rdata_words;
    for (std::size_t i = 3; i < words.size(); ++i)
        rdata_words.push_back({.text = words[i]});
    OctetBuffer rdata;
    if (Result<void> done = read_rdata(*type, rdata_words, dns::Name(), rdata); !done)
        return failed(fmt::format("--set \"{}\": {}", printable(text), done.error().message));
    const std::string name = owner->lowercase().to_string();
    Difference& one = found[{name, dns::type_name(*type)}];
    one.owner = name;
    one.type = dns::type_name(*type);
    one.ttl = static_cast<std::int64_t>(*ttl);
    one.rdata.push_back(rdata_text(*type, rdata));
    return {};
}

Result<std::vector<Difference>> read_differences(const StatementArguments& arguments, const Zone& base)
{
    std::map<std::pair<std::string, std::string>, Difference> found;
    for (const std::string& text : arguments.set) {
        if (Result<void> done = add_record(text, found); !done)
            return std::unexpected(done.error());
    }
    for (const std::string& text : arguments.remove) {
        const std::size_t space = std::min(text.find(' '), text.size());
        const std::string type = space < text.size() ? text.substr(space + 1) : std::string();
        Difference& one = found[{text.substr(0, space), type}];
        one.owner = text.substr(0, space);
        one.type = type;
    }
    std::vector<Difference> differences;
    for (auto& [where, one] : found) {
        const std::optional<dns::Name> owner = dns::Name::parse(one.owner);
        const std::optional<dns::RRType> type = dns::parse_type(one.type);
        const RRsetRange* old = owner && type ? base.find(*owner, *type) : nullptr;
        if (old != nullptr)
            one.old = rrset_hash(base, *old);
        differences.push_back(std::move(one));
    }
    return differences;
}

Result<ZonePolicy> make_policy(const StatementArguments& arguments)
{
    const Result<Zone> base = read_zone_file(arguments.base);
    if (!base)
        return std::unexpected(base.error());
    ZonePolicy policy;
    for (const std::string& text : arguments.sources) {
        const std::size_t split = text.find(" pin=");
        policy.sources.push_back(
            {.uri = text.substr(0, split), .pin = split == std::string::npos ? std::string() : text.substr(split + 5)});
    }
    policy.anchor = arguments.anchor;
    policy.least_serial = arguments.least_serial != 0 ? arguments.least_serial : std::int64_t{base->serial()};
    policy.algorithms = arguments.algorithms;
    policy.base = base_of(*base);
    policy.share = arguments.share;
    Result<std::vector<Difference>> differences = read_differences(arguments, *base);
    if (!differences)
        return std::unexpected(differences.error());
    policy.differences = std::move(*differences);
    if (Result<void> done = check_listed(*base, policy); !done)
        return std::unexpected(done.error());
    return policy;
}

Result<Statement> make(const StatementArguments& arguments)
{
    const auto chain = read_chain(arguments.authority);
    const std::optional<StatementType> type = parse_statement_type(arguments.type);
    const Result<Seconds> from = arguments.from.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.from);
    const Result<Seconds> length = read_span(arguments.length);
    const Result<std::optional<Digest>> before = read_hash(arguments.before);
    const Result<std::optional<Digest>> subject = read_hash(arguments.subject);
    if (!type)
        return failed("a statement is drill, activate, renew, return or revoke");
    for (const Error* error :
         {chain ? nullptr : &chain.error(), from ? nullptr : &from.error(), length ? nullptr : &length.error(),
          before ? nullptr : &before.error(), subject ? nullptr : &subject.error()}) {
        if (error != nullptr)
            return std::unexpected(*error);
    }
    Statement statement;
    statement.type = *type;
    statement.id = arguments.id;
    statement.sequence = arguments.sequence;
    statement.not_before = *from;
    statement.expires = *from + *length;
    statement.reason = arguments.reason;
    statement.text = arguments.text;
    statement.sites = arguments.sites;
    statement.authority = chain->back().hash;
    statement.before = *before;
    statement.legal = arguments.legal;
    statement.subject = *subject;
    statement.extends = arguments.extends;
    if (!arguments.base.empty() && !statement.leads_out()) {
        Result<ZonePolicy> policy = make_policy(arguments);
        if (!policy)
            return std::unexpected(policy.error());
        statement.policy = std::move(*policy);
    }
    if (*type == StatementType::drill) {
        const std::optional<DrillMode> mode = parse_mode(arguments.mode);
        const Result<Seconds> lasts = read_span(arguments.drill_length);
        if (!mode || !lasts)
            return failed("a drill is shadow, canary or full, and lasts at most 4h");
        statement.drill = DrillPlan{.mode = *mode, .length = *lasts};
    }
    return statement;
}

ExitStatus draft(const StatementArguments& arguments, Invocation& invocation)
{
    const Result<Statement> made = make(arguments);
    if (!made)
        return complain(invocation, made.error().message);
    // Read back as a signer's machine will: what is refused there is refused here.
    const std::string payload = payload_of(*made);
    const Result<Statement> read = read_statement(payload);
    if (!read)
        return complain(invocation, read.error().message);
    const Envelope envelope{.payload_type = Payload::statement, .payload = payload, .signatures = {}};
    if (Result<void> done = write_text_file(arguments.out, envelope_text(envelope)); !done)
        return complain(invocation, done.error().message);
    invocation.out << fmt::format("{}: {} {}, SHA-256 {}\n", arguments.out, type_name(read->type), read->id,
                                  hex_lower(sha256(payload)));
    return ExitStatus::good;
}

/// A statement and the authority that it names.
struct Opened {
    Envelope envelope;
    Signed<Statement> statement;
    const continuity::Authority* authority = nullptr;
    std::vector<Signed<continuity::Authority>> chain;

    /// A line for each role it needs: "activate: 3 of 4 parties; 2 have signed: ...".
    [[nodiscard]] std::vector<std::pair<Role, Tally>> tallies() const
    {
        std::vector<std::pair<Role, Tally>> all;
        for (const Role role : statement.content.roles())
            all.emplace_back(role, tally(*authority, role, statement.signers,
                                         [](const PartyKey& key) { return key.state == KeyState::active; }));
        return all;
    }
    [[nodiscard]] std::string words() const
    {
        std::string text;
        for (const auto& [role, tally] : tallies())
            text += fmt::format("{}: {}\n", role_name(role), tally.words());
        return text;
    }
    [[nodiscard]] bool complete() const
    {
        return std::ranges::all_of(tallies(), [](const auto& one) { return one.second.met(); });
    }
};

Result<std::unique_ptr<Opened>> open_file(const std::string& path, const std::vector<std::string>& authorities)
{
    auto opened = std::make_unique<Opened>();
    Result<Envelope> envelope = read_envelope_file(path, Payload::statement);
    if (!envelope)
        return std::unexpected(envelope.error());
    Result<Statement> statement = read_statement(envelope->payload);
    auto chain = read_chain(authorities);
    if (!statement || !chain)
        return std::unexpected(!statement ? statement.error() : chain.error());
    opened->chain = std::move(*chain);
    const auto named = std::ranges::find(opened->chain, statement->authority, &Signed<continuity::Authority>::hash);
    if (named == opened->chain.end())
        return failed(fmt::format("{} was made under authority {}, which is none of those given", path,
                                  short_hash(statement->authority)));
    opened->authority = &named->content;
    opened->envelope = std::move(*envelope);
    opened->statement = continuity::open(opened->envelope, std::move(*statement), named->content.keys());
    return opened;
}

ExitStatus show(const StatementArguments& arguments, Invocation& invocation)
{
    const Result<Envelope> envelope = read_envelope_file(arguments.file, Payload::statement);
    const Result<Statement> statement =
        envelope ? read_statement(envelope->payload) : std::unexpected(envelope.error());
    if (!statement)
        return complain(invocation, statement.error().message);
    const Digest hash = sha256(envelope->payload);
    if (invocation.json) {
        Json json = Json::parse(envelope->payload);
        json["sha256"] = hex_lower(hash);
        json["code"] = short_code(hash);
        json["words"] = words_of(*statement);
        invocation.out << json.dump() << '\n';
        return ExitStatus::good;
    }
    invocation.out << words_of(*statement)
                   << fmt::format("\nSHA-256      {}\nShort code   {}\n", hex_lower(hash), short_code(hash));
    if (!arguments.authority.empty()) {
        const auto opened = open_file(arguments.file, arguments.authority);
        if (!opened)
            return complain(invocation, opened.error().message, ExitStatus::bad);
        invocation.out << (*opened)->words();
    }
    return ExitStatus::good;
}

ExitStatus sign(const StatementArguments& arguments, Invocation& invocation)
{
    const auto opened = open_file(arguments.file, arguments.authority);
    if (!opened)
        return complain(invocation, opened.error().message, ExitStatus::bad);
    Opened& it = **opened;
    std::vector<Digest> allowed;
    for (const Digest& key : it.authority->keys()) {
        if (it.authority->state_of(key) == KeyState::active)
            allowed.push_back(key);
    }
    if (Result<void> done =
            sign_envelope(it.envelope, words_of(it.statement.content), arguments.key, allowed, invocation);
        !done)
        return complain(invocation, done.error().message, ExitStatus::bad);
    const std::string& path = arguments.out.empty() ? arguments.file : arguments.out;
    if (Result<void> done = write_text_file(path, envelope_text(it.envelope)); !done)
        return complain(invocation, done.error().message);
    it.statement.signers = verified_signers(it.envelope, it.authority->keys());
    invocation.out << it.words();
    return ExitStatus::good;
}

ExitStatus combine(const StatementArguments& arguments, Invocation& invocation)
{
    Envelope all;
    for (const std::string& path : arguments.files) {
        const Result<Envelope> one = read_envelope_file(path, Payload::statement);
        if (!one)
            return complain(invocation, one.error().message);
        if (all.payload.empty())
            all.payload = one->payload;
        if (one->payload != all.payload)
            return complain(invocation,
                            fmt::format("{} holds another statement than {}: they cannot be combined", path,
                                        arguments.files.front()),
                            ExitStatus::bad);
        for (const EnvelopeSignature& signature : one->signatures) {
            if (std::ranges::find(all.signatures, signature.octets, &EnvelopeSignature::octets) == all.signatures.end())
                all.signatures.push_back(signature);
        }
    }
    if (all.signatures.size() > envelope_signature_limit)
        return complain(invocation, "there are too many signatures");
    if (Result<void> done = write_text_file(arguments.out, envelope_text(all)); !done)
        return complain(invocation, done.error().message);
    const auto opened = open_file(arguments.out, arguments.authority);
    if (!opened)
        return complain(invocation, opened.error().message, ExitStatus::bad);
    invocation.out << (*opened)->words();
    return ExitStatus::good;
}

ExitStatus verify(const StatementArguments& arguments, Invocation& invocation)
{
    const auto opened = open_file(arguments.file, arguments.authority);
    if (!opened)
        return complain(invocation, opened.error().message, ExitStatus::bad);
    const Opened& it = **opened;
    const Result<Seconds> at = arguments.from.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.from);
    if (!at)
        return complain(invocation, at.error().message);
    // Judged as a site does that has seen nothing yet, so that one rule book serves both.
    State state;
    state.chain = it.chain;
    state.site.content.id = it.statement.content.sites.empty() ? "any" : it.statement.content.sites.front();
    Mark mark;
    (it.statement.content.drill ? mark.drill : mark.sequence) =
        arguments.seen >= 0 ? arguments.seen : it.statement.content.sequence - 1;
    state.file = mark;
    if (it.statement.content.type == StatementType::renew)
        return it.complete() ? (invocation.out << "good: " << it.words(), ExitStatus::good)
                             : complain(invocation, it.words(), ExitStatus::bad);
    const Verdict verdict = step(state, Present{.statement = it.statement, .nonce = {}}, {.system = *at});
    if (!verdict.permitted)
        return complain(invocation, verdict.sentence, ExitStatus::bad);
    invocation.out << fmt::format("good: {}\n{}", verdict.sentence, it.words());
    return ExitStatus::good;
}

void add_draft(CLI::App& group, Invocation& invocation, const std::shared_ptr<StatementArguments>& arguments)
{
    CLI::App* made = group.add_subcommand("draft", "Write a statement that nobody has signed.");
    made->add_option("TYPE", arguments->type, "drill, activate, renew, return or revoke.")->required();
    made->add_option("--authority", arguments->authority, "The authority's versions.")->type_name("FILE")->required();
    made->add_option("--out", arguments->out, "The file.")->type_name("FILE")->required();
    made->add_option("--id", arguments->id, "What people call it.")->required();
    made->add_option("--sequence", arguments->sequence, "One more than the last.")->required();
    made->add_option("--from", arguments->from, "Good from (default: now).")->type_name("TIME");
    made->add_option("--expires-in", arguments->length, "At most 14d (default: 7d).")->type_name("SPAN");
    made->add_option("--reason", arguments->reason,
                     "Code: iana-unavailable, zone-tampered, keys-compromised, legal-order, "
                     "rehearsal, restored, statement-withdrawn, other.");
    made->add_option("--text", arguments->text, "The reason in your words.");
    made->add_option("--legal", arguments->legal, "Reference to the legal act.");
    made->add_option("--before", arguments->before, "SHA-256 of the last statement that you know.")->type_name("HASH");
    made->add_option("--subject", arguments->subject, "SHA-256 of the statement that this renews or ends.")
        ->type_name("HASH");
    made->add_option("--site", arguments->sites, "Sites that it is for (default: all).");
    made->add_option("--base", arguments->base, "Zone file of the base: one IANA zone.")->type_name("FILE");
    made->add_option("--anchor", arguments->anchor, "Continuity trust anchor.")->type_name("DS");
    made->add_option("--source", arguments->sources, "\"file:/PATH\" or \"https://ADDRESS/PATH pin=BASE64\".")
        ->type_name("URI");
    made->add_option("--algorithm", arguments->algorithms, "8 or 13 (default: 13).");
    made->add_option("--least-serial", arguments->least_serial, "Default: the base's.");
    made->add_option("--changed-tlds-per-mille", arguments->share,
                     "Largest share of TLDs that may differ (default: 10).");
    made->add_option("--set", arguments->set, "Listed difference: \"OWNER TTL TYPE DATA\".")->type_name("RECORD");
    made->add_option("--remove", arguments->remove, "Listed difference: \"OWNER TYPE\".")->type_name("RRSET");
    made->add_option("--mode", arguments->mode, "Of a drill: shadow, canary or full.");
    made->add_option("--duration", arguments->drill_length, "Of a drill (default: 1h).")->type_name("SPAN");
    made->add_flag("--extends", arguments->extends, "Of a renew: the activation runs until this expires.");
    run_with(*made, invocation, arguments, draft);
}

}  // namespace

void add_statement(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand("statement", "What a quorum of the parties says.");
    group->require_subcommand(1);
    const auto arguments = std::make_shared<StatementArguments>();
    add_draft(*group, invocation, arguments);
    const auto command = [&](const char* name, const char* help,
                             ExitStatus (*handle)(const StatementArguments&, Invocation&)) {
        CLI::App* made = group->add_subcommand(name, help);
        made->add_option("--authority", arguments->authority, "The authority's versions.")->type_name("FILE");
        run_with(*made, invocation, arguments, handle);
        return made;
    };
    command("show", "What it does, in words, its hash and code.", show)
        ->add_option("FILE", arguments->file)
        ->required();
    CLI::App* made = command("sign", "Read what it does, type its code, add a signature.", sign);
    made->add_option("FILE", arguments->file)->required();
    made->add_option("--out", arguments->out, "Write here instead.")->type_name("FILE");
    arguments->key.add_to(*made);
    made = command("combine", "Put signatures from several files into one.", combine);
    made->add_option("FILES", arguments->files)->required();
    made->add_option("--out", arguments->out, "The file.")->type_name("FILE")->required();
    made = command("verify", "Is its quorum there? Exit 1 when not.", verify);
    made->add_option("FILE", arguments->file)->required();
    made->add_option("--at", arguments->from, "As of this time (default: now).")->type_name("TIME");
    made->add_option("--seen", arguments->seen, "Judge as a site that has seen this sequence (default: one below).");
}

}  // namespace rw::ctl
