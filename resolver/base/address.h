// SPDX-License-Identifier: EUPL-1.2
// IP addresses, endpoints and prefixes as values. No sockets here.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/base/octets.h"

struct sockaddr;
struct sockaddr_storage;

namespace rw
{

struct HashKey;

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// An IPv4 or IPv6 address. IPv4 uses the first 4 octets. `scope` is the interface index of a link-local IPv6 address.
class IpAddress
{
 public:
    IpAddress() = default;
    static IpAddress v4(std::uint32_t host_order);
    static IpAddress from_octets(Octets octets);  ///< 4 or 16 octets; anything else gives 0.0.0.0
    /// Presentation form of either family, "fe80::1%eth0" or "%2" included. Nothing for anything else.
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] Family family() const { return family_; }
    [[nodiscard]] bool is_v4() const { return family_ == Family::ipv4; }
    [[nodiscard]] Octets octets() const { return {octets_.data(), is_v4() ? std::size_t{4} : std::size_t{16}}; }
    [[nodiscard]] std::uint32_t scope() const { return scope_; }
    [[nodiscard]] IpAddress with_scope(std::uint32_t scope) const;  ///< of an IPv4 address: the same address
    [[nodiscard]] std::string to_string() const;                    ///< RFC 5952
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] bool is_unspecified() const;

    auto operator<=>(const IpAddress&) const = default;

 private:
    std::array<std::uint8_t, 16> octets_{};
    std::uint32_t scope_ = 0;
    Family family_ = Family::ipv4;
};

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    [[nodiscard]] std::string to_string() const;  ///< "192.0.2.1:53", "[2001:db8::1]:53"
    /// Fills `storage`; gives its length in octets.
    [[nodiscard]] unsigned to_sockaddr(sockaddr_storage& storage) const;
    static Endpoint from_sockaddr(const sockaddr& from);

    auto operator<=>(const Endpoint&) const = default;
};

/// A network: address and length in bits. Host bits are cleared on parsing.
struct Prefix {
    IpAddress address;
    std::uint8_t length = 0;

    static std::optional<Prefix> parse(std::string_view text);  ///< "10.0.0.0/8"; without a length the whole address
    [[nodiscard]] bool contains(const IpAddress& candidate) const;
    [[nodiscard]] std::string to_string() const;

    auto operator<=>(const Prefix&) const = default;
};

/// For tables (keyed_table.h).
[[nodiscard]] std::uint64_t keyed_hash(const HashKey& key, const IpAddress& address);
[[nodiscard]] std::uint64_t keyed_hash(const HashKey& key, const Endpoint& endpoint);

}  // namespace rw
