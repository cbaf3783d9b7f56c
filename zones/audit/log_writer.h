// SPDX-License-Identifier: EUPL-1.2
// The one writer of a log: it holds the lock on the folder and on the key for life. Order of every commit: entries and
// tiles written and synced, their folders synced, the new tree head announced beside the key, then the signed tree head
// `commit` replaced and synced; only then is anything acknowledged, and only what was acknowledged is published as
// `checkpoint`. Opening recovers: it cuts what no commit covers and nothing else. It refuses to go on below the largest
// head that the key is known to have signed. Called by the recorder.
#pragma once

#include <set>

#include "zones/audit/log_source.h"
#include "zones/audit/merkle.h"
#include "zones/audit/signer.h"
#include "zones/audit/tile.h"

namespace rw::zones::audit
{

class LogWriter
{
 public:
    /// Makes an empty log in `folder`: its tree head of size 0 is committed and published. Error when one is there, or
    /// when the key has signed another log.
    [[nodiscard]] static Result<LogWriter> create(Files& files, std::string folder, Signer signer);
    /// Opens a log after a clean end or a crash. Error when the folder is older than what the key has signed.
    [[nodiscard]] static Result<LogWriter> open(Files& files, std::string folder, Signer signer);
    /// Brings a folder that open() refuses back to the largest head that `commit`, `checkpoint`, the copy beside the
    /// key or `copy` shows, out of the files of `copy` (which may be the folder itself). Signs no head but that one,
    /// and none when `copy` does not lead to it.
    [[nodiscard]] static Result<LogWriter> restore(Files& files, std::string folder, Signer signer, LogSource& copy);

    /// Queues one entry for the next commit; it is nothing before that. Error when it is longer than an entry may be.
    [[nodiscard]] Result<std::uint64_t> add(std::string_view entry);
    /// Makes the queued entries durable. When this returns a tree head they are acknowledged. After an error the writer
    /// is spent: open the log again.
    [[nodiscard]] Result<Checkpoint> commit();
    /// Publishes the last commit, with the cosignatures of witnesses when there are any.
    [[nodiscard]] Result<void> publish(const std::vector<NoteSignature>& cosignatures = {});
    /// Whether `checkpoint` is the last commit.
    [[nodiscard]] bool is_published() const { return published_ == committed_.head; }

    /// The index the next added entry will have.
    [[nodiscard]] std::uint64_t next_index() const { return head_.size + queue_.size(); }
    [[nodiscard]] const Checkpoint& committed() const { return committed_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] const std::vector<SigningKey>& keys() const { return signer_.keys(); }
    [[nodiscard]] std::vector<VerifierKey> verifiers() const { return signer_.verifiers(); }
    /// Signs with other keys from the next commit on (rotation).
    void use_keys(std::vector<SigningKey> keys) { signer_.use_keys(std::move(keys)); }
    /// The keys file tells readers which public keys signed this log, one vkey a line; it is a claim, not trust.
    [[nodiscard]] Result<void> write_public_keys(const std::vector<VerifierKey>& keys);

 private:
    LogWriter(Files& files, std::string folder, Signer signer, FileLock lock);

    static Result<LogWriter> locked(Files& files, std::string folder, Signer signer);
    Result<void> recover();
    Result<Checkpoint> read_own(const std::string& name);
    Result<void> judge_floor();
    Result<void> check_prefix(LogReader& reader, const TreeHead& head, std::string_view where);
    Result<void> finish_recovery();
    Result<void> load_edge();
    Result<void> load_bundle();
    Result<void> cut(const std::string& below);
    [[nodiscard]] bool is_beyond(const std::string& path) const;
    Result<void> rebuild(LogSource& copy);
    Result<void> append_to_tree(Octets entry);
    Result<void> push_hash(unsigned level, const Digest& hash);
    Result<void> write_tile(const Tile& tile, Octets octets);
    Result<void> write_partial_tiles();
    Result<void> sync_folders();
    Result<void> drop_partials();
    Result<void> save_commit();

    Files& files_;
    std::string folder_;
    Signer signer_;
    FileLock lock_;
    TreeHead head_;
    Checkpoint committed_;
    std::optional<TreeHead> published_;
    Frontier frontier_;
    std::array<OctetBuffer, tile_levels> edge_;  ///< hashes of the partial tile of each level
    OctetBuffer bundle_;                         ///< entries of the partial bundle
    std::vector<std::string> queue_;
    std::set<std::string> unsynced_;  ///< folders with renames not yet synced
    std::vector<Tile> filled_;        ///< tiles that became full: their partial forms can go once published
};

}  // namespace rw::zones::audit
