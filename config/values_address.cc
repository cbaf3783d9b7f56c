// SPDX-License-Identifier: EUPL-1.2
// Reading addresses, endpoints and prefixes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/values.h"

namespace rw::config
{

namespace
{

/// The port after "address:" or "[address]:"; the address part is cut out of `text`.
std::optional<std::uint16_t> take_port(std::string_view& text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::string_view digits = text.substr(colon + 1);
    const auto port = read_whole_number(digits, 65535);
    const bool bracketed = text.starts_with('[') && colon >= 2 && text[colon - 1] == ']';
    const bool plain = text.find(':') == colon;
    if (!port || *port == 0 || (!bracketed && !plain))
        return std::nullopt;
    text = bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
    return static_cast<std::uint16_t>(*port);
}

/// IPv4 in IPv6 (RFC 4291 §2.5.5.2). Sockets here speak one family each, so that no packet ever carries such an
/// address.
bool is_mapped(const IpAddress& address)
{
    static constexpr std::array<std::uint8_t, 12> head{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return !address.is_v4() && std::ranges::equal(address.octets().first(12), head);
}

Result<void> refuse_mapped(const IpAddress& address)
{
    if (!is_mapped(address))
        return {};
    return failed(fmt::format("an IPv4 address in IPv6 form matches nothing; write {}",
                              IpAddress::from_octets(address.octets().last(4)).to_string()));
}

/// "localhost" with what follows it, as an address; for messages.
std::optional<std::string> without_localhost(std::string_view text)
{
    constexpr std::string_view name = "localhost";
    if (!text.starts_with(name) || (text.size() > name.size() && text[name.size()] != ':'))
        return std::nullopt;
    return "127.0.0.1" + std::string(text.substr(name.size()));
}

Error expected_address(std::string_view form, std::string_view text)
{
    if (const auto address = without_localhost(text))
        return {fmt::format("names are not looked up; write {}", *address)};
    const bool link_local = text.find('%') != std::string_view::npos;
    return {fmt::format("expected {}{}", form, link_local ? "; no interface has the name behind the %" : "")};
}

}  // namespace

Result<void> read_value(std::string_view text, const Origin&, IpAddress& out)
{
    const auto address = IpAddress::parse(text);
    if (!address)
        return std::unexpected(expected_address("an IPv4 or IPv6 address", text));
    out = *address;
    return refuse_mapped(out);
}

Result<void> read_value(std::string_view text, const Origin&, Endpoint& out)
{
    const std::string_view whole = text;
    const auto port = take_port(text);
    const auto address = IpAddress::parse(text);
    if (!port || !address)
        return std::unexpected(
            expected_address("an address and a port, such as 127.0.0.1:9153 or \"[::1]:9153\"", whole));
    out = Endpoint{*address, *port};
    return refuse_mapped(out.address);
}

Result<void> read_value(std::string_view text, const Origin&, Prefix& out)
{
    const auto prefix = Prefix::parse(text);
    if (!prefix)
        return failed("expected a prefix, such as 192.0.2.0/24 or \"2001:db8::/32\"");
    out = *prefix;
    if (prefix->length >= 96)
        return refuse_mapped(prefix->address);
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, ServerAddress& out)
{
    if (const auto address = IpAddress::parse(text)) {
        out = {*address, std::nullopt};
        return refuse_mapped(*address);
    }
    const std::string_view whole = text;
    const auto port = take_port(text);
    const auto address = IpAddress::parse(text);
    if (!port || !address)
        return std::unexpected(expected_address(
            "the address of a server, such as 192.0.2.1, 192.0.2.1:5353 or \"[2001:db8::1]:5353\"", whole));
    out = {*address, port};
    return refuse_mapped(out.address);
}

}  // namespace rw::config
