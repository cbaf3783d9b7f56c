// SPDX-License-Identifier: EUPL-1.2
// `audit export`: leaves in the forms that SIEMs take in, each proved before it is written.
#include <fmt/format.h>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/fetch.h"
#include "zones/audit/export.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

struct ExportArguments {
    std::string place;  ///< empty: not given
    TrustOptions trust;
    std::string format = "jsonl";
    std::string kind;
    std::uint64_t from = 0;
};

ExitStatus export_leaves(const ExportArguments& arguments, Invocation& invocation)
{
    const std::optional<audit::ExportFormat> format = audit::parse_export_format(arguments.format);
    if (!format)
        return refuse(invocation, fmt::format("--format {}: jsonl, syslog, ocsf or csv", arguments.format));
    const Result<std::string> place = settled_place(arguments.place, invocation);
    if (!place)
        return refuse(invocation, place.error().message);
    PosixFiles files(*place);
    const auto source = open_source(files, *place);
    Result<audit::VerifiedLog> log = open_verified(*source, arguments.trust, invocation);
    if (!log)
        return refuse(invocation, log.error().message);
    invocation.out << audit::export_header(*format);
    const Result<void> done =
        log->leaves(arguments.from, log->head().size, [&](std::uint64_t, const Json& leaf) -> Result<void> {
            if (arguments.kind.empty() || text_member(leaf, "kind") == arguments.kind)
                invocation.out << audit::export_line(*format, log->head().origin, leaf);
            return {};
        });
    if (done)
        return ExitStatus::good;
    invocation.err << "rootwardctl: " << printable(done.error().message) << '\n';
    return ExitStatus::bad;
}

}  // namespace

void add_audit_export(CLI::App& group, Invocation& invocation)
{
    CLI::App* command =
        group.add_subcommand("export", "Prove the leaves of a log and write them for a SIEM, one per line.");
    const auto arguments = std::make_shared<ExportArguments>();
    command->add_option("LOG,--dir", arguments->place,
                        "Folder or URL of the log (default: audit.dir of the -c file, else audit).");
    arguments->trust.add_optional_to(*command);
    command->add_option("--format", arguments->format, "jsonl, syslog (RFC 5424), ocsf or csv.")->capture_default_str();
    command->add_option("--from", arguments->from, "Index of the first leaf.")->type_name("N");
    command->add_option("--kind", arguments->kind, "Only leaves of this kind, like event.")->type_name("KIND");
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return export_leaves(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
