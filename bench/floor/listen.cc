// SPDX-License-Identifier: EUPL-1.2
#include "bench/floor/listen.h"

namespace rw::bench
{

namespace
{

constexpr int receive_buffer = 4 * 1024 * 1024;

}  // namespace

void Batch::expect_queries()
{
    for (std::size_t i = 0; i < batch; ++i) {
        parts[i] = {octets[i].data(), most_octets};
        headers[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
}

int listen_at(const Endpoint& at)
{
    sockaddr_storage storage{};
    const unsigned length = at.to_sockaddr(storage);
    const int fd = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0 ? fd : -1;
}

}  // namespace rw::bench
