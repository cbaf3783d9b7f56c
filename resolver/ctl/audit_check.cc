// SPDX-License-Identifier: EUPL-1.2
// `audit verify`, `prove`, `check` and `export-zone`: the commands that read a log and judge it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/fetch.h"
#include "zones/audit/bundle.h"
#include "zones/audit/verify_log.h"
#include "zones/store.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

constexpr const char* place_help = "Folder or URL of the log (default: audit.dir of the -c file, else audit).";

struct VerifyArguments {
    std::string place;  ///< empty: not given
    TrustOptions trust;
    std::string since;
};

struct ProveArguments {
    std::uint64_t index = 0;
    std::string place;  ///< empty: not given
    std::string out;
};

struct CheckArguments {
    std::string bundle;
    TrustOptions trust;
};

struct ExportZoneArguments {
    std::uint32_t serial = 0;
    std::string sha256;
    TrustOptions trust;
    std::string place;  ///< empty: not given
};

ExitStatus show(const audit::LogReport& report, Invocation& invocation)
{
    if (invocation.json) {
        invocation.out << canonical_json(audit::report_json(report)) << '\n';
        return report.good() ? ExitStatus::good : ExitStatus::bad;
    }
    for (const std::string& problem : report.problems)
        invocation.out << fmt::format("BAD   {}\n", problem);
    for (const std::string& note : report.notes)
        invocation.out << fmt::format("note  {}\n", note);
    std::vector<std::string> kinds;
    kinds.reserve(report.kinds.size());
    for (const auto& [kind, count] : report.kinds)
        kinds.push_back(fmt::format("{} {}", count, kind));
    if (!kinds.empty())
        invocation.out << fmt::format("holds {}\n", fmt::join(kinds, ", "));
    invocation.out << fmt::format("{}: {} leaves, root {}{}\n", printable(report.head.origin), report.head.size,
                                  base64(report.head.root),
                                  report.witnesses > 0 ? fmt::format(", {} witness(es)", report.witnesses) : "");
    invocation.out << (report.good() ? "good: the log is whole and signed\n" : "BAD: do not trust this log\n");
    return report.good() ? ExitStatus::good : ExitStatus::bad;
}

ExitStatus verify(const VerifyArguments& arguments, Invocation& invocation)
{
    const Result<std::vector<audit::VerifierKey>> keys = arguments.trust.read_keys();
    const Result<std::optional<audit::Policy>> policy = read_policy(arguments.trust.policy);
    if (!keys || !policy)
        return refuse(invocation, keys ? policy.error().message : keys.error().message);
    audit::LogExpectations expectations{
        .keys = *keys, .policy = policy->has_value() ? &**policy : nullptr, .since = {}, .now = {}};
    if (!arguments.since.empty()) {
        const Result<std::string> text = read_text_file(arguments.since);
        Result<audit::Checkpoint> since = text ? audit::read_checkpoint(*text) : std::unexpected(text.error());
        if (since) {
            if (Result<audit::SignatureReport> good = audit::check_log_signature(*since, *keys); !good)
                since = std::unexpected(good.error());
        }
        if (!since)
            return refuse(invocation, fmt::format("--since {}: {}", arguments.since, since.error().message));
        expectations.since = std::move(*since);
    }
    expectations.now = SystemClock().wall_seconds();
    expectations.progress = [&](std::uint64_t done, std::uint64_t all) {
        if (done > 0 && done % 4096 == 0)
            invocation.err << fmt::format("{} of {}\n", done, all);
    };
    PosixFiles files(arguments.place);
    if (!is_url(arguments.place))
        return show(audit::verify_log_folder(files, arguments.place, expectations), invocation);
    const auto source = open_source(files, arguments.place);
    return show(audit::verify_log(*source, expectations), invocation);
}

ExitStatus prove(const ProveArguments& arguments, Invocation& invocation)
{
    PosixFiles files(arguments.place);
    const auto source = open_source(files, arguments.place);
    const Result<std::string> bundle = audit::make_bundle(*source, arguments.index);
    if (!bundle)
        return refuse(invocation, bundle.error().message);
    if (arguments.out.empty()) {
        invocation.out << *bundle;
        return ExitStatus::good;
    }
    PosixFiles beside(folder_of(arguments.out));
    const Result<void> done = replace_file_durably(beside, arguments.out, octets_of(*bundle));
    return done ? ExitStatus::good : refuse(invocation, done.error().message);
}

ExitStatus check(const CheckArguments& arguments, Invocation& invocation)
{
    const Result<std::vector<audit::VerifierKey>> keys = arguments.trust.read_keys();
    const Result<std::optional<audit::Policy>> policy = read_policy(arguments.trust.policy);
    const Result<std::string> text = read_text_file(arguments.bundle);
    if (!keys || !policy || !text)
        return refuse(invocation, !keys     ? keys.error().message
                                  : !policy ? policy.error().message
                                            : text.error().message);
    std::vector<audit::VerifierKey> all = *keys;
    if (policy->has_value()) {
        for (const audit::VerifierKey& key : (*policy)->keys())
            all.push_back(key);
    }
    const Result<audit::ProvenLeaf> proven = audit::check_bundle(*text, all, policy->has_value() ? &**policy : nullptr);
    const std::string leaf = proven ? canonical_json(proven->leaf) : "null";
    if (invocation.json) {
        invocation.out << canonical_json({{"schema", 1},
                                          {"good", proven.has_value()},
                                          {"problem", proven ? "" : proven.error().message},
                                          {"leaf", proven ? proven->leaf : Json(nullptr)},
                                          {"witnesses", proven ? proven->witnesses : 0}})
                       << '\n';
    } else if (proven) {
        invocation.out << printable(leaf) << '\n';
        invocation.out << fmt::format("good: leaf {} of {} in {}{}\n", proven->index, proven->head.size,
                                      proven->head.origin,
                                      proven->witnesses > 0 ? fmt::format(", {} witness(es)", proven->witnesses)
                                                            : fmt::format("; {}", audit::unwitnessed));
    } else {
        invocation.out << fmt::format("BAD: {}\n", printable(proven.error().message));
    }
    return proven ? ExitStatus::good : ExitStatus::bad;
}

