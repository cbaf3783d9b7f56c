// SPDX-License-Identifier: EUPL-1.2
// The servers of one zone as a resolution works with them: from a delegation, from the hints, or configured.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/cache/delegation_cache.h"
#include "resolver/dns/name.h"

namespace rw::iterate
{

enum class Route : std::uint8_t {
    iterate,  ///< authoritative servers, found by referral, hints or a stub zone
    forward,  ///< a recursive resolver: asked with RD, its answers are final
};

struct ZoneServers {
    struct Server {
        dns::Name name;
        std::vector<IpAddress> addresses;
        bool looked_up = false;                            ///< its addresses have been asked for in this resolution
        std::optional<std::uint16_t> port = std::nullopt;  ///< configured; otherwise the zone's
        bool operator==(const Server&) const = default;
    };

    dns::Name zone;
    std::vector<Server> servers;
    Route route = Route::iterate;
    std::uint16_t port = 53;
    bool configured = false;         ///< the operator wrote these servers: asked at whatever address they have
    bool parent_glue_used = false;   ///< addresses of the last resort have been added
    std::vector<Endpoint> excluded;  ///< gave data that did not validate: not asked again in this resolution

    bool operator==(const ZoneServers&) const = default;

    /// Where `server` is asked at one of its addresses.
    [[nodiscard]] Endpoint endpoint(const Server& server, const IpAddress& address) const
    {
        return {address, server.port.value_or(port)};
    }

    /// Takes the servers out of `delegation`.
    static ZoneServers from(cache::Delegation& delegation, std::uint16_t port);
};

}  // namespace rw::iterate
