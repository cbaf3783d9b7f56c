// SPDX-License-Identifier: EUPL-1.2
// One run of load over TCP: each question on a connection of its own, which the client closes when it has its reply.
// The most expensive way to ask what is in the cache, and the way of clients that were told to retry (RFC 7766 §6.2.1).
#pragma once

#include "bench/load/run.h"

namespace rw::load
{

/// `plan.window` connections at a time; its rate and its sockets have no meaning here. A connection that fails or ends
/// early is a lost query.
Outcome run_over_connections(const Plan& plan, const Questions& questions);

}  // namespace rw::load
