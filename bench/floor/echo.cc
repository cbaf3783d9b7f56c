// SPDX-License-Identifier: EUPL-1.2
// The floor under every hot figure: sends each UDP query back with the QR bit set, padded to the size of a real reply.
// Same socket options and batch sizes as frontend/udp_listener, nothing else: what the kernel costs anyone.
#include <memory>

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
    rw::bench::FloorOptions options("The floor of cache hits: sends each UDP query back");
    std::size_t reply_octets = 0;
    options.app.add_option("reply-octets", reply_octets, "size of a reply")
        ->required()
        ->check(CLI::Range(std::size_t{12}, rw::bench::most_octets));
    const int fd = options.listen(argc, argv);
    if (fd < 0)
        return 2;
    const auto batch = std::make_unique<rw::bench::Batch>();
    while (true) {
        batch->expect_queries();
        const int came = ::recvmmsg(fd, batch->headers.data(), rw::bench::batch, MSG_WAITFORONE, nullptr);
        if (came <= 0)
            continue;
        make_replies(*batch, static_cast<std::size_t>(came), reply_octets);
        ::sendmmsg(fd, batch->headers.data(), static_cast<unsigned>(came), 0);
    }
}
