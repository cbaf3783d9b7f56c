// SPDX-License-Identifier: EUPL-1.2
// What one worker counts about clients; the names are those of the metrics.
#pragma once

#include <array>
#include <cstdint>

#include "resolver/base/counter.h"
#include "resolver/base/failure.h"
#include "resolver/frontend/client.h"

namespace rw::frontend
{

/// What became of a client's query. Each query that is over counts once.
enum class QueryResult : std::uint8_t {
    hit,        ///< answered from the cache at once, or from what follows from it (RFC 8198)
    miss,       ///< answered after a resolution, its own or another client's
    stale,      ///< answered with expired data (RFC 8767)
    policy,     ///< answered, refused or dropped by a rule of the operator's
    servfail,   ///< SERVFAIL; Counters::failures says why
    refused,    ///< by the access list, class, type or opcode
    malformed,  ///< FORMERR
    dropped,    ///< no reply: not a query, or the access list says so
};

inline constexpr std::size_t result_count = 8;
inline constexpr std::size_t transport_count = 2;

struct Counters {
    std::array<std::array<Counter, result_count>, transport_count> results;
    /// Replies by the row of the failure table, which is shorter than this.
    std::array<Counter, 64> failures;
    /// Hits: from the moment the worker woke up for the batch of datagrams they came in to when its replies were sent:
    /// one clock reading a batch, and an upper bound for each query in it. Misses: until the reply was handed to the
    /// kernel, in whole turns of the loop.
    LatencyHistogram hit_latency;
    LatencyHistogram miss_latency;

    [[nodiscard]] Counter& of(Transport transport, QueryResult result)
    {
        return results[static_cast<std::size_t>(transport)][static_cast<std::size_t>(result)];
    }
    void count(Failure failure)
    {
        const auto row = static_cast<std::size_t>(failure);
        if (row < failures.size())
            failures[row].add();
    }
    [[nodiscard]] std::uint64_t total(QueryResult result) const
    {
        std::uint64_t sum = 0;
        for (const auto& transport : results)
            sum += transport[static_cast<std::size_t>(result)].value();
        return sum;
    }
};

}  // namespace rw::frontend
