// SPDX-License-Identifier: EUPL-1.2
// How many TCP connections clients have open, over all workers and addresses, and how many they may have
// (tcp.connections, tcp.connections-per-client). One lock an accepted or closed connection; queries never take it.
#pragma once

#include <cstdint>
#include <mutex>

#include "config/settings.h"
#include "resolver/base/address.h"
#include "resolver/base/keyed_table.h"

namespace rw::frontend
{

class ConnectionLimits
{
 public:
    ConnectionLimits(const config::TcpSettings& settings, const HashKey& key) : per_client_(key) { replace(settings); }

    /// Holds for connections that come from now on; those that are open stay.
    void replace(const config::TcpSettings& settings);

    enum class Admission : std::uint8_t {
        admitted,
        full,        ///< all together have too many
        client_full  ///< this client has too many
    };
    /// An admitted connection must be released once.
    [[nodiscard]] Admission admit(const IpAddress& client);
    void release(const IpAddress& client);

    [[nodiscard]] std::uint32_t open() const;

 private:
    mutable std::mutex mutex_;
    std::uint32_t highest_ = 0;
    std::uint32_t highest_per_client_ = 0;
    std::uint32_t open_ = 0;
    KeyedMap<IpAddress, std::uint32_t> per_client_;
};

}  // namespace rw::frontend
