// SPDX-License-Identifier: EUPL-1.2
// The seam between the resolver and the world: datagrams and streams to name servers. The daemon implements it on
// sockets (system_network.h), the simulator on virtual time. Receivers are called from the driver's turn; they must
// only note what came (usually Mailbox::put) and never destroy the socket from inside the call.
#pragma once

#include <cstdint>
#include <memory>

#include "resolver/base/address.h"
#include "resolver/base/octets.h"

namespace rw::io
{

class DatagramReceiver
{
 public:
    virtual ~DatagramReceiver() = default;
    /// A datagram from the server the socket is connected to; `octets` is valid during the call.
    virtual void received(Octets octets) = 0;
    /// The network says it cannot be delivered (ICMP unreachable, no route).
    virtual void unreachable() = 0;
};

/// A datagram socket of its own random port, connected to one server. Destroying it closes it.
class DatagramSocket
{
 public:
    virtual ~DatagramSocket() = default;
    /// False when the network refuses it at once.
    virtual bool send(Octets octets) = 0;
};

class StreamReceiver
{
 public:
    virtual ~StreamReceiver() = default;
    virtual void connected() = 0;
    virtual void received(Octets octets) = 0;
    /// The other side closed, or the connection failed or could not be made. Nothing follows.
    virtual void closed() = 0;
};

class Stream
{
 public:
    virtual ~Stream() = default;
    /// Queues `octets`; to be called after connected().
    virtual void send(Octets octets) = 0;
};

class Network
{
 public:
    virtual ~Network() = default;
    /// Nothing when no socket can be had (no such family, no port, no descriptor).
    virtual std::unique_ptr<DatagramSocket> open_datagram(const Endpoint& server, DatagramReceiver& receiver) = 0;
    virtual std::unique_ptr<Stream> connect(const Endpoint& server, StreamReceiver& receiver) = 0;
};

}  // namespace rw::io
