// SPDX-License-Identifier: EUPL-1.2
// The real file system. Below its base every part of a path is opened by itself with O_NOFOLLOW, relative to the folder
// opened before, so that no link is followed, also none that appears while we walk. Every message shows names made
// printable: a stranger may have chosen them.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "zones/encoding.h"
#include "zones/files.h"

namespace rw::zones
{

namespace
{

/// A descriptor that is closed when this goes.
class Descriptor
{
 public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool good() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }

 private:
    int fd_;
};

std::unexpected<Error> system_failure(std::string_view what, std::string_view path)
{
    // What O_NOFOLLOW says of a link, and O_DIRECTORY of anything else, in words.
    const char* why = errno == ELOOP ? "it is a link, and links are not followed here" : std::strerror(errno);
    return failed(fmt::format("cannot {} {}: {}", what, printable(path), why));
}

std::unexpected<Error> wrong_kind(std::string_view path, mode_t mode)
{
    const char* kind = S_ISDIR(mode)    ? "a folder"
                       : S_ISLNK(mode)  ? "a link"
                       : S_ISFIFO(mode) ? "a FIFO"
                       : S_ISSOCK(mode) ? "a socket"
                       : S_ISREG(mode)  ? "a file"
                                        : "a device";
    return failed(fmt::format("{} is {}, which does not belong here", printable(path), kind));
}

/// A folder, opened, and the name of something in it.
struct Place {
    Descriptor folder;
    std::string name;
};

/// The part of `path` below `base`; nothing when it is not below.
std::optional<std::string_view> rest_of(const std::string& base, std::string_view path)
{
    if (path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/' || base.ends_with('/')))
        return path.substr(base.size());
    if (base == "." && !path.starts_with('/'))
        return path;
    return std::nullopt;
}

/// Opens the way from `base` to the last part of `path`. A path that is the base itself gives the name ".".
Result<Place> reach(const std::string& base, const std::string& path)
{
    std::optional<std::string_view> rest = rest_of(base, path);
    if (!rest)
        return failed(fmt::format("{} is not below {}", printable(path), printable(base)));
    Place place{.folder = Descriptor(::open(base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), .name = "."};
    if (!place.folder.good())
        return system_failure("open", base);
    while (!rest->empty()) {
        const std::size_t end = std::min(rest->find('/'), rest->size());
        const std::string part(rest->substr(0, end));
        rest->remove_prefix(std::min(end + 1, rest->size()));
        if (part.empty() || part == ".")
            continue;
        if (part == "..")
            return failed(fmt::format("{} leads out of {}", printable(path), printable(base)));
        if (place.name != ".") {
            place.folder = Descriptor(
                ::openat(place.folder.fd(), place.name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!place.folder.good())
                return system_failure("open", path);
        }
        place.name = part;
    }
    return place;
}

Descriptor open_at(const Place& place, int flags, unsigned mode = 0)
{
    // O_NONBLOCK: opening a FIFO would wait for somebody at its other end.
    return Descriptor(
        ::openat(place.folder.fd(), place.name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode));
}

/// Waits until the pipe has something to read.
Result<void> await_pipe(int fd, const std::string& path)
{
    constexpr int patience_ms = 60'000;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, patience_ms);
    if (ready == 0)
        return failed(fmt::format("nothing came through the pipe {} for a minute", printable(path)));
    return {};
}

std::unexpected<Error> too_large(const std::string& path, std::size_t limit)
{
    return failed(fmt::format("{} is larger than {} MiB", printable(path), limit >> 20));
}

/// `pipes`: whether a pipe is fine.
Result<OctetBuffer> read_all(int fd, const std::string& path, std::size_t limit, bool pipes)
{
    struct stat about{};
    if (::fstat(fd, &about) != 0)
        return system_failure("stat", path);
    if (!S_ISREG(about.st_mode) && !(pipes && S_ISFIFO(about.st_mode)))
        return wrong_kind(path, about.st_mode);
    if (S_ISREG(about.st_mode) && static_cast<std::uint64_t>(about.st_size) > limit)
        return too_large(path, limit);
    OctetBuffer octets;
    constexpr std::size_t step = 64U << 10;
    // Room to find the end without growing once more, which would double what a large file takes.
    octets.reserve(static_cast<std::size_t>(about.st_size) + step);
    for (;;) {
        if (S_ISFIFO(about.st_mode)) {
            if (Result<void> done = await_pipe(fd, path); !done)
                return std::unexpected(done.error());
        }
        const std::size_t used = octets.size();
        octets.resize(used + std::max(step, octets.capacity() - used));
        const ssize_t got = ::read(fd, octets.data() + used, octets.size() - used);
        octets.resize(used + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return system_failure("read", path);
        if (got == 0)
            return octets;
        if (octets.size() > limit)
            return too_large(path, limit);
    }
}

Result<void> write_all(int fd, const std::string& path, Octets octets)
{
    while (!octets.empty()) {
        const ssize_t put = ::write(fd, octets.data(), octets.size());
        if (put < 0 && errno != EINTR)
            return system_failure("write", path);
        octets = octets.subspan(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
    }
    return {};
}

}  // namespace

Result<OctetBuffer> PosixFiles::read(const std::string& path)
{
    const Result<Place> place = reach(base_, path);
    if (!place)
        return std::unexpected(place.error());
    const Descriptor file = open_at(*place, O_RDONLY);
    if (!file.good())
        return system_failure("open", path);
    return read_all(file.fd(), path, file_size_limit, false);
}

bool PosixFiles::exists(const std::string& path)
{
    const Result<Place> place = reach(base_, path);
    struct stat about{};
    return place && ::fstatat(place->folder.fd(), place->name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::vector<std::string>> PosixFiles::list(const std::string& folder)
{
    std::vector<std::string> names;
    const Result<Place> place = reach(base_, folder);
    if (!place)
        return std::unexpected(place.error());
    Descriptor opened = open_at(*place, O_RDONLY | O_DIRECTORY);
    if (!opened.good() && errno == ENOENT)
        return names;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opened.good() ? ::fdopendir(opened.fd()) : nullptr, ::closedir);
    if (!stream)
        return system_failure("list", folder);
    opened.release();  // the stream closes it
    while (const dirent* entry = ::readdir(stream.get())) {
        std::string name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        if (names.size() == folder_size_limit)
            return failed(fmt::format("{} has more than {} files", printable(folder), folder_size_limit));
        struct stat about{};
        if (::fstatat(::dirfd(stream.get()), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
            continue;  // gone meanwhile
        if (S_ISDIR(about.st_mode))
            name += '/';
        else if (!S_ISREG(about.st_mode))
            return wrong_kind(path_below(folder, name), about.st_mode);
        names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    return names;
}

Result<void> PosixFiles::make_folder(const std::string& folder)
{
    int made = 0;
    if (const std::optional<std::string_view> rest = rest_of(base_, folder); rest && rest->empty()) {
        made = ::mkdir(folder.c_str(), 0755);
    } else {
        const Result<Place> place = reach(base_, folder);
        if (!place)
            return std::unexpected(place.error());
        made = ::mkdirat(place->folder.fd(), place->name.c_str(), 0755);
    }
    if (made != 0 && errno != EEXIST)
        return system_failure("create folder", folder);
    return {};
}

Result<void> PosixFiles::write(const std::string& path, Octets octets, unsigned mode)
{
    const Result<Place> place = reach(base_, path);
    if (!place)
        return std::unexpected(place.error());
    // What has the name is unlinked, not truncated: it might be another name of a file elsewhere.
    if (::unlinkat(place->folder.fd(), place->name.c_str(), 0) != 0 && errno != ENOENT)
        return system_failure("replace", path);
    const Descriptor file = open_at(*place, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file.good())
        return system_failure("create", path);
    return write_all(file.fd(), path, octets);
}

Result<void> PosixFiles::sync_file(const std::string& path)
{
    const Result<Place> place = reach(base_, path);
    if (!place)
        return std::unexpected(place.error());
    const Descriptor file = open_at(*place, O_RDONLY);
    if (!file.good() || ::fsync(file.fd()) != 0)
        return system_failure("sync", path);
    return {};
}

Result<void> PosixFiles::sync_folder(const std::string& folder)
{
    // The folder that holds the base is the operator's, as the way to it is.
    if (folder == folder_of(base_)) {
        const Descriptor above(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        return above.good() && ::fsync(above.fd()) == 0 ? Result<void>{} : system_failure("sync", folder);
    }
    const Result<Place> place = reach(base_, folder);
    if (!place)
        return std::unexpected(place.error());
    const Descriptor opened = open_at(*place, O_RDONLY | O_DIRECTORY);
    if (!opened.good() || ::fsync(opened.fd()) != 0)
        return system_failure("sync", folder);
    return {};
}

Result<void> PosixFiles::rename(const std::string& from, const std::string& to)
{
    const Result<Place> source = reach(base_, from);
    const Result<Place> target = reach(base_, to);
    if (!source || !target)
        return std::unexpected(source ? target.error() : source.error());
    if (::renameat(source->folder.fd(), source->name.c_str(), target->folder.fd(), target->name.c_str()) != 0)
        return system_failure("rename to", to);
    return {};
}

Result<void> PosixFiles::remove(const std::string& path)
{
    const Result<Place> place = reach(base_, path);
    if (!place)
        return std::unexpected(place.error());
    int gone = ::unlinkat(place->folder.fd(), place->name.c_str(), 0);
    if (gone != 0 && (errno == EISDIR || errno == EPERM))
        gone = ::unlinkat(place->folder.fd(), place->name.c_str(), AT_REMOVEDIR);
    if (gone != 0 && errno != ENOENT)
        return system_failure("remove", path);
    return {};
}

Result<FileLock> PosixFiles::lock(const std::string& path)
{
    const Result<Place> place = reach(base_, path);
    if (!place)
        return std::unexpected(place.error());
    Descriptor file = open_at(*place, O_RDWR | O_CREAT, 0644);
    struct stat about{};
    if (!file.good() || ::fstat(file.fd(), &about) != 0)
        return system_failure("lock", path);
    if (!S_ISREG(about.st_mode))
        return wrong_kind(path, about.st_mode);
    struct stat named{};
    // A lock on a file that lost its name in the meantime keeps nobody out.
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0 ||
        ::fstatat(place->folder.fd(), place->name.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0 ||
        named.st_ino != about.st_ino || named.st_dev != about.st_dev)
        return failed(fmt::format("another process holds {}", printable(path)));
    return FileLock([fd = file.release()] { ::close(fd); });
}

Result<OctetBuffer> read_named_file(const std::string& path, std::size_t limit)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file.good())
        return system_failure("open", path);
    return read_all(file.fd(), path, limit, true);
}

Result<OctetBuffer> read_secret_file(const std::string& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat about{};
    if (!file.good() || ::fstat(file.fd(), &about) != 0)
        return failed(fmt::format("key file {} cannot be read: {}", printable(path), std::strerror(errno)));
    if ((about.st_mode & 077) != 0)
        return failed(fmt::format("key file {} is open to others (mode {:04o}): chmod 600 it", printable(path),
                                  about.st_mode & 07777));
    return read_all(file.fd(), path, file_size_limit, false);
}

}  // namespace rw::zones
