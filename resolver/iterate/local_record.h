// SPDX-License-Identifier: EUPL-1.2
// Records of local zones as an operator writes them. Pure.
#pragma once

#include <string_view>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::iterate
{

struct LocalRecord {
    dns::Name owner;
    dns::RRType type = dns::RRType::none;
    std::uint32_t ttl = 0;
    OctetBuffer rdata;
};

/// Reads "NAME [TTL] [IN] TYPE RDATA" of the zone at `apex`. "@" is the apex; a single label without a final dot is
/// below it. The error says what is wrong and how to write it.
[[nodiscard]] Result<LocalRecord> read_local_record(std::string_view text, const dns::Name& apex);

}  // namespace rw::iterate
