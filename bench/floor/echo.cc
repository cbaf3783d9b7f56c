// SPDX-License-Identifier: EUPL-1.2
// The floor under every hot figure: sends each UDP query back with the QR bit set, padded to the size of a real reply.
// Same socket options and batch sizes as frontend/udp_listener, nothing else: what the kernel costs anyone.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "bench/floor/listen.h"

namespace
{

void make_replies(rw::bench::Batch& batch, std::size_t count, std::size_t reply_octets)
{
    for (std::size_t i = 0; i < count; ++i) {
        batch.octets[i][2] |= 0x80;
        batch.parts[i].iov_len = reply_octets;
    }
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
    const auto reply_octets = std::min(rw::bench::most_octets, static_cast<std::size_t>(std::atoi(argv[3])));
    const int fd = rw::bench::listen_at({*address, port});
    if (fd < 0) {
        std::cerr << "echo: cannot listen there\n";
        return 2;
    }
    static rw::bench::Batch batch;
    while (true) {
        batch.expect_queries();
        const int came = ::recvmmsg(fd, batch.headers.data(), rw::bench::batch, MSG_WAITFORONE, nullptr);
        if (came <= 0)
            continue;
        make_replies(batch, static_cast<std::size_t>(came), reply_octets);
        ::sendmmsg(fd, batch.headers.data(), static_cast<unsigned>(came), 0);
    }
}
