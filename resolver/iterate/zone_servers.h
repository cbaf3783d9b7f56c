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

/// How a zone's servers are known.
enum class Known : std::uint8_t {
    configured,  ///< hints, stub and forward zones: nobody can be asked for others
    cached,      ///< from a delegation that was cached before this resolution: the parent may say otherwise by now
    just_told,   ///< from a referral of this resolution
};

struct ZoneServers {
    struct Server {
        dns::Name name;
        std::vector<IpAddress> addresses;
        bool looked_up = false;                            ///< its addresses are configured: never asked for
        std::optional<std::uint16_t> port = std::nullopt;  ///< configured; otherwise the zone's
        bool from_cache = false;                           ///< what was found when they were looked up was cached
        bool asked_for_a = false;
        bool asked_for_aaaa = false;
        bool unresolved = false;  ///< the servers of its own zone did not answer

        [[nodiscard]] bool asked_for(dns::RRType family) const
        {
            return family == dns::RRType::a ? asked_for_a : asked_for_aaaa;
        }
        void note_asked_for(dns::RRType family) { (family == dns::RRType::a ? asked_for_a : asked_for_aaaa) = true; }
        bool operator==(const Server&) const = default;
    };

    dns::Name zone;
    std::vector<Server> servers;
    Route route = Route::iterate;
    std::uint16_t port = 53;
    bool configured = false;  ///< the operator wrote these servers: asked at whatever address they have
    Known known = Known::configured;
    bool no_ipv4 = false;  ///< this host has no route or socket for the family
    bool no_ipv6 = false;
    bool glue_from_above_used = false;  ///< of delegations above this one
    bool hopeful = false;               ///< servers that were asked a moment ago may still answer
    bool parent_asked = false;          ///< whether it still delegates the zone, in this resolution
    bool withdrawn = false;             ///< the parent does not delegate the zone any more
    std::vector<Endpoint> excluded;     ///< gave data that did not validate: not asked again in this resolution

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
