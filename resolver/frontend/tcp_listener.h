// SPDX-License-Identifier: EUPL-1.2
// Queries over TCP (RFC 7766): pipelined, replies in whatever order they are ready, idle connections closed, slow
// readers and half-open connections bounded.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/frontend/client.h"
#include "resolver/frontend/connection_limits.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

class TcpConnection;
class TcpListener;

/// All of one worker, one an address.
using TcpListeners = std::vector<std::unique_ptr<TcpListener>>;

class TcpListener final : public io::Watcher
{
 public:
    /// `siblings`: where this one will be, too. When there is no room for a connection the one that has been idle for
    /// longest on any of them goes. The error says what to do.
    static Result<std::unique_ptr<TcpListener>> open(io::Loop& loop, const Endpoint& address, QueryHandler& handler,
                                                     ConnectionLimits& limits, Duration idle_timeout,
                                                     const TcpListeners& siblings);
    ~TcpListener() override;

    void ready(io::Readiness readiness) override;

    /// For queries from now on.
    void set_idle_timeout(Duration timeout) { idle_timeout_ = timeout; }
    /// Every reply that was made has left.
    [[nodiscard]] bool flushed() const;

 private:
    friend class TcpConnection;
    TcpListener(io::Loop& loop, io::FileDescriptor socket, QueryHandler& handler, ConnectionLimits& limits,
                Duration idle_timeout, const TcpListeners& siblings);
    void accept_one(io::FileDescriptor fd, const Endpoint& from);
    [[nodiscard]] bool admit(const IpAddress& client);
    /// False when every connection has work to do.
    bool close_longest_idle();
    /// Of the client that has most here, the one that has not asked for longest; false when `newcomer` has as many.
    bool close_one_of_many(const IpAddress& newcomer);
    /// None when there is none.
    [[nodiscard]] TcpConnection* longest_idle() const;
    void close(TcpConnection& connection);

    /// Accepts again after a pause: without descriptors the socket stays readable and would keep the loop busy.
    class Pause final : public io::Timer
    {
     public:
        explicit Pause(TcpListener& owner) : owner_(owner) {}

     private:
        void expired() override;
        TcpListener& owner_;
    };

    /// Closed connections, freed in the next step of the turn: they often close inside their own callbacks.
    struct Closed final : io::Ready {
        void run() override { connections.clear(); }
        std::vector<std::shared_ptr<TcpConnection>> connections;
    };

    io::Loop& loop_;
    io::FileDescriptor socket_;
    QueryHandler& handler_;
    ConnectionLimits& limits_;
    Duration idle_timeout_;
    const TcpListeners& siblings_;
    std::map<TcpConnection*, std::shared_ptr<TcpConnection>> connections_;
    Closed closed_;
    Pause pause_;
    io::Listening listening_;  ///< ends before the socket
};

}  // namespace rw::frontend
