// SPDX-License-Identifier: EUPL-1.2
// The Network on real sockets, for one worker. Every datagram socket gets a fresh random port from 1024 to 65535 and is
// connected to its server: 63 k ports make a spoofer guess 16 bits besides the id (RFC 5452 §9.2), and a port in use
// cannot be bound twice, so that none is shared by two outstanding queries of any worker.
#pragma once

#include <memory>
#include <vector>

#include "resolver/base/random.h"
#include "resolver/io/network.h"
#include "resolver/io/socket_set.h"

namespace rw::io
{

class SystemNetwork final : public Network
{
 public:
    /// `sockets` is of the worker's loop. `sources`: addresses to send from; a family without one lets the kernel choose.
    SystemNetwork(SocketSet& sockets, Random& random, std::vector<IpAddress> sources);

    std::unique_ptr<DatagramSocket> open_datagram(const Endpoint& server, DatagramReceiver& receiver) override;
    std::unique_ptr<Stream> connect(const Endpoint& server, StreamReceiver& receiver) override;

 private:
    [[nodiscard]] IpAddress source_for(Family family);

    SocketSet& sockets_;
    Random& random_;
    std::vector<IpAddress> sources_;
};

}  // namespace rw::io
