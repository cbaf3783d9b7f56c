// SPDX-License-Identifier: EUPL-1.2
// What stands behind an address of the simulated network: it is told of queries and sends octets back through the
// Channel, as often and as late as it likes.
#pragma once

#include <cstdint>
#include <memory>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/octets.h"

namespace rw::scenarios
{

/// The way from one host back to the socket or connection a query came from.
class Channel
{
 public:
    virtual ~Channel() = default;
    [[nodiscard]] virtual bool stream() const = 0;
    /// A datagram, or a message with its length in front, `after` the usual delay of the path.
    virtual void reply(OctetBuffer message, Duration after) = 0;
    /// Octets as they are: a datagram, or a piece of a stream.
    virtual void raw(OctetBuffer octets, Duration after) = 0;
    /// Ends the connection, or says "unreachable" to a datagram socket.
    virtual void end(Duration after) = 0;
    /// Nothing that is sent on this connection from now on arrives.
    virtual void mute() = 0;
};

struct Arrival {
    Endpoint server;
    Octets message;
    std::shared_ptr<Channel> channel;
};

enum class Acceptance : std::uint8_t { accept, refuse, ignore };

class Host
{
 public:
    virtual ~Host() = default;
    virtual void arrived(const Arrival& arrival) = 0;
    /// What becomes of a TCP connection to `server`.
    [[nodiscard]] virtual Acceptance accepts_stream(const Endpoint& server) = 0;
};

}  // namespace rw::scenarios
