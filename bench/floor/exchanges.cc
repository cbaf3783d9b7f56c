// SPDX-License-Identifier: EUPL-1.2
// The floor under every cold figure: for each client's query some exchanges with a name server, one after the other,
// each on a socket of its own bound to a random port and connected, as io/system_network does it; then the query goes
// back with the QR bit set. Nothing is read, kept or verified: what the kernel costs anyone who asks that way.
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <string>

#include "bench/floor/listen.h"
#include "resolver/base/room.h"

namespace
{

/// ". SOA" with EDNS, 1232 octets and DO.
constexpr std::array<std::uint8_t, 28> question{0, 7, 0, 0, 0, 1,  0,    0,    0, 0, 0,    1, 0, 0,
                                                6, 0, 1, 0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0};
constexpr std::size_t reply_octets = 120;
constexpr int bind_tries = 16;

/// A client's query under way.
struct Pending {
    sockaddr_storage from{};
    std::array<std::uint8_t, reply_octets> reply{};
    int left = 0;
    int fd = -1;
};

class Exchanges
{
 public:
    Exchanges(int listener, const rw::Endpoint& server, int count)
        : listener_(listener), epoll_(::epoll_create1(EPOLL_CLOEXEC)), server_(server), count_(count)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
    }

    [[noreturn]] void run()
    {
        std::array<epoll_event, 256> events{};
        while (true) {
            const int came = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (const auto& event : std::span(events).first(static_cast<std::size_t>(std::max(0, came)))) {
                if (event.data.ptr == nullptr)
                    take_queries();
                else
                    take_reply(static_cast<Pending*>(event.data.ptr));
            }
        }
    }

 private:
    void take_queries()
    {
        batch_.expect_queries();
        const int came = ::recvmmsg(listener_, batch_.headers.data(), rw::bench::batch, MSG_DONTWAIT, nullptr);
        for (std::size_t i = 0; came > 0 && i < static_cast<std::size_t>(came); ++i) {
            auto pending = std::make_unique<Pending>();
            pending->from = batch_.from[i];
            std::ranges::copy(std::span(batch_.octets[i]).first(reply_octets), pending->reply.begin());
            pending->reply[2] |= 0x80;
            pending->left = count_;
            ask(pending.release());
        }
    }

    void ask(Pending* pending)
    {
        sockaddr_storage storage{};
        pending->fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int probe = IP_PMTUDISC_PROBE;
        ::setsockopt(pending->fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
        bool bound = false;
        for (int tries = 0; tries < bind_tries && !bound; ++tries) {
            const unsigned length = rw::Endpoint{rw::IpAddress{}, ports_(random_)}.to_sockaddr(storage);
            bound = ::bind(pending->fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
        }
        const unsigned length = server_.to_sockaddr(storage);
        const int connected = ::connect(pending->fd, reinterpret_cast<const sockaddr*>(&storage), length);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = pending;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, pending->fd, &event);
        if (connected == 0)
            ::send(pending->fd, question.data(), question.size(), MSG_NOSIGNAL);
    }

    void take_reply(Pending* pending)
    {
        rw::Room<std::uint8_t, rw::bench::most_octets> reply;
        static_cast<void>(::recv(pending->fd, reply.data(), reply.size(), MSG_DONTWAIT));
        ::close(pending->fd);
        if (--pending->left > 0) {
            ask(pending);
            return;
        }
        const std::unique_ptr<Pending> done(pending);
        ::sendto(listener_, done->reply.data(), done->reply.size(), 0, reinterpret_cast<const sockaddr*>(&done->from),
                 sizeof(sockaddr_in));
    }

    int listener_;
    int epoll_;
    rw::Endpoint server_;
    int count_;
    rw::bench::Batch batch_;
    std::minstd_rand random_{std::random_device{}()};
    std::uniform_int_distribution<std::uint16_t> ports_{1024, 65535};
};

}  // namespace

int main(int argc, char** argv)
{
    rw::bench::FloorOptions options("The floor of cold queries: some exchanges with a name server for each");
    std::string server;
    int count = 3;
    options.app.add_option("server", server, "IPv4 address of a name server, port 53")
        ->required()
        ->check(CLI::ValidIPV4);
    options.app.add_option("count", count, "exchanges for each query, one after the other")->check(CLI::Range(1, 100));
    const int listener = options.listen(argc, argv);
    const auto address = rw::IpAddress::parse(server);
    if (listener < 0 || !address)
        return 2;
    const auto exchanges = std::make_unique<Exchanges>(listener, rw::Endpoint{*address, 53}, count);
    exchanges->run();
}
