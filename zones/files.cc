// SPDX-License-Identifier: EUPL-1.2
// File operations with every error named. O_NOFOLLOW is not used: operators may link a log to another disk.
#include "zones/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rw::zones
{

namespace
{

std::unexpected<Error> system_failure(std::string_view what, const std::string& path)
{
    return failed(fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

class OpenFile
{
 public:
    OpenFile(const std::string& path, int flags, unsigned mode = 0) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode))
    {
    }
    ~OpenFile()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool good() const { return fd_ >= 0; }

 private:
    int fd_;
};

Result<void> sync_path(const std::string& path, int flags)
{
    const OpenFile file(path, flags);
    if (!file.good() || ::fsync(file.fd()) != 0)
        return system_failure("sync", path);
    return {};
}

}  // namespace

Result<OctetBuffer> PosixFiles::read(const std::string& path)
{
    const OpenFile file(path, O_RDONLY);
    if (!file.good())
        return system_failure("open", path);
    struct stat about{};
    if (::fstat(file.fd(), &about) != 0)
        return system_failure("stat", path);
    if (S_ISDIR(about.st_mode))
        return failed(path + " is a folder, not a file");
    OctetBuffer octets;
    constexpr std::size_t step = 64U << 10;
    // Room to find the end without growing once more, which would double what a large file takes.
    octets.reserve(std::min<std::size_t>(static_cast<std::size_t>(about.st_size), file_size_limit) + step);
    for (;;) {
        const std::size_t used = octets.size();
        octets.resize(used + std::max(step, octets.capacity() - used));
        const ssize_t got = ::read(file.fd(), octets.data() + used, octets.size() - used);
        octets.resize(used + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR)
            return system_failure("read", path);
        if (got == 0)
            return octets;
        if (octets.size() > file_size_limit)
            return failed(fmt::format("{} is larger than {} octets", path, file_size_limit));
    }
}

bool PosixFiles::exists(const std::string& path)
{
    struct stat about{};
    return ::stat(path.c_str(), &about) == 0;
}

Result<std::vector<std::string>> PosixFiles::list(const std::string& folder)
{
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
    if (!stream) {
        if (errno == ENOENT)
            return names;
        return system_failure("list", folder);
    }
    while (const dirent* entry = ::readdir(stream.get())) {
        std::string name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        struct stat about{};
        if (::stat(fmt::format("{}/{}", folder, name).c_str(), &about) == 0 && S_ISDIR(about.st_mode))
            name += '/';
        names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    return names;
}

Result<void> PosixFiles::make_folder(const std::string& folder)
{
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST)
        return system_failure("create folder", folder);
    return {};
}

Result<void> PosixFiles::write(const std::string& path, Octets octets, unsigned mode)
{
    const OpenFile file(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (!file.good())
        return system_failure("create", path);
    while (!octets.empty()) {
        const ssize_t put = ::write(file.fd(), octets.data(), octets.size());
        if (put < 0 && errno != EINTR)
            return system_failure("write", path);
        octets = octets.subspan(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
    }
    return {};
}

Result<void> PosixFiles::sync_file(const std::string& path)
{
    return sync_path(path, O_RDONLY);
}

Result<void> PosixFiles::sync_folder(const std::string& folder)
{
    return sync_path(folder, O_RDONLY | O_DIRECTORY);
}

Result<void> PosixFiles::rename(const std::string& from, const std::string& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        return system_failure("rename to", to);
    return {};
}

Result<void> PosixFiles::remove(const std::string& path)
{
    if (std::remove(path.c_str()) != 0 && errno != ENOENT)
        return system_failure("remove", path);
    return {};
}

std::string folder_of(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return ".";
    return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string path_below(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : fmt::format("{}/{}", folder, name);
}

Result<void> replace_file(Files& files, const std::string& path, Octets octets, unsigned mode)
{
    const std::string fresh = path + ".tmp";
    if (Result<void> done = files.write(fresh, octets, mode); !done)
        return done;
    if (Result<void> done = files.sync_file(fresh); !done)
        return done;
    return files.rename(fresh, path);
}

Result<void> replace_file_durably(Files& files, const std::string& path, Octets octets, unsigned mode)
{
    if (Result<void> done = replace_file(files, path, octets, mode); !done)
        return done;
    return files.sync_folder(folder_of(path));
}

Result<void> make_folders(Files& files, const std::string& base, std::string_view below)
{
    std::string path = base;
    while (!below.empty()) {
        const std::size_t slash = below.find('/');
        const std::string parent = path;
        path += '/';
        path += below.substr(0, slash);
        below = slash == std::string_view::npos ? std::string_view() : below.substr(slash + 1);
        if (files.exists(path))
            continue;
        if (Result<void> done = files.make_folder(path); !done)
            return done;
        if (Result<void> done = files.sync_folder(parent); !done)
            return done;
    }
    return {};
}

}  // namespace rw::zones
