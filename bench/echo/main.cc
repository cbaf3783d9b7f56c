// SPDX-License-Identifier: EUPL-1.2
// The floor under every hot figure: sends each UDP query back with the QR bit set, padded to the size of a real reply.
// Same socket options and batch sizes as frontend/udp_listener, nothing else: what the kernel costs anyone.
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <iostream>

#include "resolver/base/address.h"
#include "resolver/base/octets.h"

namespace
{

constexpr std::size_t batch = 64;
constexpr std::size_t most_octets = 4096;
constexpr int receive_buffer = 4 * 1024 * 1024;

struct Buffers {
    std::array<std::array<std::uint8_t, most_octets>, batch> octets{};
    std::array<sockaddr_storage, batch> from{};
    std::array<iovec, batch> parts{};
    std::array<mmsghdr, batch> headers{};

    void expect_queries()
    {
        for (std::size_t i = 0; i < batch; ++i) {
            parts[i] = {octets[i].data(), most_octets};
            headers[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
        }
    }
    void make_replies(std::size_t count, std::size_t reply_octets)
    {
        for (std::size_t i = 0; i < count; ++i) {
            octets[i][2] |= 0x80;
            parts[i].iov_len = reply_octets;
        }
    }
};

int open_socket(const rw::Endpoint& at)
{
    sockaddr_storage storage{};
    const unsigned length = at.to_sockaddr(storage);
    const int fd = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0 ? fd : -1;
}

}  // namespace

int main(int argc, char** argv)
{
    const auto address = argc == 4 ? rw::IpAddress::parse(argv[1]) : std::nullopt;
    if (!address) {
        std::cerr << "usage: echo ADDRESS PORT REPLY-OCTETS\n";
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[2]));
    const auto reply_octets = std::min<std::size_t>(most_octets, static_cast<std::size_t>(std::atoi(argv[3])));
    const int fd = open_socket({*address, port});
    if (fd < 0) {
        std::cerr << "echo: cannot listen there\n";
        return 2;
    }
    static Buffers buffers;
    while (true) {
        buffers.expect_queries();
        const int came = ::recvmmsg(fd, buffers.headers.data(), batch, MSG_WAITFORONE, nullptr);
        if (came <= 0)
            continue;
        buffers.make_replies(static_cast<std::size_t>(came), reply_octets);
        ::sendmmsg(fd, buffers.headers.data(), static_cast<unsigned>(came), 0);
    }
}
