// SPDX-License-Identifier: EUPL-1.2
// Connections to name servers: shared, bounded, and left when they do not answer.
#include "resolver/upstream/tcp_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/unit/resolver/io/worker.h"

using rw::Endpoint;
using rw::OctetBuffer;
using rw::Octets;
using rw::upstream::Attempt;
using rw::upstream::AttemptMailbox;
using rw::upstream::Happened;
using rw::upstream::QueryForm;
using rw::upstream::Sharing;
using rw::upstream::TcpPool;

namespace
{

/// A network whose connections do what the test says.
class HandNetwork final : public rw::io::Network
{
 public:
    class Wire final : public rw::io::Stream
    {
     public:
        Wire(HandNetwork& network, rw::io::StreamReceiver& receiver) : receiver(receiver), network_(network)
        {
            network_.wires.push_back(this);
        }
        Wire(const Wire&) = delete;
        Wire& operator=(const Wire&) = delete;
        ~Wire() override { std::erase(network_.wires, this); }
        void send(Octets octets) override { rw::append(sent, octets); }

        rw::io::StreamReceiver& receiver;
        OctetBuffer sent;

     private:
        HandNetwork& network_;
    };

    std::unique_ptr<rw::io::DatagramSocket> open_datagram(const Endpoint&, rw::io::DatagramReceiver&) override
    {
        return nullptr;
    }
    std::unique_ptr<rw::io::Stream> connect(const Endpoint&, rw::io::StreamReceiver& receiver) override
    {
        ++connected;
        return std::make_unique<Wire>(*this, receiver);
    }

    std::vector<Wire*> wires;  // open, oldest first
    std::size_t connected = 0;
};

constexpr rw::Party somebody{1, 1};
constexpr rw::Party somebody_else{2, 1};

struct Pool {
    rw::test::HandClock clock;
    rw::io::Scheduler scheduler{clock};
    rw::SeededRandom random{1};
    HandNetwork network;
    TcpPool pool{network, scheduler, random, rw::HashKey{1, 2}};
    AttemptMailbox mailbox;
    std::uint32_t started = 0;

    std::unique_ptr<Attempt> ask(std::uint32_t server, Sharing sharing = Sharing::shared, rw::Party party = somebody)
    {
        QueryForm form;
        form.question.name = *rw::dns::Name::parse("www.example.com.");
        return pool.start(endpoint(server), party, form, ++started, mailbox, sharing);
    }
    static Endpoint endpoint(std::uint32_t server)
    {
        const std::array<std::uint8_t, 4> octets{192, 0, static_cast<std::uint8_t>(server >> 8),
                                                 static_cast<std::uint8_t>(server)};
        return {rw::IpAddress::from_octets(octets), 53};
    }
    /// Takes the first query out of `wire` and sends it back as its own response.
    static void answer(HandNetwork::Wire& wire)
    {
        const auto end = wire.sent.begin() + 2 + rw::load_u16(wire.sent.data());
        OctetBuffer response(wire.sent.begin(), end);
        wire.sent.erase(wire.sent.begin(), end);
        response[4] |= 0x80;  // QR, behind the length and the id
        wire.receiver.received(response);
    }
    std::vector<Happened> events()
    {
        std::vector<Happened> all;
        while (auto event = mailbox.next(rw::Instant::max()).await_resume())
            all.push_back(event->happened);
        return all;
    }
};

}  // namespace

TEST_CASE("a connection that ends under its queries was closed, one that never came about is unreachable")
{
    Pool world;
    const auto first = world.ask(1);
    const auto second = world.ask(1);
    REQUIRE(world.network.connected == 1);
    world.network.wires.front()->receiver.connected();
    Pool::answer(*world.network.wires.front());
    world.network.wires.front()->receiver.closed();
    CHECK(world.events() == std::vector{Happened::response, Happened::closed});
    const auto third = world.ask(1);
    world.network.wires.back()->receiver.closed();
    CHECK(world.events() == std::vector{Happened::unreachable});
}

TEST_CASE("a query that is to have a connection of its own shares none")
{
    Pool world;
    const auto first = world.ask(1);
    const auto alone = world.ask(1, Sharing::alone);
    CHECK(world.network.connected == 2);
    const auto third = world.ask(1);
    CHECK(world.network.connected == 2);
    CHECK(world.pool.size() == 2);
}

TEST_CASE(
    "a connection that left a query without answer is not used for new ones, but those on it may still be answered")
{
    Pool world;
    auto given_up = world.ask(1);
    const auto patient = world.ask(1);
    HandNetwork::Wire& wire = *world.network.wires.front();
    wire.receiver.connected();
    SUBCASE("given up")
    {
        given_up.reset();
    }
    SUBCASE("overdue")
    {
        given_up->overdue();
    }
    const auto later = world.ask(1);
    CHECK(world.network.connected == 2);
    wire.sent.erase(wire.sent.begin(), wire.sent.begin() + static_cast<std::ptrdiff_t>(wire.sent.size() / 2));
    Pool::answer(wire);
    CHECK(world.events() == std::vector{Happened::response});
}

