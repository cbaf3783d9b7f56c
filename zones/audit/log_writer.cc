// SPDX-License-Identifier: EUPL-1.2
// Committing: tiles and entries first, then the tree head. Recovery is in log_recovery.cc, restoring in log_restore.cc.
#include "zones/audit/log_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::zones::audit
{

namespace
{

/// The root of 256 hashes: what a full tile contributes to the level above.
Digest full_tile_root(Octets hashes)
{
    std::vector<Digest> row(tile_width);
    for (std::size_t i = 0; i < row.size(); ++i)
        std::ranges::copy(hashes.subspan(i * sizeof(Digest), sizeof(Digest)), row[i].begin());
    for (; row.size() > 1; row.resize(row.size() / 2)) {
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    }
    return row.front();
}

}  // namespace

LogWriter::LogWriter(Files& files, std::string folder, Signer signer, FileLock lock)
    : files_(files), folder_(std::move(folder)), signer_(std::move(signer)), lock_(std::move(lock))
{
}

Result<LogWriter> LogWriter::locked(Files& files, std::string folder, Signer signer)
{
    Result<FileLock> lock = files.lock(folder + "/lock");
    if (!lock)
        return failed(
            fmt::format("{}; is {} a log? \"audit init\" makes one", lock.error().message, printable(folder)));
    return LogWriter(files, std::move(folder), std::move(signer), std::move(*lock));
}

Result<LogWriter> LogWriter::create(Files& files, std::string folder, Signer signer)
{
    if (signer.last() && signer.last()->size > 0)
        return failed(fmt::format("this key has signed a log of {} leaves already: another log needs another key",
                                  signer.last()->size));
    if (Result<void> done = files.make_folder(folder); !done)
        return std::unexpected(done.error());
    if (Result<void> done = files.sync_folder(folder_of(folder)); !done)
        return std::unexpected(done.error());
    Result<LogWriter> log = locked(files, std::move(folder), std::move(signer));
    if (!log)
        return log;
    if (files.exists(log->folder_ + "/commit"))
        return failed(fmt::format("{} holds a log already", printable(log->folder_)));
    log->head_ = {.origin = log->signer_.origin(), .size = 0, .root = empty_root()};
    if (Result<void> done = log->write_public_keys(log->verifiers()); !done)
        return std::unexpected(done.error());
    if (Result<void> done = log->save_commit(); !done)
        return std::unexpected(done.error());
    if (Result<void> done = log->publish(); !done)
        return std::unexpected(done.error());
    return log;
}

Result<std::uint64_t> LogWriter::add(std::string_view entry)
{
    if (entry.empty() || entry.size() > entry_size_limit)
        return failed(fmt::format("a leaf of {} octets does not fit: 1 to {} do", entry.size(), entry_size_limit));
    queue_.emplace_back(entry);
    return head_.size + queue_.size() - 1;
}

Result<Checkpoint> LogWriter::commit()
{
    for (const std::string& entry : queue_) {
        if (Result<void> done = append_to_tree(octets_of(entry)); !done)
            return std::unexpected(done.error());
    }
    if (Result<void> done = write_partial_tiles(); !done)
        return std::unexpected(done.error());
    if (Result<void> done = sync_folders(); !done)
        return std::unexpected(done.error());
    if (Result<void> done = save_commit(); !done)
        return std::unexpected(done.error());
    queue_.clear();
    return committed_;
}

Result<void> LogWriter::append_to_tree(Octets entry)
{
    append_entry(bundle_, entry);
    const Digest hash = leaf_hash(entry);
    frontier_.append(hash);
    const std::uint64_t index = head_.size++;
    head_.root = frontier_.root();
    if (head_.size % tile_width == 0) {
        if (Result<void> done = write_tile({.level = {}, .index = index / tile_width}, bundle_); !done)
            return done;
        bundle_.clear();
    }
    return push_hash(0, hash);
}

Result<void> LogWriter::push_hash(unsigned level, const Digest& hash)
{
    OctetBuffer& edge = edge_.at(level);
    append(edge, hash);
    if (edge.size() < tile_width * sizeof(Digest))
        return {};
    const std::uint64_t index = level_size(head_.size, level) / tile_width - 1;
    if (Result<void> done = write_tile({.level = level, .index = index}, edge); !done)
        return done;
    const Digest root = full_tile_root(edge);
    edge.clear();
    return push_hash(level + 1, root);
}

Result<void> LogWriter::write_tile(const Tile& tile, Octets octets)
{
    const std::string path = tile_path(tile);
    if (Result<void> done = make_folders(files_, folder_, folder_of(path)); !done)
        return done;
    unsynced_.insert(folder_of(folder_ + "/" + path));
    if (tile.width == tile_width)
        filled_.push_back(tile);
    return replace_file(files_, folder_ + "/" + path, octets);
}

Result<void> LogWriter::write_partial_tiles()
{
    for (unsigned level = 0; level < tile_levels; ++level) {
        const std::uint64_t hashes = level_size(head_.size, level);
        const std::uint64_t width = hashes % tile_width;
        const std::uint64_t committed = level_size(committed_.head.size, level);
        if (width == 0 || hashes == committed)
            continue;
        const Tile tile{.level = level, .index = hashes / tile_width, .width = width};
        if (Result<void> done = write_tile(tile, edge_.at(level)); !done)
            return done;
        if (level != 0)
            continue;
        const Tile entries{.level = {}, .index = tile.index, .width = width};
        if (Result<void> done = write_tile(entries, bundle_); !done)
            return done;
    }
    return {};
}

Result<void> LogWriter::sync_folders()
{
    for (const std::string& folder : unsynced_) {
        if (Result<void> done = files_.sync_folder(folder); !done)
            return done;
    }
    unsynced_.clear();
    return {};
}

Result<void> LogWriter::save_commit()
{
    Result<Checkpoint> checkpoint = signer_.sign(head_);
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    const std::string text = checkpoint->note.whole();
    if (Result<void> done = replace_file_durably(files_, folder_ + "/commit", octets_of(text)); !done)
        return done;
    committed_ = std::move(*checkpoint);
    return signer_.confirm();
}

Result<void> LogWriter::publish(const std::vector<NoteSignature>& cosignatures)
{
    SignedNote note = committed_.note;
    note.signatures.insert(note.signatures.end(), cosignatures.begin(), cosignatures.end());
    const std::string text = note.whole();
    if (Result<void> done = replace_file_durably(files_, folder_ + "/checkpoint", octets_of(text)); !done)
        return done;
    published_ = committed_.head;
    return drop_partials();
}

Result<void> LogWriter::drop_partials()
{
    // Only now: readers of the checkpoint before this one needed the partial form, the full one serves them from here
    // on.
    for (const Tile& tile : filled_) {
        const std::string partials = folder_ + "/" + tile_path(tile) + ".p";
        Result<std::vector<std::string>> names = files_.list(partials);
        if (!names)
            return std::unexpected(names.error());
        for (const std::string& name : *names) {
            if (Result<void> done = files_.remove(path_below(partials, name)); !done)
                return done;
        }
        if (!names->empty()) {
            if (Result<void> done = files_.remove(partials); !done)
                return done;
        }
    }
    filled_.clear();
    return {};
}

Result<void> LogWriter::write_public_keys(const std::vector<VerifierKey>& keys)
{
    std::string text;
    for (const VerifierKey& key : keys)
        text += key.text() + "\n";
    return replace_file_durably(files_, folder_ + "/keys", octets_of(text));
}

}  // namespace rw::zones::audit
