// SPDX-License-Identifier: EUPL-1.2
// One run of load against one resolver over UDP: queries in batches, every reply matched by socket, id and question,
// nothing sent twice. Either so many queries wait at a time (closed: what can it do?), or queries leave at a fixed rate
// whatever comes back (open: how late are replies? counted from when a query was due, so that a resolver that stalls
// does not hide it).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "bench/load/histogram.h"
#include "bench/load/questions.h"
#include "resolver/base/address.h"

namespace rw::load
{

struct Plan {
    Endpoint server;
    Order order = Order::uniform;
    std::uint64_t seed = 1;
    std::uint32_t sockets = 8;            ///< source ports: what a kernel spreads over a resolver's workers
    std::uint32_t window = 256;           ///< queries that wait at a time, in all
    std::optional<double> rate;           ///< queries a second; open instead of closed
    std::chrono::nanoseconds duration{};  ///< ends a run of `uniform` and `zipf`
    std::chrono::nanoseconds give_up{};   ///< a query that waits longer is lost
};

struct Outcome {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t lost = 0;
    std::uint64_t strange = 0;  ///< replies that match no query
    std::uint64_t octets = 0;   ///< of all replies
    std::array<std::uint64_t, 16> rcodes{};
    std::chrono::nanoseconds took{};  ///< first query to last reply
    Histogram latency;
};

/// Fails when a socket cannot be had.
Result<Outcome> run(const Plan& plan, const Questions& questions);

}  // namespace rw::load
