// SPDX-License-Identifier: EUPL-1.2
// Sockets that are entries of a table: an event that comes after its socket was closed finds nothing and is forgotten.
#include "tests/scenarios/simulator/network.h"

#include <algorithm>

namespace rw::scenarios
{

class Datagrams final : public io::DatagramSocket
{
 public:
    Datagrams(SimulatedNetwork& network, std::uint64_t id) : network_(network), id_(id) {}
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;
    ~Datagrams() override { network_.close(id_); }
    bool send(Octets octets) override { return network_.send_datagram(id_, octets); }

 private:
    SimulatedNetwork& network_;
    std::uint64_t id_;
};

class Connection final : public io::Stream
{
 public:
    Connection(SimulatedNetwork& network, std::uint64_t id) : network_(network), id_(id) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() override { network_.close(id_); }
    void send(Octets octets) override { network_.send_stream(id_, octets); }

 private:
    SimulatedNetwork& network_;
    std::uint64_t id_;
};

class SimulatedNetwork::DatagramChannel final : public Channel
{
 public:
    DatagramChannel(SimulatedNetwork& network, std::uint64_t id) : network_(network), id_(id) {}
    [[nodiscard]] bool stream() const override { return false; }
    void reply(OctetBuffer message, Duration after) override
    {
        network_.deliver_datagram(id_, std::move(message), after);
    }
    void raw(OctetBuffer octets, Duration after) override { reply(std::move(octets), after); }
    void end(Duration after) override
    {
        network_.world_.plan(after, [&network = network_, id = id_] {
            if (End* end = network.find(id))
                end->datagrams->unreachable();
        });
    }
    void mute() override {}

 private:
    SimulatedNetwork& network_;
    std::uint64_t id_;
};

class SimulatedNetwork::StreamChannel final : public Channel
{
 public:
    StreamChannel(SimulatedNetwork& network, std::uint64_t id) : network_(network), id_(id) {}
    [[nodiscard]] bool stream() const override { return true; }
    void reply(OctetBuffer message, Duration after) override
    {
        OctetBuffer framed;
        append_u16(framed, static_cast<std::uint16_t>(message.size()));
        append(framed, message);
        network_.deliver_stream(id_, std::move(framed), after);
    }
    void raw(OctetBuffer octets, Duration after) override { network_.deliver_stream(id_, std::move(octets), after); }
    void end(Duration after) override { network_.deliver_stream(id_, {}, after); }
    void mute() override
    {
        if (End* end = network_.find(id_))
            end->mute = true;
    }

