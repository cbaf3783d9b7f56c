// SPDX-License-Identifier: EUPL-1.2
// Counting of client connections.
#include "resolver/frontend/connection_limits.h"

namespace rw::frontend
{

void ConnectionLimits::replace(const config::TcpSettings& settings)
{
    const std::scoped_lock lock(mutex_);
    highest_ = settings.connections;
    highest_per_client_ = settings.connections_per_client;
}

ConnectionLimits::Admission ConnectionLimits::admit(const upstream::Claimant& client)
{
    const std::scoped_lock lock(mutex_);
    const auto at = per_client_.find(client.network);
    if (at != per_client_.end() && at->second >= std::uint64_t{highest_per_client_} * client.clients)
        return Admission::client_full;
    if (open_ >= highest_)
        return Admission::full;
    ++open_;
    ++per_client_[client.network];
    return Admission::admitted;
}

void ConnectionLimits::release(const upstream::Claimant& client)
{
    const std::scoped_lock lock(mutex_);
    const auto at = per_client_.find(client.network);
    if (at == per_client_.end())
        return;
    --open_;
    if (--at->second == 0)
        per_client_.erase(at);
}

std::uint32_t ConnectionLimits::open() const
{
    const std::scoped_lock lock(mutex_);
    return open_;
}

}  // namespace rw::frontend
