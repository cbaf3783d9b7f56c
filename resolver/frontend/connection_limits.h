// SPDX-License-Identifier: EUPL-1.2
// How many TCP connections clients have open, over all workers and addresses, and how many they may have
// (tcp.connections, tcp.connections-per-client for each client that one counts as). What is one client says
// upstream/party.h: who has an IPv6 address has many. Whose connection goes when there are too many: base/fair_pool.h, by
// worker. One lock per accepted or closed connection; queries never take it.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "config/settings.h"
#include "resolver/base/keyed_table.h"
#include "resolver/upstream/party.h"

namespace rw::frontend
{

class ConnectionLimits
{
 public:
    explicit ConnectionLimits(const config::TcpSettings& settings) { replace(settings); }

    /// Holds for connections that come from now on; those that are open stay.
    void replace(const config::TcpSettings& settings);

    enum class Admission : std::uint8_t {
        admitted,
        full,        ///< all together have too many
        client_full  ///< this client has too many
    };
    /// An admitted connection must be released once.
    [[nodiscard]] Admission admit(const upstream::Claimant& client);
    void release(const upstream::Claimant& client);

    [[nodiscard]] std::uint32_t open() const;

 private:
    mutable std::mutex mutex_;
    std::uint32_t highest_ = 0;
    std::uint32_t highest_per_client_ = 0;
    std::uint32_t open_ = 0;
    std::unordered_map<std::uint64_t, std::uint32_t, AlreadyKeyed> per_client_;  // by Claimant::network
};

}  // namespace rw::frontend
