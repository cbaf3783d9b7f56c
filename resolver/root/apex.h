// SPDX-License-Identifier: EUPL-1.2
// What a root server says about the root's own records, picked out of its response: SOA, ZONEMD, DNSKEY and NS at the
// apex with their signatures, and the NSID. Pure and bounded: every octet of it comes from the network. Used by priming
// and monitor; judges nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"

namespace rw::root
{

/// Records and signatures of one apex RRset that are looked at: the largest honest one is NS with 13 and one signature,
/// or DNSKEY in a roll with 6 and 3. Attack: a response full of keys or signatures (KeyTrap).
inline constexpr std::size_t max_apex_records = 32;
inline constexpr std::size_t max_apex_signatures = 8;
/// Octets of an NSID that are kept; those of root servers have up to 30. Attack: 64 KiB of it in every table and log.
inline constexpr std::size_t max_nsid_octets = 64;

/// The RRset of the root and `type` in the answer section; nothing when it is absent or malformed.
[[nodiscard]] std::optional<dns::RRset> apex_rrset(const dns::MessageView& response, dns::RRType type);

/// Serial of an SOA RDATA.
[[nodiscard]] std::optional<std::uint32_t> soa_serial(Octets rdata);

/// One ZONEMD record (RFC 8976 §2.2).
struct Zonemd {
    std::uint32_t serial = 0;
    std::uint8_t scheme = 0;
    std::uint8_t hash = 0;
    OctetBuffer digest;
    bool operator==(const Zonemd&) const = default;
};
[[nodiscard]] std::vector<Zonemd> read_zonemd(const dns::RRset& rrset);

/// The NSID (RFC 5001), the first if there are several, cut to max_nsid_octets, as text: printable ASCII as it is,
/// other octets and the backslash as \DDD. Nothing when the server gave none. It is a hint of the instance: nobody
/// signs it.
[[nodiscard]] std::optional<std::string> nsid_of(const dns::MessageView& response);

}  // namespace rw::root
