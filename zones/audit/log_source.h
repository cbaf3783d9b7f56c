// SPDX-License-Identifier: EUPL-1.2
// Where the plain files of a log come from: a folder here, HTTP in the command line tool. Reading hashes and entries
// out of them is pure arithmetic and never trusts what it fetched: callers compare with a signed root.
#pragma once

#include <deque>
#include <functional>

#include "zones/audit/checkpoint.h"
#include "zones/audit/merkle.h"
#include "zones/audit/tile.h"
#include "zones/files.h"

namespace rw::zones::audit
{

/// The largest file of a log: a full bundle of entries of the largest size.
inline constexpr std::size_t log_file_limit = tile_width * (entry_size_limit + 2);

/// Slashes in the longest path of a log: tile/entries/x001/x002/x003/x004/005.p/17 has 7. Bounds walks through a folder
/// that a stranger may write into.
inline constexpr int folder_depth_limit = 8;

/// Whether a log has a file of this name: tile, stored version, checkpoint, commit, keys, lock.
[[nodiscard]] bool is_log_path(std::string_view path);

class LogSource
{
 public:
    virtual ~LogSource() = default;
    /// The file at `path` within the log ("checkpoint", "tile/0/000"), at most log_file_limit octets.
    [[nodiscard]] virtual Result<OctetBuffer> fetch(const std::string& path) = 0;
    /// What a person calls this source.
    [[nodiscard]] virtual std::string name() const = 0;
};

class FolderSource final : public LogSource
{
 public:
    FolderSource(Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}
    Result<OctetBuffer> fetch(const std::string& path) override;
    std::string name() const override { return folder_; }

 private:
    Files& files_;
    std::string folder_;
};

[[nodiscard]] Result<Checkpoint> fetch_checkpoint(LogSource& source);

/// Called with every entry in order; an error stops the reading.
using EntrySink = std::function<Result<void>(std::uint64_t index, Octets entry)>;

/// Hashes and entries of one log at one tree size.
class LogReader
{
 public:
    LogReader(LogSource& source, std::uint64_t size) : source_(source), size_(size) {}

    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// The hash of a complete subtree, out of tiles; the last few tiles are kept.
    [[nodiscard]] Result<Digest> subtree(unsigned level, std::uint64_t index);
    [[nodiscard]] SubtreeHash subtrees();
    /// Entries begin <= i < end, a bundle in memory at a time.
    [[nodiscard]] Result<void> entries(std::uint64_t begin, std::uint64_t end, const EntrySink& sink);
    [[nodiscard]] Result<OctetBuffer> entry(std::uint64_t index);

 private:
    struct CachedTile {
        unsigned level;
        std::uint64_t index;
        OctetBuffer hashes;
    };
    Result<Octets> tile(unsigned level, std::uint64_t index);
    Result<OctetBuffer> fetch_tile(std::optional<unsigned> level, std::uint64_t index, std::uint64_t width);

    LogSource& source_;
    std::uint64_t size_;
    std::deque<CachedTile> recent_;  ///< at most 16 tiles: a proof's path touches two a level
};

}  // namespace rw::zones::audit
