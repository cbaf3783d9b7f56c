// SPDX-License-Identifier: EUPL-1.2
// Connections of clients over loopback, served by a handler that does what the test wants.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "resolver/frontend/bind_socket.h"
#include "resolver/frontend/tcp_listener.h"

using namespace rw;
using namespace rw::frontend;

namespace
{

constexpr std::size_t large_reply = 60'000;

/// Answers with the first octet of the query, repeated.
class Handler final : public QueryHandler
{
 public:
    [[nodiscard]] Welcome welcome(const IpAddress&) const override { return greeting; }
    [[nodiscard]] upstream::Claimant claimant_of(const IpAddress& client) const override
    {
        return keys.claimant(client, 1);
    }
    Served serve(Octets query, const Client&, Door& door, std::span<std::uint8_t> out) override
    {
        if (defers)
            door.defer();  // and given up at once, as when too many wait for the question
        std::fill_n(out.begin(), reply_size, query.empty() ? std::uint8_t{0} : query[0]);
        return {out.first(reply_size)};
    }

    Welcome greeting = Welcome::stay;
    bool defers = false;
    std::size_t reply_size = 20;
    upstream::PartyKeys keys{HashKey{1, 2}};
};

Endpoint free_endpoint()
{
    const auto probe = bind_socket({IpAddress::v4(INADDR_LOOPBACK), 0}, SOCK_STREAM);
    REQUIRE(probe);
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    REQUIRE(getsockname(probe->number(), reinterpret_cast<sockaddr*>(&storage), &length) == 0);
    return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(storage));
}

/// Listeners in a thread of their own.
struct Service {
    explicit Service(Handler& handler, std::size_t addresses = 1, std::uint32_t connections = 100)
        : limits(settings_for(connections))
    {
        for (std::size_t i = 0; i < addresses; ++i) {
            at.push_back(free_endpoint());
            auto listener = TcpListener::open(loop, at.back(), handler, limits, std::chrono::seconds{5}, places);
            REQUIRE(listener);
            listeners.push_back(std::move(*listener));
        }
        thread = std::thread([this] { loop.run(); });
    }
    ~Service()
    {
        loop.stop();
        thread.join();
    }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    static config::TcpSettings settings_for(std::uint32_t connections)
    {
        config::TcpSettings settings;
        settings.connections = connections;
        settings.connections_per_client = connections + 1;
        return settings;
    }

    SystemClock clock;
    io::Scheduler scheduler{clock};
    io::Loop loop{scheduler};
    ConnectionLimits limits;
    FairPool places{SIZE_MAX};
    std::vector<Endpoint> at;
    TcpListeners listeners;
    std::thread thread;
};

class Connection
{
 public:
    explicit Connection(const Endpoint& to, std::uint32_t from = INADDR_LOOPBACK)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_storage own{};
        const unsigned own_length = Endpoint{IpAddress::v4(from), 0}.to_sockaddr(own);
        REQUIRE(::bind(fd_.number(), reinterpret_cast<const sockaddr*>(&own), own_length) == 0);
        const timeval patience{.tv_sec = 5, .tv_usec = 0};
        setsockopt(fd_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_storage storage{};
        const unsigned length = to.to_sockaddr(storage);
        REQUIRE(::connect(fd_.number(), reinterpret_cast<const sockaddr*>(&storage), length) == 0);
    }