/// Contents that the log records for a serial, oldest first.
Result<std::vector<Digest>> contents_of(Files& files, const ExportZoneArguments& arguments,
                                        const Invocation& invocation)
{
    audit::FolderSource source(files, arguments.place);
    Result<audit::VerifiedLog> log = open_verified(source, arguments.trust, invocation);
    if (!log)
        return std::unexpected(log.error());
    std::vector<Digest> contents;
    const Result<void> done = log->entries(0, log->head().size, [&](std::uint64_t index, Octets entry) -> Result<void> {
        if (text_of(entry).find("\"kind\":\"version\"") == std::string_view::npos)
            return {};
        const Result<Json> leaf = audit::read_leaf(entry, index);
        if (!leaf)
            return std::unexpected(leaf.error());
        const std::string sha256 = text_member(*leaf, "sha256");
        const std::optional<Digest> digest = digest_from_hex(sha256);
        if (digest && text_member(*leaf, "kind") == "version" && integer_member(*leaf, "serial") == arguments.serial &&
            (arguments.sha256.empty() || arguments.sha256 == sha256))
            contents.push_back(*digest);
        return {};
    });
    if (!done)
        return std::unexpected(done.error());
    return contents;
}

ExitStatus export_zone(const ExportZoneArguments& arguments, Invocation& invocation)
{
    PosixFiles files(arguments.place);
    const Result<std::vector<Digest>> contents = contents_of(files, arguments, invocation);
    if (!contents)
        return refuse(invocation, contents.error().message);
    if (contents->empty())
        return refuse(invocation, fmt::format("no version {} is on record", arguments.serial));
    if (contents->size() > 1) {
        std::string choices;
        for (const Digest& digest : *contents)
            choices += "\n  --sha256 " + hex_lower(digest);
        return refuse(invocation, fmt::format("serial {} has {} contents; choose one:{}", arguments.serial,
                                              contents->size(), choices));
    }
    Store store(files, arguments.place);
    const Result<std::string> text = store.get(contents->front());
    if (!text) {
        invocation.err << "rootwardctl: " << printable(text.error().message) << '\n';
        return ExitStatus::bad;
    }
    invocation.out << *text;
    return ExitStatus::good;
}

/// Runs `handle` once it is known where the log is.
template <class Arguments>
ExitStatus at_place(Arguments& arguments, Invocation& invocation, ExitStatus (*handle)(const Arguments&, Invocation&))
{
    Result<std::string> place = settled_place(arguments.place, invocation);
    if (!place)
        return refuse(invocation, place.error().message);
    arguments.place = std::move(*place);
    return handle(arguments, invocation);
}

}  // namespace

void add_audit_check(CLI::App& group, Invocation& invocation)
{
    CLI::App* command = group.add_subcommand("verify", "Recompute a whole log and judge it; exit 1 when it is bad.");
    const auto verified = std::make_shared<VerifyArguments>();
    command->add_option("LOG,--dir", verified->place, place_help);
    verified->trust.add_to(*command);
    command->add_option("--since", verified->since, "A checkpoint seen earlier: the log must have grown from it.")
        ->type_name("FILE");
    command->callback([verified, &invocation] {
        invocation.run = [verified, &invocation] { return at_place(*verified, invocation, verify); };
    });

    command = group.add_subcommand("prove", "Write a bundle that proves one leaf to anybody.");
    const auto proved = std::make_shared<ProveArguments>();
    command->add_option("N", proved->index, "Index of the leaf.")->required();
    command->add_option("LOG,--dir", proved->place, place_help);
    command->add_option("--out", proved->out, "Write here instead of to standard output.")->type_name("FILE");
    command->callback([proved, &invocation] {
        invocation.run = [proved, &invocation] { return at_place(*proved, invocation, prove); };
    });

    command = group.add_subcommand("check", "Check a bundle, with nothing but the log's key; exit 1 when it is bad.");
    const auto checked = std::make_shared<CheckArguments>();
    command->add_option("BUNDLE", checked->bundle, "The bundle.")->required();
    checked->trust.add_to(*command);
    command->callback(
        [checked, &invocation] { invocation.run = [checked, &invocation] { return check(*checked, invocation); }; });

    command = group.add_subcommand("export-zone", "Write a recorded version in canonical form, bit for bit.");
    const auto version = std::make_shared<ExportZoneArguments>();
    command->add_option("SERIAL", version->serial, "Serial of the version.")->required();
    command->add_option("--sha256", version->sha256, "Which content, when a serial has several.")->type_name("HEX");
    command->add_option("--dir", version->place, place_help)->type_name("DIR");
    version->trust.add_optional_to(*command);
    command->callback([version, &invocation] {
        invocation.run = [version, &invocation] { return at_place(*version, invocation, export_zone); };
    });
}

}  // namespace rw::ctl
