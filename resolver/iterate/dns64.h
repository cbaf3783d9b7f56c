// SPDX-License-Identifier: EUPL-1.2
// DNS64 (RFC 6147): AAAA records for names that have only A records, and the way back for reverse look-ups. Addresses
// are embedded as RFC 6052 §2.2 says. Pure: who resolves both types calls it.
#pragma once

#include <array>
#include <optional>

#include "config/settings.h"
#include "resolver/iterate/outcome.h"

namespace rw::iterate
{

class Dns64
{
 public:
    explicit Dns64(const config::Dns64Settings& settings) : prefix_(settings.prefix) {}

    /// Whether AAAA records are to be made: `outcome` of a question for AAAA has none that count (RFC 6147 §5.1.1,
    /// §5.1.4), or the servers failed for another reason than data that does not validate (§5.1.2, §5.1.3).
    [[nodiscard]] bool wants_synthesis(const Outcome& outcome) const;
    /// The records at the end of `with_a`, the outcome for type A of the same name, as AAAA. `without` bounds the TTL
    /// (§5.1.7). Nothing when there is no address that may be embedded.
    [[nodiscard]] std::optional<Outcome> synthesise(const Outcome& without, const Outcome& with_a) const;

    /// For a reverse name of an address below the prefix: the reverse name of the IPv4 address in it (§5.3.1).
    [[nodiscard]] std::optional<dns::Name> ipv4_reverse(const dns::Name& name) const;

    /// `ipv4` inside the prefix (RFC 6052 §2.2).
    [[nodiscard]] std::array<std::uint8_t, 16> embed(Octets ipv4) const;
    /// Whether an AAAA record counts as none: an IPv4-mapped address (§5.1.4).
    [[nodiscard]] static bool is_excluded(Octets ipv6);

 private:
    [[nodiscard]] bool may_embed(const IpAddress& ipv4) const;
    /// Octets of the address that hold the IPv4 address, in order: octet 8 is left out (RFC 6052 §2.2).
    [[nodiscard]] std::array<std::size_t, 4> places() const;

    Prefix prefix_;
};

}  // namespace rw::iterate
