// SPDX-License-Identifier: EUPL-1.2
// One client connection: splits the stream into queries, queues replies, and closes itself when idle, too slow or
// greedy.
#pragma once

#include <memory>

#include "resolver/frontend/client.h"
#include "resolver/frontend/tcp_listener.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

class TcpConnection final : public io::Watcher, public io::Timer, public std::enable_shared_from_this<TcpConnection>
{
 public:
    /// `claimant`: in whose name it holds its place. `once`: the connection ends when one query is answered.
    TcpConnection(TcpListener& listener, io::FileDescriptor fd, const Endpoint& from,
                  const upstream::Claimant& claimant, bool once);
    ~TcpConnection() override;

    bool start();
    void ready(io::Readiness readiness) override;
    [[nodiscard]] const upstream::Claimant& claimant() const { return claimant_; }

    /// Nothing is asked, nothing waits to be sent.
    [[nodiscard]] bool idle() const { return deferred_ == 0 && outgoing_.empty(); }
    void close();

    /// Queues a reply; called at once or when a deferred query is done.
    void reply(Octets message);
    /// A deferred query is done, with or without a reply.
    void settled();

 private:
    class Door;

    void expired() override;
    bool receive();
    /// Sends what is ready and serves what has come, in turn, as far as there is room.
    void serve_queries();
    /// False when there was nothing to serve, or no room for replies.
    bool serve_batch();
    void send_replies();
    void update_interest();
    /// Gives the client its time again.
    void stay_open();
    [[nodiscard]] bool may_read() const;
    [[nodiscard]] bool has_room() const;

    TcpListener& listener_;
    io::FileDescriptor fd_;
    Client client_;
    upstream::Claimant claimant_;
    FairPool::Place place_;  ///< silent while idle()
    OctetBuffer incoming_;
    OctetBuffer outgoing_;
    std::size_t sent_ = 0;
    std::size_t deferred_ = 0;  ///< queries without a reply yet
    io::Interest interest_;
    bool open_ = false;
    bool serving_ = false;  ///< inside serve_queries()
    bool once_;
    bool peer_done_ = false;  ///< the client will send nothing more that counts
};

}  // namespace rw::frontend
