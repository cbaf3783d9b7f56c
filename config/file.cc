// SPDX-License-Identifier: EUPL-1.2
// Bounded file reading through POSIX, because iostreams do not tell why opening failed.
#include "config/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace rw::config
{

namespace
{

std::string reason(int error)
{
    return std::generic_category().message(error);
}

std::string size_text(std::size_t octets)
{
    constexpr std::size_t mebi = std::size_t{1} << 20U;
    return octets >= mebi && octets % mebi == 0 ? fmt::format("{} MiB", octets / mebi)
                                                : fmt::format("{} octets", octets);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit)
{
    // O_NONBLOCK: a named pipe without a writer must not hang the start.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return failed(fmt::format("cannot open {}: {}", path.string(), reason(errno)));
    std::string content;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            const int error = errno;
            ::close(fd);
            return failed(fmt::format("cannot read {}: {}", path.string(), reason(error)));
        }
        if (count == 0)
            break;
        content.append(buffer.data(), static_cast<std::size_t>(count));
        if (content.size() > limit) {
            ::close(fd);
            return failed(fmt::format("{} is larger than {}; is it the right file?", path.string(), size_text(limit)));
        }
    }
    ::close(fd);
    return content;
}

}  // namespace rw::config
