// SPDX-License-Identifier: EUPL-1.2
// The seam to the file system for everything that must survive a crash: the audit log, the store, witness state. Each
// operation is one the kernel may lose on power failure, so that tests can stop before and after any of them and drop
// what was not synced. Paths are plain text; a writer that needs atomicity calls replace_file, never write alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"

namespace rw::zones
{

/// 256 MiB: an entry bundle is at most 16 MiB and a zone 64 MiB; a larger file is not ours.
inline constexpr std::size_t file_size_limit = 256U << 20;

class Files
{
 public:
    virtual ~Files() = default;

    [[nodiscard]] virtual Result<OctetBuffer> read(const std::string& path) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    /// Names (not paths) in a folder, sorted; folders end in '/'. A missing folder is empty.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
    /// Creates one folder; one that is there already is fine.
    [[nodiscard]] virtual Result<void> make_folder(const std::string& folder) = 0;
    /// Creates or truncates the file with `mode` and writes it; not durable.
    [[nodiscard]] virtual Result<void> write(const std::string& path, Octets octets, unsigned mode) = 0;
    [[nodiscard]] virtual Result<void> sync_file(const std::string& path) = 0;
    [[nodiscard]] virtual Result<void> sync_folder(const std::string& folder) = 0;
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
};

/// The real file system.
class PosixFiles final : public Files
{
 public:
    Result<OctetBuffer> read(const std::string& path) override;
    bool exists(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& folder) override;
    Result<void> make_folder(const std::string& folder) override;
    Result<void> write(const std::string& path, Octets octets, unsigned mode) override;
    Result<void> sync_file(const std::string& path) override;
    Result<void> sync_folder(const std::string& folder) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
};

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
