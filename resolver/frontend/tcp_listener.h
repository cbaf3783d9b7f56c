// SPDX-License-Identifier: EUPL-1.2
// Queries over TCP (RFC 7766): pipelined, replies in whatever order they are ready, idle connections closed, slow
// readers and half-open connections bounded.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/base/fair_pool.h"
#include "resolver/base/result.h"
#include "resolver/frontend/client.h"
#include "resolver/frontend/connection_limits.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

class TcpConnection;
class TcpListener;

/// All of one worker, one per address.
using TcpListeners = std::vector<std::unique_ptr<TcpListener>>;

class TcpListener final : public io::Watcher
{
 public:
    /// `places`: held by the connections of all listeners of this worker; an idle one counts as silent. When `limits` leave no
    /// room for another one of them is displaced. Both must outlive the listener. The error says what to do.
    static Result<std::unique_ptr<TcpListener>> open(io::Loop& loop, const Endpoint& address, QueryHandler& handler,
                                                     ConnectionLimits& limits, Duration idle_timeout, FairPool& places);
    ~TcpListener() override;

    void ready(io::Readiness readiness) override;

    /// For queries from now on.
    void set_idle_timeout(Duration timeout) { idle_timeout_ = timeout; }
    /// Every reply that was made has left.
    [[nodiscard]] bool flushed() const;

 private:
    friend class TcpConnection;
    TcpListener(io::Loop& loop, io::FileDescriptor socket, QueryHandler& handler, ConnectionLimits& limits,
                Duration idle_timeout, FairPool& places);
    void accept_one(io::FileDescriptor fd, const Endpoint& from);
    [[nodiscard]] bool admit(const upstream::Claimant& client);
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
    FairPool& places_;
    std::map<TcpConnection*, std::shared_ptr<TcpConnection>> connections_;
    Closed closed_;
    Pause pause_;
    io::Listening listening_;  ///< ends before the socket
};

}  // namespace rw::frontend
