// SPDX-License-Identifier: EUPL-1.2
// Opening a log: the durable tree head `commit` is the truth. What lies beyond it was never acknowledged and is cut;
// what it covers must be there and lead to its root, else this is damage and no writer may touch the log.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "zones/audit/log_writer.h"

namespace rw::zones::audit
{

Result<LogWriter> LogWriter::open(Files& files, std::string folder, Signer signer)
{
    Result<LogWriter> log = locked(files, std::move(folder), std::move(signer));
    if (!log)
        return log;
    if (Result<void> done = log->recover(); !done)
        return failed(fmt::format("log {}: {}", printable(log->folder_), done.error().message));
    return log;
}

Result<void> LogWriter::recover()
{
    Result<Checkpoint> commit = read_own("commit");
    if (!commit)
        return failed(commit.error().message + "; \"audit init\" makes a log, \"audit restore\" repairs one");
    committed_ = std::move(*commit);
    head_ = committed_.head;
    if (Result<void> done = judge_floor(); !done)
        return done;
    if (Result<void> done = load_edge(); !done)
        return done;
    if (Result<void> done = load_bundle(); !done)
        return done;
    return finish_recovery();
}

/// A tree head that one of our keys signed.
Result<Checkpoint> LogWriter::read_own(const std::string& name)
{
    const Result<OctetBuffer> octets = files_.read(folder_ + "/" + name);
    if (!octets)
        return std::unexpected(octets.error());
    Result<Checkpoint> checkpoint = read_checkpoint(text_of(*octets));
    if (!checkpoint)
        return failed(fmt::format("{}: {}", name, checkpoint.error().message));
    if (Result<SignatureReport> report = check_log_signature(*checkpoint, signer_.verifiers()); !report)
        return failed(fmt::format("{}: {}: is this the log's key file?", name, report.error().message));
    return checkpoint;
}

/// Nothing that the key is known to have signed may be larger than the commit. What was announced and not confirmed is
/// what a crash leaves: the log goes on from there, because it may have been signed.
Result<void> LogWriter::judge_floor()
{
    const auto behind = [this](std::uint64_t size, std::string_view where) {
        return failed(
            fmt::format("it was put back to {} leaves, and {} has {} that this key signed: to go on would sign "
                        "a second history. \"audit restore\" brings it back from a copy of what was published",
                        committed_.head.size, where, size));
    };
    if (!signer_.last())
        return failed(
            fmt::format("{} is not there, which says how far this key has signed: bring it along with the "
                        "key, or let \"audit restore\" make it again",
                        printable(signer_.head_path())));
    if (files_.exists(folder_ + "/checkpoint")) {
        const Result<Checkpoint> published = read_own("checkpoint");
        if (!published)
            return failed(published.error().message + "; \"audit restore\" repairs it");
        published_ = published->head;
        if (published_->size > committed_.head.size)
            return behind(published_->size, "the published checkpoint");
    }
    if (signer_.last()->size <= committed_.head.size)
        return {};
    if (!signer_.is_announced())
        return behind(signer_.last()->size, printable(signer_.head_path()));
    head_ = *signer_.last();
    return {};
}

/// The tree of `head` is the beginning of the one we go on with.
Result<void> LogWriter::check_prefix(LogReader& reader, const TreeHead& head, std::string_view where)
{
    if (head.size > head_.size)
        return failed(fmt::format("{} has {} leaves, the log {}", where, head.size, head_.size));
    const Result<Digest> root = tree_root(reader.subtrees(), head.size);
    if (!root)
        return std::unexpected(root.error());
    if (*root != head.root)
        return failed(
            fmt::format("{} and the log are two histories, both signed by this key: somebody mixed two "
                        "folders. \"audit restore\" goes on with one that holds all of it",
                        where));
    return {};
}

Result<void> LogWriter::finish_recovery()
{
    if (Result<void> done = cut("tile"); !done)
        return done;
    if (Result<void> done = cut("store"); !done)
        return done;
    if (Result<void> done = cut(""); !done)
        return done;
    if (head_ != committed_.head)
        return save_commit();
    if (signer_.last()->size == head_.size)
        return signer_.confirm();
    return signer_.remember(head_);
}

Result<void> LogWriter::load_edge()
{
    FolderSource source(files_, folder_);
    LogReader reader(source, head_.size);
    std::vector<Digest> hashes;
    for (int bit = 63; bit >= 0; --bit) {
        if ((head_.size >> bit & 1) == 0)
            continue;
        // The complete subtree for this bit starts after those of the higher bits.
        const std::uint64_t index = (head_.size >> bit) - 1;
        Result<Digest> hash = reader.subtree(static_cast<unsigned>(bit), index);
        if (!hash)
            return std::unexpected(hash.error());
        hashes.push_back(*hash);
    }
    Result<Frontier> frontier = Frontier::restore(head_.size, std::move(hashes));
    if (!frontier)
        return std::unexpected(frontier.error());
    frontier_ = std::move(*frontier);
    if (frontier_.root() != head_.root)
        return failed(
            fmt::format("its tiles do not lead to the signed root of {} leaves: the log is damaged, \"audit "
                        "restore\" repairs it from a copy",
                        head_.size));
    if (Result<void> done = check_prefix(reader, committed_.head, "the commit"); !done)
        return done;
    if (Result<void> done = check_prefix(reader, *signer_.last(), printable(signer_.head_path())); !done)
        return done;
    if (published_) {
        if (Result<void> done = check_prefix(reader, *published_, "the published checkpoint"); !done)
            return done;
    }
    for (unsigned level = 0; level < tile_levels; ++level) {
        const std::uint64_t all = level_size(head_.size, level);
        for (std::uint64_t i = all / tile_width * tile_width; i < all; ++i) {
            Result<Digest> hash = reader.subtree(8 * level, i);
            if (!hash)
                return std::unexpected(hash.error());
            append(edge_.at(level), *hash);
        }
    }
    return {};
}

Result<void> LogWriter::load_bundle()
{
    FolderSource source(files_, folder_);
    LogReader reader(source, head_.size);
    const std::uint64_t begin = head_.size / tile_width * tile_width;
    return reader.entries(begin, head_.size, [&](std::uint64_t index, Octets entry) -> Result<void> {
        const Digest hash = leaf_hash(entry);
        const auto at = static_cast<std::size_t>(index - begin) * sizeof(Digest);
        if (!equal(hash, Octets(edge_[0]).subspan(at, sizeof(Digest))))
            return failed(fmt::format("entry {} does not hash to its leaf: the log is damaged", index));
        append_entry(bundle_, entry);
        return {};
    });
}

/// Walks one of the log's own folders: removes what no commit covers, and syncs every folder, since the writer before
/// us may have died between a rename and its sync. At the top only the log's own files are looked at.
Result<void> LogWriter::cut(const std::string& below)
{
    const std::string folder = below.empty() ? folder_ : folder_ + "/" + below;
    if (!files_.exists(folder))
        return {};
    Result<std::vector<std::string>> names = files_.list(folder);
    if (!names)
        return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const std::string path = path_below(below, name);
        if (name.ends_with('/')) {
            if (below.empty())
                continue;
            if (std::ranges::count(path, '/') > folder_depth_limit)
                return failed(fmt::format("{} is deeper than a log's folders are", printable(path)));
            if (Result<void> done = cut(path.substr(0, path.size() - 1)); !done)
                return done;
            continue;
        }
        if (!is_beyond(path))
            continue;
        if (Result<void> done = files_.remove(folder_ + "/" + path); !done)
            return done;
    }
    return files_.sync_folder(folder);
}

/// True for tiles that no commit covers and for what a crash left of a file of ours.
bool LogWriter::is_beyond(const std::string& path) const
{
    constexpr std::string_view unfinished = ".tmp";
    if (path.ends_with(unfinished))
        return is_log_path(std::string_view(path).substr(0, path.size() - unfinished.size()));
    const std::optional<Tile> tile = tile_of_path(path);
    return tile && tile->width > width_in_tree(head_.size, tile->level.value_or(0), tile->index);
}

}  // namespace rw::zones::audit