TEST_CASE("a server that sends what nobody asked for loses its connection, after a few such messages")
{
    Pool world;
    const auto attempt = world.ask(1);
    auto gone = world.ask(1);
    gone.reset();
    HandNetwork::Wire& wire = *world.network.wires.front();
    wire.receiver.connected();
    OctetBuffer stray(2 + 12);
    stray[1] = 12;
    stray[2] = static_cast<std::uint8_t>(wire.sent[2] ^ 0xff);
    stray[3] = wire.sent[3];
    std::size_t taken = 0;
    while (taken < 100 && world.events().empty()) {
        wire.receiver.received(stray);
        ++taken;
    }
    CHECK(taken == 16 + 1 + 1);
}

TEST_CASE("an answered query leaves its connection to others")
{
    Pool world;
    auto first = world.ask(1);
    world.network.wires.front()->receiver.connected();
    Pool::answer(*world.network.wires.front());
    first->overdue();
    first.reset();
    const auto second = world.ask(1);
    CHECK(world.network.connected == 1);
}

TEST_CASE("a full pool closes a connection that nobody waits on, and says when there is none")
{
    Pool world;
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (std::uint32_t i = 0; i < rw::upstream::max_connections; ++i)
        attempts.push_back(world.ask(i));
    const std::uint32_t next = rw::upstream::max_connections;
    CHECK(world.pool.make_room(Pool::endpoint(3), somebody));  // on the connection that is there
    CHECK_FALSE(world.pool.make_room(Pool::endpoint(next), somebody));
    CHECK(world.ask(next) == nullptr);
    for (HandNetwork::Wire* wire : world.network.wires)
        wire->receiver.connected();
    Pool::answer(*world.network.wires[7]);
    attempts[7].reset();
    CHECK(world.pool.make_room(Pool::endpoint(next), somebody));
    const auto late = world.ask(next);
    CHECK(late != nullptr);
    CHECK(world.pool.size() == rw::upstream::max_connections);
    world.scheduler.run_ready();  // closed connections are freed in a later step
    CHECK(world.network.wires.size() == rw::upstream::max_connections);
}

TEST_CASE("who fills the pool loses a connection to one who has none, the longest overdue first")
{
    Pool world;
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (std::uint32_t i = 0; i < rw::upstream::max_connections; ++i)
        attempts.push_back(world.ask(i));
    attempts[9]->overdue();
    attempts[5]->overdue();
    const std::uint32_t next = rw::upstream::max_connections;
    const auto first = world.ask(next, Sharing::shared, somebody_else);
    CHECK(first != nullptr);
    const auto event = world.mailbox.next(rw::Instant::max()).await_resume();
    REQUIRE(event);
    CHECK(event->happened == Happened::displaced);
    CHECK(event->attempt == 10);
    CHECK(world.ask(next + 1, Sharing::shared, somebody_else) != nullptr);
    CHECK(world.ask(next + 2) == nullptr);
    CHECK(world.pool.size() == rw::upstream::max_connections);
}

TEST_CASE("connections that take no new queries count until they are closed")
{
    Pool world;
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (std::uint32_t i = 0; i < rw::upstream::max_connections; ++i)
        attempts.push_back(world.ask(1, Sharing::alone));
    CHECK(world.ask(1, Sharing::alone) == nullptr);
    CHECK(world.network.wires.size() == rw::upstream::max_connections);
}

TEST_CASE("a connection that others use as well is theirs when they have fewer")
{
    Pool world;
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (std::uint32_t i = 0; i < rw::upstream::max_connections; ++i)
        attempts.push_back(world.ask(i));
    const auto joined = world.ask(0, Sharing::shared, somebody_else);
    CHECK(world.network.connected == rw::upstream::max_connections);
    const std::uint32_t next = rw::upstream::max_connections;
    const auto third = world.ask(next, Sharing::shared, rw::Party{3, 1});
    const auto event = world.mailbox.next(rw::Instant::max()).await_resume();
    REQUIRE(event);
    CHECK(event->attempt == 2);  // not the first, though it is older
}

TEST_CASE("a response may come in segments, not octet by octet")
{
    Pool world;
    const auto attempt = world.ask(1);
    HandNetwork::Wire& wire = *world.network.wires.front();
    wire.receiver.connected();
    OctetBuffer response = wire.sent;
    response[4] |= 0x80;
    response.resize(2 + 40'000);
    rw::store_u16(response.data(), 40'000);
    const Octets octets(response);
    SUBCASE("segments of the smallest size")
    {
        for (std::size_t at = 0; at < octets.size(); at += 536)
            wire.receiver.received(octets.subspan(at, std::min<std::size_t>(536, octets.size() - at)));
        CHECK(world.events().size() == 1);
        CHECK(world.pool.size() == 1);
    }
    SUBCASE("octets")
    {
        for (std::size_t at = 0; at < 100; ++at)
            wire.receiver.received(octets.subspan(at, 1));
        CHECK(world.events() == std::vector{Happened::malformed});
        CHECK(world.pool.size() == 0);
    }
}
