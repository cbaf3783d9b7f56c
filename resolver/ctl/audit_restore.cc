// SPDX-License-Identifier: EUPL-1.2
// `audit restore`: brings a log whose folder came out of a backup back to where its key has signed, out of a copy of
// what was published. The decision is a person's, so no other command does it.
#include <fmt/format.h>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/fetch.h"
#include "zones/store.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

struct RestoreArguments {
    WriterOptions where;
    std::string from;  ///< empty: the log's own folder
};

/// Stored versions that the log speaks of and the folder has lost, fetched from the copy. Gives how many are in
/// neither.
Result<std::size_t> restore_versions(Files& files, audit::LogWriter& log, audit::LogSource& copy)
{
    audit::FolderSource own(files, log.folder());
    Result<audit::VerifiedLog> verified = audit::VerifiedLog::under(own, log.committed(), log.verifiers(), nullptr);
    if (!verified)
        return std::unexpected(verified.error());
    Store store(files, log.folder());
    std::size_t lost = 0;
    Result<void> done =
        verified->leaves(0, verified->head().size, [&](std::uint64_t, const Json& leaf) -> Result<void> {
            const std::optional<Digest> digest = digest_from_hex(text_member(leaf, "sha256"));
            if (text_member(leaf, "kind") != "version" || !digest || store.get(*digest))
                return {};
            // A stored version names what it is made from, and its content is its name: the copy needs no trust.
            const std::string path = Store::relative_path(*digest);
            const Result<OctetBuffer> octets = copy.fetch(path);
            lost += octets ? 0 : 1;
            if (!octets)
                return {};
            if (Result<void> made = make_folders(files, log.folder(), folder_of(path)); !made)
                return made;
            if (Result<void> kept = replace_file_durably(files, log.folder() + "/" + path, *octets); !kept)
                return kept;
            lost += store.get(*digest) ? 0 : 1;
            return {};
        });
    return done ? Result<std::size_t>(lost) : std::unexpected(done.error());
}

ExitStatus restore(const RestoreArguments& given, Invocation& invocation)
{
    const Result<WriterOptions> where = given.where.settled(invocation);
    if (!where)
        return refuse(invocation, where.error().message);
    const Result<std::optional<audit::Policy>> policy = read_policy(where->policy);
    if (!policy)
        return refuse(invocation, policy.error().message);
    WriterDisk disk(*where);
    Result<audit::Signer> signer = open_signer(disk, *where);
    if (!signer)
        return refuse(invocation, signer.error().message);
    const std::string place = given.from.empty() ? where->dir : given.from;
    PosixFiles copied(place);
    const auto copy = open_source(copied, place);
    Result<audit::LogWriter> log = audit::LogWriter::restore(disk.log, where->dir, std::move(*signer), *copy);
    if (!log)
        return refuse(invocation, log.error().message);
    const Result<std::size_t> lost = restore_versions(disk.log, *log, *copy);
    if (!lost)
        return refuse(invocation, lost.error().message);
    Result<void> known =
        policy->has_value() ? check_witnesses(disk.log, *log, **policy, invocation.err) : Result<void>{};
    if (known && !log->is_published() && !policy->has_value())
        known = log->publish();
    if (!known)
        return refuse(invocation, known.error().message);
    invocation.out << fmt::format("the log goes on from {} leaves, root {}\n", log->committed().head.size,
                                  base64(log->committed().head.root));
    if (*lost > 0)
        invocation.out << fmt::format(
            "{} recorded version(s) are lost here and in the copy: the log still proves what "
            "they were\n",
            *lost);
    if (!log->is_published())
        invocation.out << "\"audit witness\" publishes it\n";
    return *lost > 0 ? ExitStatus::bad : ExitStatus::good;
}

}  // namespace

void add_audit_restore(CLI::App& group, Invocation& invocation)
{
    CLI::App* command = group.add_subcommand(
        "restore", "After a restore from backup: go on from what was published, out of a copy of it.");
    const auto arguments = std::make_shared<RestoreArguments>();
    arguments->where.add_to(*command);
    command->add_option("--from", arguments->from, "Folder or URL of the copy (default: the log's own folder).")
        ->type_name("PLACE");
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return restore(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
