// SPDX-License-Identifier: EUPL-1.2
// A delegation as the parent gave it: who serves a zone and where. Parent-centric: data from the child never changes
// it.
#pragma once

#include <cstdint>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrset.h"

namespace rw::iterate
{

struct NameServer {
    dns::Name name;
    std::vector<IpAddress> addresses;  ///< glue, or what a look-up found
    bool looked_up = false;            ///< its addresses have been asked for in this resolution
};

/// What the parent says about DNSSEC below the cut.
enum class DsState : std::uint8_t {
    unknown,  ///< neither DS nor a proof came with the referral
    present,  ///< `ds` holds them
    absent,   ///< `denial` holds NSEC or NSEC3 that may prove it
};

enum class Route : std::uint8_t {
    iterate,  ///< authoritative servers, found by referral, hints or a stub zone
    forward,  ///< a recursive resolver: asked with RD, its answers are final
};

struct Delegation {
    dns::Name zone;
    std::vector<NameServer> servers;
    std::uint32_t ttl = 0;  ///< seconds the parent grants (its lease)
    Route route = Route::iterate;
    std::uint16_t port = 53;
    DsState ds_state = DsState::unknown;
    dns::RRset ds;                   ///< with signatures
    std::vector<dns::RRset> denial;  ///< with signatures
};

}  // namespace rw::iterate
