// SPDX-License-Identifier: EUPL-1.2
// Moving addresses.
#include "resolver/frontend/address_rewrite.h"

#include <algorithm>

#include "resolver/dns/message_view.h"

namespace rw::frontend
{

namespace
{

/// Calls `visit` for each address in the RDATA of an SVCB or HTTPS record: clients connect to hints as to addresses
/// (RFC 9460 §7.3). Stops where the RDATA is not whole.
template <class Visit>
void for_each_hint(std::span<std::uint8_t> rdata, Visit&& visit)
{
    constexpr std::uint16_t ipv4hint = 4, ipv6hint = 6;
    std::size_t at = 2;                          // behind SvcPriority
    while (at < rdata.size() && rdata[at] != 0)  // TargetName is not compressed (§2.2)
        at += rdata[at] + 1U;
    ++at;
    while (at + 4 <= rdata.size()) {
        const std::uint16_t key = load_u16(&rdata[at]);
        const std::size_t size = load_u16(&rdata[at + 2]);
        at += 4;
        if (size > rdata.size() - at)
            return;
        const std::size_t width = key == ipv4hint ? 4U : 16U;
        for (std::size_t i = 0; (key == ipv4hint || key == ipv6hint) && i + width <= size; i += width)
            visit(rdata.subspan(at + i, width));
        at += size;
    }
}

}  // namespace

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
            const std::span<std::uint8_t> rdata = message.subspan(record.rdata_offset, record.rdata_size);
            if (address)
                changed |= move(rdata);
            else if (record.type == dns::RRType::svcb || record.type == dns::RRType::https)
                for_each_hint(rdata, [&](std::span<std::uint8_t> hint) { changed |= move(hint); });
        }
    }
    if (changed)
        store_u16(&message[2], load_u16(&message[2]) & static_cast<std::uint16_t>(~dns::Header::ad));
}

}  // namespace rw::frontend
