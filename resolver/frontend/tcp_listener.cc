// SPDX-License-Identifier: EUPL-1.2
// The TCP listener.
#include "resolver/frontend/tcp_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "resolver/base/log.h"
#include "resolver/frontend/bind_socket.h"
#include "resolver/frontend/tcp_connection.h"

namespace rw::frontend
{

namespace
{

constexpr int backlog = 256;              // connections the kernel holds while a turn lasts
constexpr int accepts_a_turn = 32;        // a flood of connections must not starve those that are open
constexpr Duration accept_pause = 100ms;  // long enough for descriptors to come free, shorter than a client's patience

}  // namespace

TcpListener::TcpListener(io::Loop& loop, io::FileDescriptor socket, QueryHandler& handler, ConnectionLimits& limits,
                         Duration idle_timeout, FairPool& places)
    : loop_(loop),
      socket_(std::move(socket)),
      handler_(handler),
      limits_(limits),
      idle_timeout_(idle_timeout),
      places_(places),
      pause_(*this)
{
}

TcpListener::~TcpListener()
{
    for (const auto& [key, connection] : connections_)
        limits_.release(connection->claimant());
}

Result<std::unique_ptr<TcpListener>> TcpListener::open(io::Loop& loop, const Endpoint& address, QueryHandler& handler,
                                                       ConnectionLimits& limits, Duration idle_timeout,
                                                       FairPool& places)
{
    auto socket = bind_socket(address, SOCK_STREAM);
    if (!socket)
        return std::unexpected(socket.error());
    if (::listen(socket->number(), backlog) != 0)
        return failed("cannot listen for TCP on " + address.to_string());
    std::unique_ptr<TcpListener> listener(
        new TcpListener(loop, std::move(*socket), handler, limits, idle_timeout, places));
    auto listening = loop.listen(listener->socket_.number(), *listener);
    if (!listening)
        return failed("cannot listen for TCP on " + address.to_string() + ": " + listening.error().message);
    listener->listening_ = std::move(*listening);
    return listener;
}

void TcpListener::ready(io::Readiness)
{
    for (int i = 0; i < accepts_a_turn; ++i) {
        sockaddr_storage peer{};
        socklen_t length = sizeof peer;
        io::FileDescriptor fd(
            ::accept4(socket_.number(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd.valid() && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            log(LogLevel::warning,
                "no descriptor or memory for a client's TCP connection; raise LimitNOFILE or lower "
                "tcp.connections");
            listening_.pause();
            pause_.arm(loop_.scheduler(), loop_.scheduler().now() + accept_pause);
        }
        if (!fd.valid())
            return;
        accept_one(std::move(fd), Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(peer)));
    }
}

void TcpListener::Pause::expired()
{
    owner_.listening_.resume();
}

bool TcpListener::admit(const upstream::Claimant& client)
{
    using Admission = ConnectionLimits::Admission;
    const Admission first = limits_.admit(client);
    if (first != Admission::full || !places_.displace_for(upstream::party(client, {})))
        return first == Admission::admitted;
    return limits_.admit(client) == Admission::admitted;
}

void TcpListener::accept_one(io::FileDescriptor fd, const Endpoint& from)
{
    const Welcome welcome = handler_.welcome(from.address);
    const upstream::Claimant claimant = handler_.claimant_of(from.address);
    if (welcome == Welcome::leave || !admit(claimant))
        return;  // closed at once: UDP still answers a client that found no room
    const int on = 1;
    setsockopt(fd.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection =
        std::make_shared<TcpConnection>(*this, std::move(fd), from, claimant, welcome == Welcome::ask_once);
    if (!connection->start()) {
        limits_.release(claimant);
        return;
    }
    TcpConnection* key = connection.get();
    connections_.emplace(key, std::move(connection));
    // Most clients send their question with the connection: it is answered without another wait.
    key->ready({.readable = true});
}

void TcpListener::close(TcpConnection& connection)
{
    const auto at = connections_.find(&connection);
    if (at == connections_.end())
        return;
    limits_.release(connection.claimant());
    closed_.connections.push_back(std::move(at->second));
    connections_.erase(at);
    loop_.scheduler().post(closed_);
}

bool TcpListener::flushed() const
{
    return std::ranges::all_of(connections_, [](const auto& entry) { return entry.second->idle(); });
}

}  // namespace rw::frontend
