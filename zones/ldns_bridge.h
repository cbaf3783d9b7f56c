// SPDX-License-Identifier: EUPL-1.2
// The one place where zones/ calls ldns: presentation form of the RR types that a root zone does not have today. No
// ldns type in any signature.
#pragma once

#include "zones/rdata_text.h"

namespace rw::zones
{

/// As read_rdata; error for types that ldns does not know.
[[nodiscard]] Result<void> ldns_read_rdata(dns::RRType type, std::span<const Word> words, const dns::Name& origin,
                                           OctetBuffer& out);

/// Empty when ldns cannot print it.
[[nodiscard]] std::string ldns_rdata_text(dns::RRType type, Octets rdata);

}  // namespace rw::zones