 private:
    SimulatedNetwork& network_;
    std::uint64_t id_;
};

SimulatedNetwork::~SimulatedNetwork() = default;

Host* SimulatedNetwork::host_at(const IpAddress& address) const
{
    const auto found = hosts_.find(address);
    return found == hosts_.end() ? elsewhere_ : found->second;
}

const Path& SimulatedNetwork::path_to(const IpAddress& address) const
{
    const auto found = paths_.find(address);
    return found == paths_.end() ? default_path_ : found->second;
}

FamilyState SimulatedNetwork::family_state(const IpAddress& address) const
{
    return address.is_v4() ? ipv4_ : ipv6_;
}

Duration SimulatedNetwork::one_way(const Path& path)
{
    if (path.jitter == Duration::zero())
        return path.delay;
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(path.jitter).count();
    return path.delay + std::chrono::microseconds(random_.below(static_cast<std::uint32_t>(microseconds)));
}

SimulatedNetwork::End* SimulatedNetwork::find(std::uint64_t id)
{
    const auto found = ends_.find(id);
    return found == ends_.end() ? nullptr : &found->second;
}

std::unique_ptr<io::DatagramSocket> SimulatedNetwork::open_datagram(const Endpoint& server,
                                                                    io::DatagramReceiver& receiver)
{
    if (family_state(server.address) == FamilyState::absent)
        return nullptr;
    const std::uint64_t id = ++opened_;
    const auto port = static_cast<std::uint16_t>(1024 + random_.below(65536 - 1024));
    ends_.emplace(id, End{.server = server, .datagrams = &receiver, .source_port = port});
    return std::make_unique<Datagrams>(*this, id);
}

std::unique_ptr<io::Stream> SimulatedNetwork::connect(const Endpoint& server, io::StreamReceiver& receiver)
{
    const FamilyState state = family_state(server.address);
    if (state == FamilyState::absent)
        return nullptr;
    ++connections_;
    const std::uint64_t id = ++opened_;
    ends_.emplace(id, End{.server = server, .stream = &receiver});
    Host* host = host_at(server.address);
    Acceptance acceptance = host == nullptr ? Acceptance::ignore : host->accepts_stream(server);
    if (state == FamilyState::black_hole)
        acceptance = Acceptance::ignore;
    if (state == FamilyState::unreachable)
        acceptance = Acceptance::refuse;
    const Path& path = path_to(server.address);
    const Duration round_trip = one_way(path) + one_way(path);
    if (acceptance != Acceptance::ignore)
        world_.plan(round_trip, [this, id, acceptance] {
            End* end = find(id);
            if (end == nullptr)
                return;
            if (acceptance == Acceptance::accept)
                end->stream->connected();
            else
                end->stream->closed();
        });
    return std::make_unique<Connection>(*this, id);
}

void SimulatedNetwork::note(const End& end, Octets octets, bool stream, bool from_server)
{
    record_.push_back({.at = world_.now(),
                       .server = end.server,
                       .stream = stream,
                       .from_server = from_server,
                       .source_port = end.source_port,
                       .octets = OctetBuffer(octets.begin(), octets.end())});
}

bool SimulatedNetwork::send_datagram(std::uint64_t id, Octets octets)
{
    End* end = find(id);
    if (end == nullptr)
        return false;
    note(*end, octets, false, false);
    const FamilyState state = family_state(end->server.address);
    if (state == FamilyState::unreachable)
        return false;
    const Path& path = path_to(end->server.address);
    if (state == FamilyState::black_hole || random_.chance(path.loss))
        return true;
    world_.plan(one_way(path), [this, id, message = OctetBuffer(octets.begin(), octets.end())] {
        deliver_to_host(id, message, false);
    });
    return true;
}

void SimulatedNetwork::send_stream(std::uint64_t id, Octets octets)
{
    End* end = find(id);
    if (end == nullptr)
        return;
    world_.plan(path_to(end->server.address).delay,
                [this, id, piece = OctetBuffer(octets.begin(), octets.end())] { cut_messages(id, piece); });
}

void SimulatedNetwork::cut_messages(std::uint64_t id, OctetBuffer octets)
{
    End* end = find(id);
    if (end == nullptr)
        return;
    append(end->unread, octets);
    while (true) {
        end = find(id);
        if (end == nullptr || end->unread.size() < 2)
            return;
        const std::size_t size = load_u16(end->unread.data());
        if (end->unread.size() < 2 + size)
            return;
        const auto begin = end->unread.begin() + 2;
        const OctetBuffer message(begin, begin + static_cast<std::ptrdiff_t>(size));
        end->unread.erase(end->unread.begin(), begin + static_cast<std::ptrdiff_t>(size));
        note(*end, message, true, false);
        if (!end->mute)
            deliver_to_host(id, message, true);
    }
}

void SimulatedNetwork::deliver_to_host(std::uint64_t id, const OctetBuffer& message, bool stream)
{
    const End* end = find(id);
    if (end == nullptr)
        return;
    Host* host = host_at(end->server.address);
    if (host == nullptr)
        return;
    std::shared_ptr<Channel> channel;
    if (stream)
        channel = std::make_shared<StreamChannel>(*this, id);
    else
        channel = std::make_shared<DatagramChannel>(*this, id);
    host->arrived({.server = end->server, .message = message, .channel = std::move(channel)});
}

void SimulatedNetwork::deliver_datagram(std::uint64_t id, OctetBuffer octets, Duration after)
{
    const End* end = find(id);
    if (end == nullptr)
        return;
    const Path& path = path_to(end->server.address);
    if (random_.chance(path.loss))
        return;
    world_.plan(after + one_way(path), [this, id, message = std::move(octets)] {
        End* here = find(id);
        if (here == nullptr)
            return;
        note(*here, message, false, true);
        here->datagrams->received(message);
    });
}

void SimulatedNetwork::deliver_stream(std::uint64_t id, OctetBuffer octets, Duration after)
{
    End* end = find(id);
    if (end == nullptr)
        return;
    const Instant at = std::max(world_.now() + after + path_to(end->server.address).delay, end->last_delivery);
    end->last_delivery = at;
    world_.plan(at - world_.now(), [this, id, piece = std::move(octets)] {
        End* here = find(id);
        if (here == nullptr)
            return;
        if (piece.empty()) {
            here->stream->closed();
            return;
        }
        note(*here, piece, true, true);
        here->stream->received(piece);
    });
}

}  // namespace rw::scenarios
