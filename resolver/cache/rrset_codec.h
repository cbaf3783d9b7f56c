// SPDX-License-Identifier: EUPL-1.2
// RRsets as octets inside values of the store, for caches that give them back in owned form: delegations and chains of
// trust. Written and read by this process only.
//
//   owner | type (2) | TTL (4) | records | signatures | unchecked signatures, each: number (2) | each: size (2), RDATA
#pragma once

#include "resolver/base/octets.h"
#include "resolver/dns/rrset.h"

namespace rw::cache
{

void put_rrset(OctetBuffer& to, const dns::RRset& set);
/// How many octets put_rrset() adds.
[[nodiscard]] std::size_t octets_of(const dns::RRset& set);
[[nodiscard]] dns::RRset read_rrset(OctetReader& reader);
/// A whole name in wire form.
[[nodiscard]] dns::Name read_name(OctetReader& reader);

}  // namespace rw::cache
