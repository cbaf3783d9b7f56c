// SPDX-License-Identifier: EUPL-1.2
// Addresses by their kind (RFC 6890, RFC 4291 §2.4).
#include "config/check_address.h"

#include <fmt/format.h>

namespace rw::config
{

namespace
{

bool is_multicast(const IpAddress& address)
{
    const std::uint8_t first = address.octets()[0];
    return address.is_v4() ? (first & 0xf0U) == 0xe0 : first == 0xff;
}

bool is_broadcast(const IpAddress& address)
{
    return address == IpAddress::v4(0xffffffff);
}

/// fe80::/10: means a host only together with an interface (RFC 4007 §6).
bool needs_interface(const IpAddress& address)
{
    const Octets octets = address.octets();
    return !address.is_v4() && octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80 && address.scope() == 0;
}

}  // namespace

std::optional<std::string> unfit(const IpAddress& address, AddressUse use)
{
    const std::string text = address.to_string();
    if (is_multicast(address) || is_broadcast(address))
        return fmt::format("{} is the address of no host", text);
    if (needs_interface(address))
        return fmt::format("a link-local address needs its interface: write {}%eth0 with the interface's name", text);
    if (!address.is_unspecified() || use == AddressUse::listen)
        return std::nullopt;
    if (use == AddressUse::send_from)
        return fmt::format("{} lets the system choose; that is what an empty list does, leave it out", text);
    return fmt::format("{} is the address of no host; write that of the server", text);
}

void check_servers(Findings& findings, std::string_view name, const std::vector<ServerAddress>& servers)
{
    for (std::size_t i = 0; i < servers.size(); ++i) {
        if (auto why = unfit(servers[i].address, AddressUse::ask))
            findings.add(fmt::format("{}[{}]", name, i), std::move(*why));
    }
}

}  // namespace rw::config
