// SPDX-License-Identifier: EUPL-1.2
// What one worker counts about the work behind answers: queries to name servers and what validation came to.
#pragma once

#include <array>

#include "resolver/base/counter.h"
#include "resolver/cache/entry.h"

namespace rw::iterate
{

struct WorkCounters {
    Counter sent_udp;
    Counter sent_tcp;
    Counter answered;
    Counter timed_out;
    Counter unreachable;               ///< could not be sent, or the network said that nobody is there
    std::array<Counter, 4> validated;  ///< links of answers, by cache::Security
    Counter prefetched;

    void count(cache::Security security) { validated[static_cast<std::size_t>(security)].add(); }
};

}  // namespace rw::iterate
