// SPDX-License-Identifier: EUPL-1.2
// The TCP listener.
#include "resolver/frontend/tcp_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "resolver/frontend/bind_socket.h"
#include "resolver/frontend/tcp_connection.h"

namespace rw::frontend
{

namespace
{

constexpr int backlog = 256;        // connections the kernel holds while a turn lasts
constexpr int accepts_a_turn = 32;  // a flood of connections must not starve those that are open

}  // namespace

TcpListener::TcpListener(io::Loop& loop, io::FileDescriptor socket, QueryHandler& handler,
                         const config::TcpSettings& settings)
    : loop_(loop), socket_(std::move(socket)), handler_(handler), settings_(settings)
{
}

TcpListener::~TcpListener()
{
    loop_.unwatch(socket_.number(), *this);
}

Result<std::unique_ptr<TcpListener>> TcpListener::open(io::Loop& loop, const Endpoint& address, QueryHandler& handler,
                                                       const config::TcpSettings& settings)
{
    auto socket = bind_socket(address, SOCK_STREAM);
    if (!socket)
        return std::unexpected(socket.error());
    if (::listen(socket->number(), backlog) != 0)
        return failed("cannot listen for TCP on " + address.to_string());
    std::unique_ptr<TcpListener> listener(new TcpListener(loop, std::move(*socket), handler, settings));
    if (!loop.watch(listener->socket_.number(), EPOLLIN, *listener))
        return failed("cannot watch the socket of " + address.to_string());
    return listener;
}

void TcpListener::ready(std::uint32_t)
{
    for (int i = 0; i < accepts_a_turn; ++i) {
        sockaddr_storage peer{};
        socklen_t length = sizeof peer;
        io::FileDescriptor fd(
            ::accept4(socket_.number(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd.valid())
            return;
        accept_one(std::move(fd), Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(peer)));
    }
}

void TcpListener::accept_one(io::FileDescriptor fd, const Endpoint& from)
{
    auto& of_client = per_client_[from.address];
    if (connections_.size() >= settings_.connections || of_client >= settings_.connections_per_client) {
        if (of_client == 0)
            per_client_.erase(from.address);
        return;  // closed at once: UDP still answers this client
    }
    const int on = 1;
    setsockopt(fd.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_shared<TcpConnection>(*this, std::move(fd), from);
    if (!connection->start())
        return;
    ++of_client;
    TcpConnection* key = connection.get();
    connections_.emplace(key, std::move(connection));
}

void TcpListener::close(TcpConnection& connection)
{
    const auto at = connections_.find(&connection);
    if (at == connections_.end())
        return;
    const auto of_client = per_client_.find(connection.client().from.address);
    if (of_client != per_client_.end() && --of_client->second == 0)
        per_client_.erase(of_client);
    closed_.connections.push_back(std::move(at->second));
    connections_.erase(at);
    loop_.scheduler().post(closed_);
}

}  // namespace rw::frontend
