// SPDX-License-Identifier: EUPL-1.2
// Limits for one client address.
#include "resolver/frontend/client_limits.h"

#include <algorithm>

namespace rw::frontend
{

ClientLimits::Place::~Place()
{
    if (!waiting_)
        return;
    const auto at = waiting_->find(client_);
    if (at != waiting_->end() && --at->second == 0)
        waiting_->erase(at);
}

std::optional<ClientLimits::Place> ClientLimits::admit(const IpAddress& client)
{
    std::uint32_t& waiting = (*waiting_)[client];
    if (waiting >= max_waiting_per_client)
        return std::nullopt;
    ++waiting;
    return Place(waiting_, client);
}

Instant ClientLimits::release_time(const IpAddress& client, Instant asked, Instant now)
{
    if (now - asked <= held_back_after)
        return now;
    if (next_release_.size() >= max_paced_clients)
        std::erase_if(next_release_, [&](const auto& row) { return row.second + held_back_burst <= now; });
    const bool full = next_release_.size() >= max_paced_clients && !next_release_.contains(client);
    Instant& next = next_release_[full ? IpAddress{} : client];
    next = std::max(next, now - held_back_burst) + held_back_interval;
    return std::max(next, now);
}

}  // namespace rw::frontend
