// SPDX-License-Identifier: EUPL-1.2
// The steps of one validation, written down for `rootwardctl explain` and for tests: which RRset was judged with which
// key or proof, and what came of it. Not kept in normal operation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "resolver/cache/entry.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::validate
{

struct JournalStep {
    enum class What : std::uint8_t { anchor, ds, dnskey, rrset, denial };
    What what = What::rrset;
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    dns::Name zone;             ///< whose keys were used
    std::uint16_t key_tag = 0;  ///< 0 when no signature was looked at
    std::uint8_t algorithm = 0;
    cache::Security security = cache::Security::indeterminate;
    std::string sentence;  ///< why it is not secure, or what was proven
};

using Journal = std::vector<JournalStep>;

}  // namespace rw::validate
