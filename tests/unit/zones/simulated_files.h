// SPDX-License-Identifier: EUPL-1.2
// A file system in memory that can stop before or after any operation and then lose what was not synced, as a disk does
// on power failure: contents are durable after sync_file, names after sync_folder of the folder they are in. Used by
// the crash tests of the log and the store.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>

#include "zones/files.h"

namespace rw::zones
{

class SimulatedFiles final : public Files
{
 public:
    /// The process dies when this many changing operations have been done; a write then stops half way.
    void crash_after(std::uint64_t operations) { allowed_ = operations; }
    [[nodiscard]] std::uint64_t operations() const { return done_; }
    [[nodiscard]] bool crashed() const { return crashed_; }

    /// The machine comes back up; what only the page cache knew is gone.
    void lose_power()
    {
        lose([](bool) { return false; }, [](const OctetBuffer& durable, const OctetBuffer&) { return durable; });
    }
    /// As lose_power, but the disk had got around to some of it: any name change, any part of a content.
    void lose_power_partly(std::uint64_t seed)
    {
        std::mt19937_64 random(seed);
        lose([&](bool) { return random() % 2 == 0; },
             [&](const OctetBuffer& durable, const OctetBuffer& latest) {
                 if (durable == latest || random() % 3 == 0)
                     return durable;
                 OctetBuffer part = latest;
                 if (random() % 2 == 0)
                     part.resize(random() % (latest.size() + 1));
                 return part;
             });
    }
    /// A new process on the same machine: the page cache is intact.
    void restart()
    {
        crashed_ = false;
        locks_.clear();  // the kernel takes them back with the process
        allowed_ = ~std::uint64_t{0};
        done_ = 0;
    }

    Result<OctetBuffer> read(const std::string& path) override
    {
        const auto found = latest_.find(path);
        if (found == latest_.end() || !found->second)
            return failed("no file " + path);
        return found->second->latest;
    }
    bool exists(const std::string& path) override { return latest_.contains(path); }
    Result<std::vector<std::string>> list(const std::string& folder) override
    {
        std::vector<std::string> names;
        for (const auto& [path, file] : latest_) {
            if (folder_of(path) == folder)
                names.push_back(path.substr(folder.size() + 1) + (file ? "" : "/"));
        }
        return names;
    }
    Result<void> make_folder(const std::string& folder) override
    {
        if (!step())
            return dead();
        latest_.try_emplace(folder, nullptr);
        return {};
    }
    Result<void> write(const std::string& path, Octets octets, unsigned) override
    {
        const bool whole = step();
        if (!whole && !just_died_)
            return dead();
        const std::shared_ptr<File> file = latest_[path] = std::make_shared<File>();
        file->latest.assign(octets.begin(),
                            octets.begin() + static_cast<std::ptrdiff_t>(octets.size() / (whole ? 1 : 2)));
        return whole ? Result<void>{} : dead();
    }
    Result<void> sync_file(const std::string& path) override
    {
        if (!step())
            return dead();
        const auto found = latest_.find(path);
        if (found == latest_.end())
            return failed("no file to sync " + path);
        found->second->durable = found->second->latest;
        return {};
    }
    Result<void> sync_folder(const std::string& folder) override
    {
        if (!step())
            return dead();
        std::erase_if(durable_, [&](const auto& entry) { return folder_of(entry.first) == folder; });
        for (const auto& [path, file] : latest_) {
            if (folder_of(path) == folder)
                durable_[path] = file;
        }
        return {};
    }
    Result<void> rename(const std::string& from, const std::string& to) override
    {
        if (!step())
            return dead();
        latest_[to] = latest_.at(from);
        latest_.erase(from);
        return {};
    }
    Result<void> remove(const std::string& path) override
    {
        if (!step())
            return dead();
        latest_.erase(path);
        return {};
    }
    Result<FileLock> lock(const std::string& path) override
    {
        if (locks_.contains(path))
            return failed("another process holds " + path);
        const std::uint64_t holder = locks_[path] = ++holders_;
        if (!latest_.contains(path))
            latest_[path] = std::make_shared<File>();
        return FileLock([this, path, holder] {
            const auto held = locks_.find(path);
            if (held != locks_.end() && held->second == holder)
                locks_.erase(held);
        });
    }

    /// Every file below `folder` or beside it under a name that starts so, as a backup copies it.
    using Backup = std::map<std::string, std::optional<OctetBuffer>>;
    [[nodiscard]] Backup backup(const std::string& prefix) const
    {
        Backup copy;
        for (const auto& [path, file] : latest_) {
            if (path.starts_with(prefix))
                copy[path] = file ? std::optional(file->latest) : std::nullopt;
        }
        return copy;
    }
    /// Puts one file of a backup back; nothing when the backup has it not: it is removed then.
    void put_back(const Backup& copy, const std::string& path)
    {
        const auto found = copy.find(path);
        if (found == copy.end()) {
            latest_.erase(path);
            durable_.erase(path);
            return;
        }
        std::shared_ptr<File> file;
        if (found->second)
            file = std::make_shared<File>(File{.latest = *found->second, .durable = *found->second});
        latest_[path] = file;
        durable_[path] = file;
    }

 private:
    struct File {
        OctetBuffer latest;
        OctetBuffer durable;
    };
    using Names = std::map<std::string, std::shared_ptr<File>>;  ///< a folder has no File

    static std::unexpected<Error> dead() { return failed("the process is dead"); }
    bool step()
    {
        just_died_ = !crashed_ && done_ == allowed_;
        crashed_ = crashed_ || just_died_;
        done_ += crashed_ ? 0 : 1;
        return !crashed_;
    }
    template <class KeepName, class KeepContent>
    void lose(const KeepName& keep_name, const KeepContent& keep_content)
    {
        Names kept = durable_;
        for (const auto& [path, file] : latest_) {
            const auto old = durable_.find(path);
            if ((old == durable_.end() || old->second != file) && keep_name(true))
                kept[path] = file;
        }
        for (const auto& [path, file] : durable_) {
            if (!latest_.contains(path) && keep_name(false))
                kept.erase(path);
        }
        // A name below a folder that is gone is gone as well.
        std::erase_if(kept, [&](const auto& entry) {
            const std::string above = folder_of(entry.first);
            return above != "." && !kept.contains(above);
        });
        for (const auto& [path, file] : kept) {
            if (file) {
                file->latest = keep_content(file->durable, file->latest);
                file->durable = file->latest;
            }
        }
        latest_ = kept;
        durable_ = kept;
        restart();
    }

    Names latest_;
    Names durable_;
    std::map<std::string, std::uint64_t> locks_;
    std::uint64_t holders_ = 0;
    std::uint64_t allowed_ = ~std::uint64_t{0};
    std::uint64_t done_ = 0;
    bool crashed_ = false;
    bool just_died_ = false;
};

}  // namespace rw::zones
