// SPDX-License-Identifier: EUPL-1.2
// What one worker counts about clients. Written by its worker alone, read by whoever reports: relaxed atomics without
// read-modify-write on the hit path.
#pragma once

#include <atomic>
#include <cstdint>

namespace rw::frontend
{

class Counter
{
 public:
    void add(std::uint64_t amount = 1)
    {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_ = 0;
};

struct Counters {
    Counter udp_queries;
    Counter tcp_queries;
    Counter hits;       ///< answered from the cache at once
    Counter misses;     ///< had to be resolved or waited for another client's resolution
    Counter failures;   ///< SERVFAIL
    Counter refused;    ///< by the access list, class, type or opcode
    Counter malformed;  ///< FORMERR
    Counter dropped;    ///< no reply: not a query, or the access list says so
};

}  // namespace rw::frontend
