// SPDX-License-Identifier: EUPL-1.2
// Facts of trust anchors.
#include "resolver/dnssec/trust_anchor.h"

#include <fmt/format.h>

#include "resolver/dnssec/dnskey.h"
#include "resolver/dnssec/encoding.h"

namespace rw::dnssec
{

using dns::RRType;

std::uint16_t TrustAnchor::key_tag() const
{
    return type == RRType::ds ? load_u16(rdata.data()) : dnssec::key_tag(rdata);
}

std::uint8_t TrustAnchor::algorithm() const
{
    return type == RRType::ds ? rdata[2] : rdata[3];
}

std::string TrustAnchor::to_string() const
{
    const Octets tail = Octets(rdata).subspan(4);
    return fmt::format("{} {} {} {} {} {}", owner.to_string(), dns::type_name(type), load_u16(rdata.data()), rdata[2],
                       rdata[3], type == RRType::ds ? encode_hex(tail) : encode_base64(tail));
}

}  // namespace rw::dnssec
