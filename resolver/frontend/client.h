// SPDX-License-Identifier: EUPL-1.2
// Who asks, over what, and how a reply that is not ready at once finds its way back. Listeners implement Door and
// ReplyTo; the simulator does so as well.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "resolver/base/address.h"
#include "resolver/base/octets.h"
#include "resolver/upstream/party.h"

namespace rw::frontend
{

enum class Transport : std::uint8_t { udp, tcp };

struct Client {
    Endpoint from;
    Transport transport = Transport::udp;
};

/// The way back to one client for one query. Destroying it without reply() drops the query (and frees its place).
class ReplyTo
{
 public:
    virtual ~ReplyTo() = default;
    /// At most once; `message` is valid during the call.
    virtual void reply(Octets message) = 0;
};

/// Makes a ReplyTo, only when a query must wait: a cache hit allocates nothing.
class Door
{
 public:
    virtual ~Door() = default;
    virtual std::unique_ptr<ReplyTo> defer() = 0;
};

/// What became of a query. `reply` is inside the caller's buffer and empty unless the query was answered at once; a
/// query without a reply was either dropped or deferred.
struct Served {
    Octets reply;
};

/// What a client may do with a connection.
enum class Welcome : std::uint8_t {
    stay,
    ask_once,  ///< is refused whatever it asks, and told so
    leave      ///< gets no reply at all
};

/// Whoever answers queries: the engine.
class QueryHandler
{
 public:
    virtual ~QueryHandler() = default;
    /// Before a connection of `client` takes one of the places.
    [[nodiscard]] virtual Welcome welcome(const IpAddress& client) const = 0;
    /// In whose name it holds that place.
    [[nodiscard]] virtual upstream::Claimant claimant_of(const IpAddress& client) const = 0;
    /// Answers `query` into `out` at once when it can; otherwise takes a ReplyTo from `door` and answers later.
    virtual Served serve(Octets query, const Client& client, Door& door, std::span<std::uint8_t> out) = 0;
    /// The replies that were ready at once have left: once a batch.
    virtual void batch_sent() {}
};

}  // namespace rw::frontend
