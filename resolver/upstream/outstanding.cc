// SPDX-License-Identifier: EUPL-1.2
// Counting queries that wait.
#include "resolver/upstream/outstanding.h"

#include <algorithm>

namespace rw::upstream
{

namespace
{

/// Adds one unless that would exceed `limit`.
bool add(std::atomic<std::uint32_t>& counter, std::uint32_t limit)
{
    if (counter.fetch_add(1, std::memory_order_relaxed) < limit)
        return true;
    counter.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

}  // namespace

std::optional<Outstanding::Place> Outstanding::claim(const Endpoint& server, bool failing)
{
    std::array<std::uint8_t, 18> where{};
    const Octets address = server.address.octets();
    std::ranges::copy(address, where.begin());
    store_u16(&where[16], server.port);
    const std::size_t slot = siphash(key_, where) % slots;
    if (!add(all_, limit_))
        return std::nullopt;
    if (!add(at_server_[slot], failing ? outstanding_at_failing_server : outstanding_at_server)) {
        all_.fetch_sub(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    return Place(*this, slot);
}

void Outstanding::release(std::size_t slot)
{
    at_server_[slot].fetch_sub(1, std::memory_order_relaxed);
    all_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace rw::upstream
