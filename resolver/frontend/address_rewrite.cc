// SPDX-License-Identifier: EUPL-1.2
// Moving addresses.
#include "resolver/frontend/address_rewrite.h"

#include <algorithm>

#include "resolver/dns/message_view.h"

namespace rw::frontend
{

bool AddressRewrite::move(std::span<std::uint8_t> address) const
{
    const IpAddress found = IpAddress::from_octets(address);
    const auto rule = std::ranges::find_if(
        rules_, [&](const config::RewriteSettings& candidate) { return candidate.from.contains(found); });
    if (rule == rules_.end())
        return false;
    const Octets target = rule->to.address.octets();
    for (std::size_t bit = 0; bit < rule->to.length; bit += 8) {
        const std::size_t octet = bit / 8;
        const unsigned bits = std::min<unsigned>(8, rule->to.length - static_cast<unsigned>(bit));
        const auto mask = static_cast<std::uint8_t>(0xffU << (8 - bits));
        address[octet] = static_cast<std::uint8_t>((target[octet] & mask) | (address[octet] & ~mask));
    }
    return true;
}

void AddressRewrite::apply(std::span<std::uint8_t> message) const
{
    const auto view = dns::MessageView::parse(message);
    if (!view)
        return;
    bool changed = false;
    for (const dns::Section section : {dns::Section::answer, dns::Section::additional}) {
        for (const dns::RrView& record : view->records(section)) {
            const bool address = (record.type == dns::RRType::a && record.rdata_size == 4) ||
                                 (record.type == dns::RRType::aaaa && record.rdata_size == 16);
            if (address)
                changed |= move(message.subspan(record.rdata_offset, record.rdata_size));
        }
    }
    if (changed)
        store_u16(&message[2], load_u16(&message[2]) & static_cast<std::uint16_t>(~dns::Header::ad));
}

}  // namespace rw::frontend
