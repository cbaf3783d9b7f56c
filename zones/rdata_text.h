// SPDX-License-Identifier: EUPL-1.2
// RDATA between presentation form and wire form. One table of fields serves reading and writing for the types a root
// zone has; ldns does the rest (ldns_bridge.h). Written form is the one of interface.md: names absolute, addresses as
// RFC 5952, hex in upper case, base64 unbroken.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "resolver/base/result.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::zones
{

/// A word of a zone file. The text is raw: escapes are not yet read.
struct Word {
    std::string_view text;
    bool quoted = false;
};

/// A name in a zone file: absolute, relative to `origin`, or "@".
[[nodiscard]] Result<dns::Name> read_name(std::string_view text, const dns::Name& origin);

/// At most 40 characters of hostile text for a message: what is not printable ASCII becomes '?'.
[[nodiscard]] std::string shown(std::string_view text);

/// Decimal seconds, or with the units s m h d w that zone files commonly have ("1d12h").
[[nodiscard]] std::optional<std::uint32_t> read_seconds(std::string_view text, std::uint32_t largest);

/// Whether a library reads and prints the type, not a table of ours: some 10 us per record.
[[nodiscard]] bool needs_library(dns::RRType type);

/// Puts the RDATA that `words` spell into `out` (cleared first), at most 65,535 octets.
[[nodiscard]] Result<void> read_rdata(dns::RRType type, std::span<const Word> words, const dns::Name& origin,
                                      OctetBuffer& out);

/// Appends RDATA in presentation form; types without one of ours, and what does not fit its type, as RFC 3597 \# form.
/// Independent of any library's version: this is the form that is hashed and stored.
void append_stable_rdata(dns::RRType type, Octets rdata, std::string& out);

/// RDATA for people and JSON: as append_stable_rdata, but with ldns's form for types that are not in our table.
[[nodiscard]] std::string rdata_text(dns::RRType type, Octets rdata);

/// Appends the name that `wire` is (uncompressed), in presentation form with the final dot.
void append_name(Octets wire, std::string& out);

}  // namespace rw::zones
