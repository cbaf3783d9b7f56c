// SPDX-License-Identifier: EUPL-1.2
// Queries over UDP: batches in, batches out. A reply leaves from the address the query came to, by the interface it
// came over, also on a wildcard socket.
#pragma once

#include <memory>

#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/frontend/bind_socket.h"
#include "resolver/frontend/client.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

class UdpListener final : public io::Watcher
{
 public:
    /// Binds `address`; several workers may bind the same one (SO_REUSEPORT). The error says what to do.
    static Result<std::unique_ptr<UdpListener>> open(io::Loop& loop, const Endpoint& address, QueryHandler& handler);
    ~UdpListener() override;

    void ready(io::Readiness readiness) override;

 private:
    struct Batch;
    class Door;
    class ReplyTo;

    UdpListener(io::FileDescriptor socket, QueryHandler& handler);
    void serve_batch(std::size_t count);

    std::shared_ptr<io::FileDescriptor> socket_;  ///< replies still on their way keep it open
    QueryHandler& handler_;
    std::unique_ptr<Batch> batch_;
    io::Listening listening_;  ///< ends before the socket
};

}  // namespace rw::frontend
