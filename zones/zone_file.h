// SPDX-License-Identifier: EUPL-1.2
// Zone files (RFC 1035 §5) to Zone and back. The reader takes hostile text: bounded size, bounded records, no $INCLUDE,
// an error with its line for everything it does not understand. Called by verify, delta and the recorder.
#pragma once

#include <string>
#include <string_view>

#include "zones/zone.h"

namespace rw::zones
{

[[nodiscard]] Result<Zone> read_zone(std::string_view text, const dns::Name& apex = dns::Name());
/// Whether `text` is no zone file at all: the first thing in it, besides directives and comments, is no record. Looks at
/// the first MiB.
[[nodiscard]] bool is_no_zone_file(std::string_view text, const dns::Name& apex = dns::Name());
/// The text of a zone file, which may be packed (unpack.h).
[[nodiscard]] Result<std::string> read_zone_text(const std::string& path);
[[nodiscard]] Result<Zone> read_zone_file(const std::string& path, const dns::Name& apex = dns::Name());

/// The canonical text of a zone: one record a line, "owner TTL IN TYPE RDATA" with tabs between, in canonical order.
/// Its SHA-256 names the zone in the store and in the audit log; reading it gives the same zone and the same text.
[[nodiscard]] std::string canonical_text(const Zone& zone);

}  // namespace rw::zones
