// SPDX-License-Identifier: EUPL-1.2
// Addresses to and from text and socket addresses.
#include "resolver/base/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "resolver/base/siphash.h"

namespace rw
{

namespace
{

template <class Number>
std::optional<Number> number(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::uint32_t> parse_scope(std::string_view text)
{
    if (const auto index = number<std::uint32_t>(text))
        return index;
    const unsigned index = if_nametoindex(std::string(text).c_str());
    if (index == 0)
        return std::nullopt;
    return index;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order)
{
    IpAddress address;
    store_u32(address.octets_.data(), host_order);
    return address;
}

IpAddress IpAddress::from_octets(Octets octets)
{
    IpAddress address;
    if (octets.size() == 4 || octets.size() == 16) {
        address.family_ = octets.size() == 4 ? Family::ipv4 : Family::ipv6;
        std::ranges::copy(octets, address.octets_.begin());
    }
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    std::uint32_t scope = 0;
    if (const auto percent = text.find('%'); percent != std::string_view::npos) {
        const auto index = parse_scope(text.substr(percent + 1));
        if (!index)
            return std::nullopt;
        scope = *index;
        text = text.substr(0, percent);
    }
    if (text.size() >= INET6_ADDRSTRLEN)
        return std::nullopt;
    const std::string copy(text);
    IpAddress address;
    if (scope == 0 && inet_pton(AF_INET, copy.c_str(), address.octets_.data()) == 1)
        return address;
    if (inet_pton(AF_INET6, copy.c_str(), address.octets_.data()) != 1)
        return std::nullopt;
    address.family_ = Family::ipv6;
    address.scope_ = scope;
    return address;
}

IpAddress IpAddress::with_scope(std::uint32_t scope) const
{
    IpAddress address = *this;
    address.scope_ = is_v4() ? 0 : scope;
    return address;
}

std::string IpAddress::to_string() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), text.data(), text.size());
    return scope_ == 0 ? std::string(text.data()) : fmt::format("{}%{}", text.data(), scope_);
}

bool IpAddress::is_loopback() const
{
    if (is_v4())
        return octets_[0] == 127;
    static constexpr std::array<std::uint8_t, 16> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return octets_ == loopback;
}

bool IpAddress::is_unspecified() const
{
    return std::ranges::all_of(octets(), [](std::uint8_t octet) { return octet == 0; });
}

std::string Endpoint::to_string() const
{
    return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port)
                           : fmt::format("[{}]:{}", address.to_string(), port);
}

unsigned Endpoint::to_sockaddr(sockaddr_storage& storage) const
{
    std::memset(&storage, 0, sizeof storage);
    const Octets octets = address.octets();
    if (address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, octets.data(), octets.size());
        std::memcpy(&storage, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_scope_id = address.scope();
    std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
    std::memcpy(&storage, &v6, sizeof v6);
    return sizeof v6;
}

Endpoint Endpoint::from_sockaddr(const sockaddr& from)
{
    Endpoint endpoint;
    if (from.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        endpoint.address = IpAddress::v4(ntohl(v4.sin_addr.s_addr));
        endpoint.port = ntohs(v4.sin_port);
    } else if (from.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &from, sizeof v6);
        // The kernel gives a scope with link-local addresses only; a reply finds its way back through it alone.
        endpoint.address = IpAddress::from_octets({v6.sin6_addr.s6_addr, 16}).with_scope(v6.sin6_scope_id);
        endpoint.port = ntohs(v6.sin6_port);
    }
    return endpoint;
}

std::optional<Prefix> Prefix::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    const auto width = static_cast<std::uint8_t>(address->octets().size() * 8);
    const auto length = slash == std::string_view::npos ? width : number<std::uint8_t>(text.substr(slash + 1));
    if (!length || *length > width)
        return std::nullopt;
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(address->octets(), octets.begin());
    for (std::size_t bit = *length; bit < width; ++bit)
        octets[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    return Prefix{IpAddress::from_octets({octets.data(), address->octets().size()}), *length};
}

bool Prefix::contains(const IpAddress& candidate) const
{
    if (candidate.family() != address.family())
        return false;
    const Octets mine = address.octets();
    const Octets theirs = candidate.octets();
    const std::size_t whole = length / 8;
    if (!std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin()))
        return false;
    const unsigned rest = length % 8;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) >> (8 - rest)) == 0;
}

std::string Prefix::to_string() const
{
    return fmt::format("{}/{}", address.to_string(), length);
}

namespace
{

/// Everything that makes an endpoint differ from another, in one form for both families: 16 octets of address, then
/// port, scope and family.
std::array<std::uint64_t, 3> hashed(const IpAddress& address, std::uint16_t port)
{
    std::array<std::uint64_t, 3> words{};
    std::memcpy(words.data(), address.octets().data(), address.octets().size());
    words[2] = port | std::uint64_t{address.scope()} << 16 | static_cast<std::uint64_t>(address.family()) << 48;
    return words;
}

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, const IpAddress& address)
{
    return siphash(key, hashed(address, 0));
}

std::uint64_t keyed_hash(const HashKey& key, const Endpoint& endpoint)
{
    return siphash(key, hashed(endpoint.address, endpoint.port));
}

}  // namespace rw
