// SPDX-License-Identifier: EUPL-1.2
// Connections to name servers, shared by the questions of one worker: pipelined (RFC 7766 §6.2.1.1), bounded, closed
// when idle. Each attempt on a connection has an id of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "resolver/base/keyed_table.h"
#include "resolver/io/scheduler.h"
#include "resolver/upstream/attempt.h"
#include "resolver/upstream/party.h"

namespace rw::upstream
{

inline constexpr std::size_t max_connections = 512;  // descriptors a worker may spend on name servers, fairly shared
inline constexpr std::size_t max_pipelined = 32;     // outstanding questions on one connection
inline constexpr Duration connection_idle = 10s;     // RFC 7766 §6.2.3: a few seconds, so that servers keep room

/// With whom a query shares its connection.
enum class Sharing : std::uint8_t {
    shared,
    alone,  ///< with nobody: the server ends connections before it has answered everything
};

class TcpPool
{
 public:
    TcpPool(io::Network& network, io::Scheduler& scheduler, Random& random, const HashKey& key);
    TcpPool(const TcpPool&) = delete;
    TcpPool& operator=(const TcpPool&) = delete;
    ~TcpPool();

    /// Sends `form` over a pooled or new connection, in the name of `party`. Nothing when there is no room or no
    /// connection could be started.
    std::unique_ptr<Attempt> start(const Endpoint& server, const Party& party, const QueryForm& form,
                                   std::uint32_t number, AttemptMailbox& mailbox, Sharing sharing = Sharing::shared);

    /// Whether `server` can be asked: over a connection that is there, or over a new one. When the pool is full an idle
    /// one is closed for that, or one that others hold as base/fair_pool.h says.
    [[nodiscard]] bool make_room(const Endpoint& server, const Party& party);

    /// Connections that are open, those included that take no new queries.
    [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
    class Connection;
    class TcpAttempt;

    std::shared_ptr<Connection> connection_to(const Endpoint& server, const Party& party);
    std::shared_ptr<Connection> connect(const Endpoint& server, const Party& party);
    /// No new query goes over `connection`; those that wait on it go on.
    void forget(const Connection& connection);

    io::Network& network_;
    io::Scheduler& scheduler_;
    Random& random_;
    FairPool places_{max_connections};
    KeyedMap<Endpoint, std::shared_ptr<Connection>> connections_;
    /// Closed connections, freed in the next step of the turn: they are often closed from inside their own callbacks.
    struct Closed final : io::Ready {
        void run() override { connections.clear(); }
        std::vector<std::shared_ptr<Connection>> connections;
    } closed_;
};

}  // namespace rw::upstream
