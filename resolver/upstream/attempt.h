// SPDX-License-Identifier: EUPL-1.2
// One query on its way to one server. An attempt reports what happens to it as events in a mailbox; whoever asked
// (iterate/ask) decides what to do next. Destroying an attempt closes its socket or gives up its place on a connection.
#pragma once

#include <cstdint>
#include <memory>

#include "resolver/base/address.h"
#include "resolver/base/random.h"
#include "resolver/io/network.h"
#include "resolver/io/task.h"
#include "resolver/upstream/query.h"

namespace rw::upstream
{

enum class Happened : std::uint8_t {
    response,     ///< `message` holds it
    bare_error,   ///< an error without a question: `rcode` is all of it
    near_miss,    ///< a message that is not ours came from the server's address: someone may be guessing
    wrong_case,   ///< ours, but the case of the question was not kept; `message` holds it when a connection brought it
    malformed,    ///< ours, but it cannot be parsed
    unreachable,  ///< the network or the host says no
    closed,       ///< the connection was there and ended before the answer
    displaced,    ///< others needed its socket or connection (base/fair_pool.h)
};

struct AttemptEvent {
    std::uint32_t attempt = 0;  ///< the number given at the start
    Happened happened = Happened::unreachable;
    OctetBuffer message;
    Rcode rcode = Rcode::noerror;
};

using AttemptMailbox = io::Mailbox<AttemptEvent>;

class Attempt
{
 public:
    virtual ~Attempt() = default;
    /// The answer should have been there by now. It still counts when it comes.
    virtual void overdue() {}
};

/// Sends `form` by UDP from a fresh random port with a random id. Nothing when no socket could be had.
/// `mailbox` must outlive the attempt.
std::unique_ptr<Attempt> start_udp(io::Network& network, Random& random, const Endpoint& server, const QueryForm& form,
                                   std::uint32_t number, AttemptMailbox& mailbox);

}  // namespace rw::upstream