    /// Queries of 12 octets, numbered from `first`, in one write.
    void ask(std::uint8_t first, std::size_t count)
    {
        OctetBuffer stream;
        for (std::size_t i = 0; i < count; ++i) {
            append_u16(stream, 12);
            stream.insert(stream.end(), 12, static_cast<std::uint8_t>(first + i));
        }
        REQUIRE(::send(fd_.number(), stream.data(), stream.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(stream.size()));
    }

    /// The number of the next reply's query; nothing when the connection ended or nothing came.
    std::optional<std::uint8_t> reply(std::size_t size)
    {
        OctetBuffer message(2 + size);
        std::size_t have = 0;
        while (have < message.size()) {
            const auto count = ::recv(fd_.number(), &message[have], message.size() - have, 0);
            if (count <= 0)
                return std::nullopt;
            have += static_cast<std::size_t>(count);
        }
        return load_u16(message.data()) == size ? std::optional(message[2]) : std::nullopt;
    }

    bool ended()
    {
        std::uint8_t octet = 0;
        const auto count = ::recv(fd_.number(), &octet, 1, 0);
        return count == 0 || (count < 0 && errno != EAGAIN);
    }

 private:
    io::FileDescriptor fd_;
};

/// Sends `count` queries at once; how many of their replies come, each once and in order.
std::size_t replies_to_burst(Handler& handler, std::uint8_t count)
{
    Service service(handler);
    Connection connection(service.at[0]);
    connection.ask(1, count);
    std::uint8_t replies = 0;
    while (replies < count && connection.reply(handler.reply_size) == replies + 1)
        ++replies;
    return replies;
}

}  // namespace

TEST_CASE("queries that are refused as soon as they wait are answered, each once and in order")
{
    Handler handler;
    handler.defers = true;
    CHECK(replies_to_burst(handler, 100) == 100);
}

TEST_CASE("a burst whose replies are more than is held for a connection is answered to its end")
{
    Handler handler;
    handler.reply_size = large_reply;
    CHECK(replies_to_burst(handler, 40) == 40);
}

TEST_CASE("a client that is refused has one reply for each connection, one that is dropped has none")
{
    Handler handler;
    handler.greeting = Welcome::ask_once;
    Service service(handler);
    Connection refused(service.at[0]);
    refused.ask(7, 3);
    CHECK(refused.reply(handler.reply_size) == 7);
    CHECK(refused.ended());

    Handler silent;
    silent.greeting = Welcome::leave;
    Service none(silent);
    Connection dropped(none.at[0]);
    CHECK(dropped.ended());
    CHECK(none.limits.open() == 0);
}

TEST_CASE("when all connections are taken the longest idle one goes, whatever address it came to")
{
    Handler handler;
    Service service(handler, 2, 2);
    Connection first(service.at[0]);
    first.ask(1, 1);
    REQUIRE(first.reply(handler.reply_size) == 1);
    Connection second(service.at[0]);
    second.ask(2, 1);
    REQUIRE(second.reply(handler.reply_size) == 2);
    Connection third(service.at[1]);
    third.ask(3, 1);
    CHECK(third.reply(handler.reply_size) == 3);
    CHECK(first.ended());
    second.ask(4, 1);
    CHECK(second.reply(handler.reply_size) == 4);
}

TEST_CASE("who holds all connections loses an idle one to a newcomer, who keeps the only one he has")
{
    Handler handler;
    Service service(handler, 1, 4);
    Connection modest(service.at[0], INADDR_LOOPBACK + 1);
    modest.ask(1, 1);
    REQUIRE(modest.reply(handler.reply_size) == 1);
    std::vector<std::unique_ptr<Connection>> greedy;
    for (int n = 0; n < 12; ++n) {
        greedy.push_back(std::make_unique<Connection>(service.at[0]));
        greedy.back()->ask(2, 1);
        REQUIRE(greedy.back()->reply(handler.reply_size) == 2);
    }
    modest.ask(3, 1);
    CHECK(modest.reply(handler.reply_size) == 3);
    CHECK(greedy.front()->ended());
}

TEST_CASE("an address is free until somebody has it, also somebody who would share it")
{
    const Endpoint address = free_endpoint();
    CHECK(ensure_free(address));
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
        const auto other = bind_socket(address, type);
        REQUIRE(other);
        if (type == SOCK_STREAM)
            REQUIRE(::listen(other->number(), 1) == 0);
        CHECK_FALSE(ensure_free(address));
    }
    CHECK(ensure_free(address));
}
