// SPDX-License-Identifier: EUPL-1.2
// DNSKEY records.
#include "resolver/dnssec/dnskey.h"

namespace rw::dnssec
{

std::uint16_t key_tag(Octets dnskey_rdata)
{
    std::uint32_t sum = 0;  // at most 32,768 x 65,280 + 32,767 x 255: fits
    for (std::size_t i = 0; i < dnskey_rdata.size(); ++i)
        sum += (i & 1) != 0 ? dnskey_rdata[i] : std::uint32_t{dnskey_rdata[i]} << 8;
    sum += sum >> 16;
    return static_cast<std::uint16_t>(sum);
}

std::optional<Dnskey> Dnskey::parse(Octets rdata)
{
    constexpr std::size_t fixed_octets = 4;
    if (rdata.size() <= fixed_octets)
        return std::nullopt;
    OctetReader reader(rdata);
    Dnskey key;
    key.flags = reader.u16();
    key.protocol = reader.u8();
    key.algorithm = reader.u8();
    key.key = reader.rest();
    key.tag = key_tag(rdata);
    return key;
}

}  // namespace rw::dnssec
