// SPDX-License-Identifier: EUPL-1.2
// Datagrams and streams on non-blocking sockets.
#include "resolver/io/system_network.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "resolver/base/room.h"

namespace rw::io
{

namespace
{

constexpr int bind_tries = 16;                     // with 63 k ports a second try is rare; a full host must not spin
constexpr std::size_t datagram_octets = 4096;      // we advertise 1232; anything above this is nobody's honest reply
constexpr std::size_t stream_read_octets = 16384;  // one read a turn and stream: slow or greedy peers share the worker
constexpr std::size_t stream_queue_octets = 262144;  // outgoing octets a peer may leave unread before we give it up

int domain(const Endpoint& endpoint)
{
    return endpoint.address.is_v4() ? AF_INET : AF_INET6;
}

bool bind_to(int fd, const IpAddress& address, std::uint16_t port)
{
    sockaddr_storage storage{};
    const unsigned length = Endpoint{address, port}.to_sockaddr(storage);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
}

int connect_to(int fd, const Endpoint& server)
{
    sockaddr_storage storage{};
    const unsigned length = server.to_sockaddr(storage);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&storage), length);
}

/// Sets do-not-fragment and ignores path MTU hints, which anyone can forge (RFC 9715 §3.1).
void forbid_fragments(int fd, bool v4)
{
    static_assert(IP_PMTUDISC_PROBE == IPV6_PMTUDISC_PROBE);
    const int probe = IP_PMTUDISC_PROBE;
    setsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &probe, sizeof probe);
}

class SystemDatagram final : public DatagramSocket, public Watcher
{
 public:
    SystemDatagram(SocketSet& sockets, FileDescriptor fd, DatagramReceiver& receiver)
        : sockets_(sockets), fd_(std::move(fd)), receiver_(receiver)
    {
    }
    ~SystemDatagram() override { sockets_.forget(*this); }

    bool start() { return sockets_.watch(fd_.number(), {.reading = true}, *this); }

    bool send(Octets octets) override
    {
        const auto sent = ::send(fd_.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
        return sent == static_cast<ssize_t>(octets.size());
    }

    void ready(Readiness) override
    {
        Room<std::uint8_t, datagram_octets> buffer;
        const auto count = ::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count >= 0)
            receiver_.received({buffer.data(), static_cast<std::size_t>(count)});
        else if (errno != EAGAIN && errno != EINTR)
            receiver_.unreachable();
    }

 private:
    SocketSet& sockets_;
    FileDescriptor fd_;
    DatagramReceiver& receiver_;
};

class SystemStream final : public Stream, public Watcher
{
 public:
    SystemStream(SocketSet& sockets, FileDescriptor fd, StreamReceiver& receiver)
        : sockets_(sockets), fd_(std::move(fd)), receiver_(receiver)
    {
    }
    ~SystemStream() override { sockets_.unwatch(fd_.number(), *this); }

    bool start() { return sockets_.watch(fd_.number(), {.reading = true, .writing = true}, *this); }

    void send(Octets octets) override
    {
        append(queue_, octets);
        if (queue_.size() - sent_ > stream_queue_octets)
            fail();
        else if (connected_)
            flush();
    }

    void ready(Readiness readiness) override
    {
        if (closed_)
            return;
        if (!connected_ && !finish_connect())
            return;
        if ((readiness.readable || readiness.broken) && !receive())
            return;
        if (readiness.writable)
            flush();
    }

 private:
    bool finish_connect()
    {
        int error = 0;
        socklen_t length = sizeof error;
        getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) {
            fail();
            return false;
        }
        connected_ = true;
        receiver_.connected();
        flush();
        return !closed_;
    }

    bool receive()
    {
        Room<std::uint8_t, stream_read_octets> buffer;
        const auto count = ::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            receiver_.received({buffer.data(), static_cast<std::size_t>(count)});
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            fail();
            return false;
        }
        return true;
    }

    void flush()
    {
        while (sent_ < queue_.size()) {
            const auto count = ::send(fd_.number(), &queue_[sent_], queue_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count < 0) {
                if (errno != EAGAIN && errno != EINTR)
                    fail();
                break;
            }
            sent_ += static_cast<std::size_t>(count);
        }
        if (sent_ == queue_.size()) {
            queue_.clear();
            sent_ = 0;
        }
        if (!closed_)
            sockets_.change(fd_.number(), {.reading = true, .writing = !queue_.empty()}, *this);
    }

    void fail()
    {
        if (closed_)
            return;
        closed_ = true;
        sockets_.unwatch(fd_.number(), *this);
        receiver_.closed();
    }

    SocketSet& sockets_;
    FileDescriptor fd_;
    StreamReceiver& receiver_;
    OctetBuffer queue_;
    std::size_t sent_ = 0;
    bool connected_ = false;
    bool closed_ = false;
};

}  // namespace

SystemNetwork::SystemNetwork(SocketSet& sockets, Random& random, std::vector<IpAddress> sources)
    : sockets_(sockets), random_(random), sources_(std::move(sources))
{
}

IpAddress SystemNetwork::source_for(Family family)
{
    std::vector<IpAddress> fitting;
    std::ranges::copy_if(sources_, std::back_inserter(fitting),
                         [&](const IpAddress& source) { return source.family() == family; });
    if (fitting.empty()) {
        static constexpr std::array<std::uint8_t, 16> any{};
        return IpAddress::from_octets(Octets(any).first(family == Family::ipv4 ? 4 : 16));
    }
    return fitting[fitting.size() == 1 ? 0 : random_.below(static_cast<std::uint32_t>(fitting.size()))];
}

std::unique_ptr<DatagramSocket> SystemNetwork::open_datagram(const Endpoint& server, DatagramReceiver& receiver)
{
    FileDescriptor fd(::socket(domain(server), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid())
        return nullptr;
    forbid_fragments(fd.number(), server.address.is_v4());
    const IpAddress source = source_for(server.address.family());
    bool bound = false;
    for (int tries = 0; tries < bind_tries && !bound; ++tries) {
        const auto port = static_cast<std::uint16_t>(1024 + random_.below(65536 - 1024));
        bound = bind_to(fd.number(), source, port);
    }
    if (!bound || connect_to(fd.number(), server) != 0)
        return nullptr;
    auto socket = std::make_unique<SystemDatagram>(sockets_, std::move(fd), receiver);
    if (!socket->start())
        return nullptr;
    return socket;
}

std::unique_ptr<Stream> SystemNetwork::connect(const Endpoint& server, StreamReceiver& receiver)
{
    FileDescriptor fd(::socket(domain(server), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid())
        return nullptr;
    const int on = 1;
    setsockopt(fd.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!sources_.empty() && !bind_to(fd.number(), source_for(server.address.family()), 0))
        return nullptr;
    if (connect_to(fd.number(), server) != 0 && errno != EINPROGRESS)
        return nullptr;
    auto stream = std::make_unique<SystemStream>(sockets_, std::move(fd), receiver);
    if (!stream->start())
        return nullptr;
    return stream;
}

}  // namespace rw::io
