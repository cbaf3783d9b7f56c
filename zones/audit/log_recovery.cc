// SPDX-License-Identifier: EUPL-1.2
// Opening a log: the durable tree head `commit` is the truth. What lies beyond it was never acknowledged and is cut;
// what it covers must be there and lead to its root, else this is damage and no writer may touch the log.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "zones/audit/log_writer.h"

namespace rw::zones::audit
{

Result<LogWriter> LogWriter::open(Files& files, std::string folder, std::vector<SigningKey> keys)
{
    LogWriter log(files, std::move(folder), std::move(keys));
    if (Result<void> done = log.recover(); !done)
        return failed(fmt::format("log {}: {}", log.folder_, done.error().message));
    return log;
}

Result<void> LogWriter::recover()
{
    const Result<OctetBuffer> octets = files_.read(folder_ + "/commit");
    if (!octets)
        return failed(octets.error().message + "; \"audit init\" makes a log");
    Result<Checkpoint> checkpoint = read_checkpoint(text_of(*octets));
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    std::vector<VerifierKey> own;
    own.reserve(keys_.size());
    for (const SigningKey& key : keys_)
        own.push_back(key.verifier());
    if (Result<SignatureReport> report = check_log_signature(*checkpoint, own); !report)
        return failed(report.error().message + ": is this the log's key file?");
    committed_ = std::move(*checkpoint);
    head_ = committed_.head;
    if (Result<void> done = load_edge(); !done)
        return done;
    if (Result<void> done = load_bundle(); !done)
        return done;
    if (Result<void> done = cut(""); !done)
        return done;
    const Result<OctetBuffer> published = files_.read(folder_ + "/checkpoint");
    const Result<Checkpoint> known = published ? read_checkpoint(text_of(*published)) : failed("absent");
    if (known && known->head == head_)
        return {};  // with the cosignatures it may carry
    return publish();
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
        return failed("the tiles do not lead to the committed root: the log is damaged");
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

/// Walks the log's folders: removes what no commit covers, and syncs every folder, since the writer before us may have
/// died between a rename and its sync.
Result<void> LogWriter::cut(const std::string& below)
{
    const std::string folder = below.empty() ? folder_ : folder_ + "/" + below;
    Result<std::vector<std::string>> names = files_.list(folder);
    if (!names)
        return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const std::string path = path_below(below, name);
        if (name.ends_with('/')) {
            if (Result<void> done = cut(path.substr(0, path.size() - 1)); !done)
                return done;
            continue;
        }
        const Result<bool> beyond = is_beyond(path);
        if (!beyond)
            return std::unexpected(beyond.error());
        if (!*beyond)
            continue;
        if (Result<void> done = files_.remove(folder_ + "/" + path); !done)
            return done;
    }
    return files_.sync_folder(folder);
}

Result<bool> LogWriter::is_beyond(const std::string& path)
{
    if (path.ends_with(".tmp"))
        return true;
    const std::optional<Tile> tile = tile_of_path(path);
    return tile && tile->width > width_in_tree(head_.size, tile->level.value_or(0), tile->index);
}

}  // namespace rw::zones::audit
