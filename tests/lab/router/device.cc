// SPDX-License-Identifier: EUPL-1.2
// Implements device.h.
#include "tests/lab/router/device.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rw::lab
{
namespace
{

std::string reason(const std::string& what)
{
    return what + ": " + std::strerror(errno);
}

ifreq request_for(const std::string& name)
{
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

// A veth passes packets on with checksums still to be filled in and segments still to be cut, trusting the other end
// to be a kernel. Ours is not.
bool turn_off_offloads(int fd, const std::string& name)
{
    for (const int command : {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO}) {
        ethtool_value value{.cmd = static_cast<std::uint32_t>(command), .data = 0};
        ifreq request = request_for(name);
        request.ifr_data = reinterpret_cast<char*>(&value);  // the ioctl's own type
        // Segmentation falls with checksumming and may already be off: only checksumming must succeed.
        if (ioctl(fd, SIOCETHTOOL, &request) != 0 && command == ETHTOOL_STXCSUM) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::expected<Device, std::string> Device::open_tun(int namespace_fd, const std::string& name)
{
    if (setns(namespace_fd, CLONE_NEWNET) != 0) {
        return std::unexpected(reason("cannot enter the network namespace"));
    }
    const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return std::unexpected(reason("cannot open /dev/net/tun"));
    }
    Device device(fd);
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(fd, TUNSETIFF, &request) != 0) {
        return std::unexpected(reason("cannot make the TUN device " + name));
    }
    return device;
}

std::expected<Device, std::string> Device::open_veth(int namespace_fd, const std::string& name)
{
    if (setns(namespace_fd, CLONE_NEWNET) != 0) {
        return std::unexpected(reason("cannot enter the network namespace"));
    }
    // Datagrams: the kernel takes Ethernet headers off and puts them on.
    const int fd = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return std::unexpected(reason("cannot open a packet socket"));
    }
    Device device(fd);
    const int yes = 1;
    const int room = 16 << 20;  // octets waiting to be read: a burst of some 10,000 packets
    ::setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    ifreq request = request_for(name);
    device.peer_.sll_family = AF_PACKET;
    device.peer_.sll_ifindex = static_cast<int>(if_nametoindex((name + "p").c_str()));
    if (device.peer_.sll_ifindex == 0 || ioctl(fd, SIOCGIFHWADDR, &request) != 0 || !turn_off_offloads(fd, name)) {
        return std::unexpected(reason("cannot use the veth pair " + name));
    }
    device.peer_.sll_halen = ETH_ALEN;
    std::memcpy(device.peer_.sll_addr, request.ifr_hwaddr.sa_data, ETH_ALEN);
    sockaddr_ll own = device.peer_;
    own.sll_protocol = htons(ETH_P_ALL);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) {  // the socket API's own type
        return std::unexpected(reason("cannot listen on " + name + "p"));
    }
    return device;
}

Device::~Device()
{
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::size_t Device::read(std::span<std::uint8_t> buffer) const
{
    const ssize_t length = ::read(fd_, buffer.data(), buffer.size());
    return length > 0 ? static_cast<std::size_t>(length) : 0;
}

void Device::write(std::span<const std::uint8_t> packet) const
{
    if (peer_.sll_family == 0) {
        [[maybe_unused]] const ssize_t written = ::write(fd_, packet.data(), packet.size());
        return;
    }
    sockaddr_ll to = peer_;
    to.sll_protocol = htons((packet[0] >> 4) == 4 ? ETH_P_IP : ETH_P_IPV6);
    const auto* address = reinterpret_cast<const sockaddr*>(&to);  // the socket API's own type
    ::sendto(fd_, packet.data(), packet.size(), 0, address, sizeof(to));
}

}  // namespace rw::lab
