// SPDX-License-Identifier: EUPL-1.2
// Queries over TCP (RFC 7766): pipelined, replies in whatever order they are ready, idle connections closed, slow
// readers and half-open connections bounded.
#pragma once

#include <memory>
#include <unordered_map>

#include "config/settings.h"
#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/frontend/client.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

class TcpConnection;

class TcpListener final : public io::Watcher
{
 public:
    /// The error says what to do.
    static Result<std::unique_ptr<TcpListener>> open(io::Loop& loop, const Endpoint& address, QueryHandler& handler,
                                                     const config::TcpSettings& settings);
    ~TcpListener() override;

    void ready(std::uint32_t events) override;

    [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
    friend class TcpConnection;
    TcpListener(io::Loop& loop, io::FileDescriptor socket, QueryHandler& handler, const config::TcpSettings& settings);
    void accept_one(io::FileDescriptor fd, const Endpoint& from);
    void close(TcpConnection& connection);

    /// Closed connections, freed in the next step of the turn: they often close inside their own callbacks.
    struct Closed final : io::Ready {
        void run() override { connections.clear(); }
        std::vector<std::shared_ptr<TcpConnection>> connections;
    };

    io::Loop& loop_;
    io::FileDescriptor socket_;
    QueryHandler& handler_;
    config::TcpSettings settings_;
    std::unordered_map<TcpConnection*, std::shared_ptr<TcpConnection>> connections_;
    std::unordered_map<IpAddress, std::uint32_t> per_client_;
    Closed closed_;
};

}  // namespace rw::frontend
