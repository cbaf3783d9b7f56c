// SPDX-License-Identifier: EUPL-1.2
// The seam to the file system for everything that must survive a crash: the audit log, the store, witness state. Each
// operation is one the kernel may lose on power failure, so that tests can stop before and after any of them and drop
// what was not synced. Paths are plain text; a writer that needs atomicity calls replace_file, never write alone.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"

namespace rw::zones
{

/// 256 MiB: an entry bundle is at most 16 MiB and a zone 64 MiB; a larger file is not ours.
inline constexpr std::size_t file_size_limit = 256U << 20;
/// 100,000 names per folder: the fullest of ours, a store's, has some hundreds. Bounds the memory that a folder filled
/// by a stranger costs.
inline constexpr std::size_t folder_size_limit = 100'000;

/// An exclusive lock. Released when destroyed, also by a crash.
class FileLock
{
 public:
    explicit FileLock(std::function<void()> release) : release_(std::move(release)) {}
    FileLock(FileLock&& other) noexcept : release_(std::exchange(other.release_, nullptr)) {}
    FileLock& operator=(FileLock&&) = delete;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock()
    {
        if (release_)
            release_();
    }

 private:
    std::function<void()> release_;
};

class Files
{
 public:
    virtual ~Files() = default;

    [[nodiscard]] virtual Result<OctetBuffer> read(const std::string& path) = 0;
    /// Whether anything has this name.
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    /// Names (not paths) in a folder, sorted; folders end in '/'. A missing folder is empty. Error when something in it
    /// is neither a file nor a folder.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
    /// Creates one folder; one that is there already is fine.
    [[nodiscard]] virtual Result<void> make_folder(const std::string& folder) = 0;
    /// Puts a new file with `mode` in the place of whatever file has this name, and writes it; not durable.
    [[nodiscard]] virtual Result<void> write(const std::string& path, Octets octets, unsigned mode) = 0;
    [[nodiscard]] virtual Result<void> sync_file(const std::string& path) = 0;
    [[nodiscard]] virtual Result<void> sync_folder(const std::string& folder) = 0;
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
    /// Takes the lock on the file at `path`, made empty when it is not there. Error when another process has it.
    [[nodiscard]] virtual Result<FileLock> lock(const std::string& path) = 0;
};

/// One folder of the real file system and all below it. An operator names the folder, so links on the way to it are
/// followed. Who else may write into it is unknown, so below it nothing is: a link, FIFO or device is an error, and so
/// is a path that leads elsewhere.
class PosixFiles final : public Files
{
 public:
    /// `base`: every path must be this one or begin with it. It need not exist yet.
    explicit PosixFiles(std::string base) : base_(std::move(base)) {}

    Result<OctetBuffer> read(const std::string& path) override;
    bool exists(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& folder) override;
    Result<void> make_folder(const std::string& folder) override;
    Result<void> write(const std::string& path, Octets octets, unsigned mode) override;
    Result<void> sync_file(const std::string& path) override;
    Result<void> sync_folder(const std::string& folder) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<FileLock> lock(const std::string& path) override;

 private:
    std::string base_;
};

/// A file that an operator named: links are followed. A pipe is read until its end; error when it is silent for a
/// minute, because a FIFO that lies among an archive's files has nobody at its other end. A device is refused, and so
/// is what is longer than `limit` octets.
[[nodiscard]] Result<OctetBuffer> read_named_file(const std::string& path, std::size_t limit = file_size_limit);
/// The same for a secret: error also when others than its owner may read or write the file.
[[nodiscard]] Result<OctetBuffer> read_secret_file(const std::string& path);

/// The part of `path` before the last '/', or "." without one.
[[nodiscard]] std::string folder_of(std::string_view path);
/// `name` in `folder`; an empty folder is the one that paths start from.
[[nodiscard]] std::string path_below(const std::string& folder, const std::string& name);

/// Puts `octets` at `path`: written beside it, synced, renamed. The caller syncs the folder (often once for many
/// files).
[[nodiscard]] Result<void> replace_file(Files& files, const std::string& path, Octets octets, unsigned mode = 0644);

/// replace_file and the folder's sync: durable when this returns.
[[nodiscard]] Result<void> replace_file_durably(Files& files, const std::string& path, Octets octets,
                                                unsigned mode = 0644);

/// Creates `folder` and its missing parents below `base`, syncing each parent it wrote to.
[[nodiscard]] Result<void> make_folders(Files& files, const std::string& base, std::string_view below);

}  // namespace rw::zones
