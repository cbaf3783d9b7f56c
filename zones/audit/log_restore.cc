// SPDX-License-Identifier: EUPL-1.2
// Restoring: a log whose folder came out of a backup goes on where it was published last, or not at all. The copy is
// read twice: once to see that it leads to the largest head the key signed, by way of every other one, and only then to
// write it.
#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/log_writer.h"

namespace rw::zones::audit
{

namespace
{

/// A head that the key signed, and where that is seen.
struct Sighted {
    TreeHead head;
    std::string where;
    std::optional<SignedNote> note{};  ///< with the cosignatures it came with
};

/// Reads the tree of the largest of `heads` (by size, ascending) and meets every other one on the way.
Result<void> check_way(LogSource& copy, const std::vector<Sighted>& heads)
{
    Frontier frontier;
    auto next = heads.begin();
    const auto meet = [&]() -> Result<void> {
        for (; next != heads.end() && next->head.size == frontier.size(); ++next) {
            if (frontier.root() != next->head.root)
                return failed(fmt::format("its first {} leaves are not those that {} shows", next->head.size,
                                          printable(next->where)));
        }
        return {};
    };
    if (Result<void> done = meet(); !done)
        return done;
    LogReader reader(copy, heads.back().head.size);
    return reader.entries(0, reader.size(), [&](std::uint64_t, Octets entry) -> Result<void> {
        frontier.append(leaf_hash(entry));
        return meet();
    });
}

}  // namespace

Result<LogWriter> LogWriter::restore(Files& files, std::string folder, Signer signer, LogSource& copy)
{
    if (Result<void> done = files.make_folder(folder); !done)
        return std::unexpected(done.error());
    Result<LogWriter> log = locked(files, std::move(folder), std::move(signer));
    if (!log)
        return log;
    if (Result<void> done = log->rebuild(copy); !done)
        return failed(fmt::format("log {} cannot be restored from {}: {}", printable(log->folder_),
                                  printable(copy.name()), done.error().message));
    return log;
}

Result<void> LogWriter::rebuild(LogSource& copy)
{
    std::vector<Sighted> heads;
    for (const char* name : {"commit", "checkpoint"}) {
        if (Result<Checkpoint> own = read_own(name); own)
            heads.push_back({.head = own->head, .where = folder_ + "/" + name, .note = std::move(own->note)});
    }
    if (signer_.last())
        heads.push_back({.head = *signer_.last(), .where = signer_.head_path()});
    if (Result<Checkpoint> theirs = fetch_checkpoint(copy); theirs && check_log_signature(*theirs, signer_.verifiers()))
        heads.push_back({.head = theirs->head, .where = copy.name() + "/checkpoint", .note = std::move(theirs->note)});
    if (heads.empty())
        return failed("no tree head signed by this key is to be seen anywhere");
    std::ranges::sort(heads, {}, [](const Sighted& one) { return one.head.size; });
    const Sighted& floor = heads.back();
    if (Result<void> done = check_way(copy, heads); !done)
        return failed(
            fmt::format("{} shows {} leaves signed by this key, and the copy does not lead there ({}). Another "
                        "copy may; without one this log has ended, make a new one with a new key",
                        printable(floor.where), floor.head.size, done.error().message));
    head_.origin = floor.head.origin;
    LogReader reader(copy, floor.head.size);
    Result<void> done =
        reader.entries(0, reader.size(), [this](std::uint64_t, Octets entry) { return append_to_tree(entry); });
    if (!done)
        return done;
    head_.root = frontier_.root();
    if (head_ != floor.head)
        return failed("the copy changed while it was read");
    if (done = write_partial_tiles(); !done)
        return done;
    if (done = sync_folders(); !done)
        return done;
    if (done = save_commit(); !done)
        return done;
    if (done = finish_recovery(); !done)
        return done;
    if (!files_.exists(folder_ + "/keys")) {
        if (done = write_public_keys(verifiers()); !done)
            return done;
    }
    const auto noted = std::ranges::find_if(
        heads, [&](const Sighted& one) { return one.note && one.head == head_ && one.note->signatures.size() > 1; });
    if (noted == heads.end())
        return {};
    std::vector<NoteSignature> others;
    for (const NoteSignature& signature : noted->note->signatures) {
        if (std::ranges::find(committed_.note.signatures, signature) == committed_.note.signatures.end())
            others.push_back(signature);
    }
    return publish(others);
}

}  // namespace rw::zones::audit
