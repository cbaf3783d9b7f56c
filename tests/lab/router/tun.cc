// SPDX-License-Identifier: EUPL-1.2
// Implements tun.h.
#include "tests/lab/router/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rw::lab
{

std::expected<Tun, std::string> Tun::open(int namespace_fd, const std::string& name)
{
    if (setns(namespace_fd, CLONE_NEWNET) != 0) {
        return std::unexpected(std::string("cannot enter the network namespace: ") + std::strerror(errno));
    }
    const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return std::unexpected(std::string("cannot open /dev/net/tun: ") + std::strerror(errno) +
                               " (load the module tun, and let this user read and write the device)");
    }
    Tun tun(fd);
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) != 0) {
        return std::unexpected("cannot make the TUN device " + name + ": " + std::strerror(errno));
    }
    return tun;
}

Tun::~Tun()
{
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::size_t Tun::read(std::span<std::uint8_t> buffer) const
{
    const ssize_t length = ::read(fd_, buffer.data(), buffer.size());
    return length > 0 ? static_cast<std::size_t>(length) : 0;
}

void write_packet(int device, std::span<const std::uint8_t> packet)
{
    [[maybe_unused]] const ssize_t written = ::write(device, packet.data(), packet.size());
}

}  // namespace rw::lab
