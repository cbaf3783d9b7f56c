// SPDX-License-Identifier: EUPL-1.2
// The one writer of a log. Order of every commit: entries and tiles written and synced, their folders synced, then the
// signed tree head `commit` replaced and synced; only then is anything acknowledged, and only what was acknowledged is
// published as `checkpoint`. Opening recovers: it cuts what no commit covers and nothing else. Called by the recorder.
#pragma once

#include <set>

#include "zones/audit/checkpoint.h"
#include "zones/audit/log_source.h"
#include "zones/audit/merkle.h"
#include "zones/audit/tile.h"
#include "zones/files.h"

namespace rw::zones::audit
{

class LogWriter
{
 public:
    /// Makes an empty log in `folder`: its tree head of size 0 is committed and published. Error when one is there.
    [[nodiscard]] static Result<LogWriter> create(Files& files, std::string folder, std::vector<SigningKey> keys);
    /// Opens a log after a clean end or a crash. `keys` must have signed the last commit.
    [[nodiscard]] static Result<LogWriter> open(Files& files, std::string folder, std::vector<SigningKey> keys);

    /// Queues one entry for the next commit; it is nothing before that. Error when it is longer than an entry may be.
    [[nodiscard]] Result<std::uint64_t> add(std::string_view entry);
    /// Makes the queued entries durable. When this returns a tree head they are acknowledged. After an error the writer
    /// is spent: open the log again.
    [[nodiscard]] Result<Checkpoint> commit();
    /// Publishes the last commit, with the cosignatures of witnesses when there are any.
    [[nodiscard]] Result<void> publish(const std::vector<NoteSignature>& cosignatures = {});

    /// The index the next added entry will have.
    [[nodiscard]] std::uint64_t next_index() const { return head_.size + queue_.size(); }
    [[nodiscard]] const Checkpoint& committed() const { return committed_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] const std::vector<SigningKey>& keys() const { return keys_; }
    /// Signs with other keys from the next commit on (rotation).
    void use_keys(std::vector<SigningKey> keys) { keys_ = std::move(keys); }
    /// The keys file tells readers which public keys signed this log, one vkey a line; it is a claim, not trust.
    [[nodiscard]] Result<void> write_public_keys(const std::vector<VerifierKey>& keys);

 private:
    LogWriter(Files& files, std::string folder, std::vector<SigningKey> keys);

    Result<void> recover();
    Result<void> load_edge();
    Result<void> load_bundle();
    Result<void> cut(const std::string& below);
    Result<bool> is_beyond(const std::string& path);
    Result<void> append_to_tree(Octets entry);
    Result<void> push_hash(unsigned level, const Digest& hash);
    Result<void> write_tile(const Tile& tile, Octets octets);
    Result<void> write_partial_tiles();
    Result<void> sync_folders();
    Result<void> drop_partials();
    Result<void> save_commit();

    Files& files_;
    std::string folder_;
    std::vector<SigningKey> keys_;
    TreeHead head_;
    Checkpoint committed_;
    Frontier frontier_;
    std::array<OctetBuffer, tile_levels> edge_;  ///< hashes of the partial tile of each level
    OctetBuffer bundle_;                         ///< entries of the partial bundle
    std::vector<std::string> queue_;
    std::set<std::string> unsynced_;  ///< folders with renames not yet synced
    std::vector<Tile> filled_;        ///< tiles that became full: their partial forms can go once published
};

}  // namespace rw::zones::audit
