// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl statement ...`: what a quorum says, drafted, read, signed one by one on different machines, combined.
#include "zones/continuity/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "resolver/ctl/commands.h"
#include "resolver/ctl/statement_file.h"
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
    return write_draft(arguments.out, Payload::statement, payload,
                       fmt::format("{} {}, SHA-256 {}", type_name(read->type), read->id, hex_lower(sha256(payload))),
                       invocation);
}

/// Without an authority nothing is known of its signatures.
SignedKind statement_kind(const std::vector<std::string>& authorities)
{
    return {.payload = Payload::statement, .read = [authorities](const Envelope& envelope) -> Result<Reading> {
                const Result<Statement> statement = read_statement(envelope.payload);
                if (!statement)
                    return std::unexpected(statement.error());
                Reading reading{.ceremony = {.page = words_of(*statement), .allowed = {}, .known_hash = {}},
                                .standing = {},
                                .json = Json::parse(envelope.payload)};
                reading.json["words"] = reading.ceremony.page;
                if (authorities.empty())
                    return reading;
                const Result<OpenedStatement> opened = open_statement_envelope(envelope, authorities);
                if (!opened)
                    return std::unexpected(opened.error());
                reading.ceremony.allowed = opened->allowed();
                reading.standing = opened->words();
                reading.json.update(opened->json());
                return reading;
            }};
}

ExitStatus show(const StatementArguments& arguments, Invocation& invocation)
{
    return show_file(statement_kind(arguments.authority), arguments.file, invocation);
}

ExitStatus sign(const StatementArguments& arguments, Invocation& invocation)
{
    return sign_file(statement_kind(arguments.authority), arguments.file, arguments.out, arguments.key, invocation);
}

/// All signatures over one payload, each once.
Result<Envelope> combined(const std::vector<std::string>& paths)
{
    Envelope all;
    for (const std::string& path : paths) {
        const Result<Envelope> one = read_envelope_file(path, Payload::statement);
        if (!one)
            return std::unexpected(one.error());
        if (all.payload.empty())
            all.payload = one->payload;
        if (one->payload != all.payload)
            return failed(
                fmt::format("{} holds another statement than {}: they cannot be combined", path, paths.front()));
        for (const EnvelopeSignature& signature : one->signatures) {
            if (std::ranges::find(all.signatures, signature.octets, &EnvelopeSignature::octets) == all.signatures.end())
                all.signatures.push_back(signature);
        }
    }
    if (all.signatures.size() > envelope_signature_limit)
        return failed(fmt::format("there are {} signatures, at most {} are read", all.signatures.size(),
                                  envelope_signature_limit));
    return all;
}

ExitStatus combine(const StatementArguments& arguments, Invocation& invocation)
{
    Result<Envelope> all = combined(arguments.files);
    const Result<OpenedStatement> opened =
        all ? open_statement_envelope(std::move(*all), arguments.authority) : std::unexpected(all.error());
    if (!opened)
        return complain(invocation, opened.error().message, ExitStatus::bad);
    if (Result<void> done = write_text_file(arguments.out, envelope_text(opened->envelope)); !done)
        return complain(invocation, done.error().message);
    if (invocation.json) {
        Json json = opened->json();
        json["schema"] = 1;
        invocation.out << canonical_json(json) << '\n';
    } else {
        invocation.out << opened->words() << '\n';
    }
    return ExitStatus::good;
}

ExitStatus verify(const StatementArguments& arguments, Invocation& invocation)
{
    const Result<OpenedStatement> opened = open_statement_file(arguments.file, arguments.authority);
    if (!opened)
        return say_verdict(invocation, false, opened.error().message);
    const Result<Seconds> at = arguments.from.empty() ? Result<Seconds>(now_seconds()) : read_moment(arguments.from);
    if (!at)
        return complain(invocation, at.error().message);
    const std::int64_t seen = arguments.seen >= 0 ? arguments.seen : opened->statement.content.sequence - 1;
    const Verdict verdict = judge_alone(*opened, *at, seen);
    Json json = opened->json();
    json["rule"] = verdict.permitted ? "" : std::string(rule_name(verdict.rule));
    return say_verdict(invocation, verdict.permitted,
                       verdict.permitted ? fmt::format("{}\n{}", verdict.sentence, opened->words()) : verdict.sentence,
                       json);
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
