// SPDX-License-Identifier: EUPL-1.2
// Listening sockets, and what a first-time operator is told when one cannot be had.
#include "resolver/frontend/bind_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace rw::frontend
{

namespace
{

/// Whether the kernel was told to do without IPv6; then no interface has an IPv6 address, not even ::1.
bool is_ipv6_switched_off()
{
    std::ifstream file("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    char value = '0';
    return file >> value && value == '1';
}

std::string advice(int error, const Endpoint& address)
{
    const std::uint16_t port = address.port;
    switch (error) {
        case EADDRINUSE:
            return fmt::format(
                "port {} is in use by another program; stop it (`ss -ltunp sport = :{}` shows it) or choose "
                "another address or port under `listen`",
                port, port);
        case EACCES:
            return "ports below 1024 need the capability CAP_NET_BIND_SERVICE: run it from the systemd unit, or "
                   "`setcap cap_net_bind_service=+ep` on the binary";
        case EADDRNOTAVAIL:
            if (!address.address.is_v4() && is_ipv6_switched_off())
                return "IPv6 is switched off on this host (net.ipv6.conf.all.disable_ipv6=1)";
            return "no interface has this address (yet); check `listen`, and under systemd wait for "
                   "network-online.target";
        case EAFNOSUPPORT:
            return "this host has no IPv6; remove the IPv6 addresses from `listen`";
        default:
            return "check `listen`";
    }
}

void set(int fd, int level, int option)
{
    const int on = 1;
    setsockopt(fd, level, option, &on, sizeof on);
}

enum class Sharing : std::uint8_t { none, workers };

Result<io::FileDescriptor> bind_to(const Endpoint& address, int type, Sharing sharing)
{
    const int family = address.address.is_v4() ? AF_INET : AF_INET6;
    io::FileDescriptor fd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto failure = [&](int error) {
        return failed(fmt::format("cannot listen on {}: {}; {}", address.to_string(), std::strerror(error),
                                  advice(error, address)));
    };
    if (!fd.valid())
        return failure(errno);
    if (sharing == Sharing::workers)
        set(fd.number(), SOL_SOCKET, SO_REUSEPORT);
    // For TCP it means only that old connections do not matter; for UDP that others may have the port, too.
    if (sharing == Sharing::workers || type == SOCK_STREAM)
        set(fd.number(), SOL_SOCKET, SO_REUSEADDR);
    if (family == AF_INET6)
        set(fd.number(), IPPROTO_IPV6, IPV6_V6ONLY);
    sockaddr_storage storage{};
    const unsigned length = address.to_sockaddr(storage);
    if (::bind(fd.number(), reinterpret_cast<const sockaddr*>(&storage), length) != 0)
        return failure(errno);
    return fd;
}

}  // namespace

Result<io::FileDescriptor> bind_socket(const Endpoint& address, int type)
{
    return bind_to(address, type, Sharing::workers);
}

Result<void> ensure_free(const Endpoint& address)
{
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
        if (const auto probe = bind_to(address, type, Sharing::none); !probe)
            return std::unexpected(probe.error());
    }
    return {};
}

}  // namespace rw::frontend
