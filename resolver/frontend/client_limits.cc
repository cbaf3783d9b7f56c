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
    const auto at = waiting_->find(network_);
    if (at != waiting_->end() && --at->second == 0)
        waiting_->erase(at);
}

std::optional<ClientLimits::Place> ClientLimits::admit(const upstream::Claimant& client)
{
    std::uint32_t& waiting = (*waiting_)[client.network];
    if (waiting >= max_waiting_per_client * client.clients)
        return std::nullopt;
    ++waiting;
    return Place(waiting_, client.network);
}

Instant ClientLimits::release_time(const upstream::Claimant& client, Instant asked, Instant now)
{
    if (now - asked <= held_back_after)
        return now;
    Instant& next = next_release_[client.network % paces];
    next = std::max(next, now - held_back_burst) + held_back_interval / client.clients;
    return std::max(next, now);
}

}  // namespace rw::frontend
