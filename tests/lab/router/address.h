// SPDX-License-Identifier: EUPL-1.2
// IP addresses and prefixes of both families as one 16-octet value (IPv4 as ::ffff:a.b.c.d), so that one table
// serves both. Used by everything in the router; knows nothing of packets or sockets.
#pragma once

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace rw::lab
{

struct Address {
    std::array<std::uint8_t, 16> octets{};

    [[nodiscard]] bool is_v4() const
    {
        static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        return std::memcmp(octets.data(), kMapped.data(), kMapped.size()) == 0;
    }

    static Address from_v4(const std::uint8_t* four)
    {
        Address address;
        address.octets[10] = 0xff;
        address.octets[11] = 0xff;
        std::memcpy(address.octets.data() + 12, four, 4);
        return address;
    }

    static Address from_v6(const std::uint8_t* sixteen)
    {
        Address address;
        std::memcpy(address.octets.data(), sixteen, 16);
        return address;
    }

    static std::optional<Address> parse(std::string_view text)
    {
        const std::string copy(text);
        std::array<std::uint8_t, 16> raw{};
        if (inet_pton(AF_INET, copy.c_str(), raw.data()) == 1) {
            return from_v4(raw.data());
        }
        if (inet_pton(AF_INET6, copy.c_str(), raw.data()) == 1) {
            return from_v6(raw.data());
        }
        return std::nullopt;
    }

    [[nodiscard]] std::string text() const
    {
        std::array<char, INET6_ADDRSTRLEN> buffer{};
        if (is_v4()) {
            inet_ntop(AF_INET, octets.data() + 12, buffer.data(), buffer.size());
        } else {
            inet_ntop(AF_INET6, octets.data(), buffer.data(), buffer.size());
        }
        return buffer.data();
    }

    bool operator==(const Address&) const = default;
};

struct AddressHash {
    std::size_t operator()(const Address& address) const
    {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        std::memcpy(&high, address.octets.data(), 8);
        std::memcpy(&low, address.octets.data() + 8, 8);
        // A lab's own addresses only: no keyed hash needed, just mixing.
        return static_cast<std::size_t>((high * 0x9e3779b97f4a7c15ULL) ^ (low * 0xc2b2ae3d27d4eb4fULL));
    }
};

struct Prefix {
    Address base;
    unsigned bits = 128;  // counted in the 128-bit form: an IPv4 /24 is 120

    static std::optional<Prefix> parse(std::string_view text)
    {
        const auto slash = text.find('/');
        const auto base = Address::parse(text.substr(0, slash));
        if (!base) {
            return std::nullopt;
        }
        Prefix prefix{.base = *base, .bits = 128};
        if (slash != std::string_view::npos) {
            unsigned length = 0;
            const std::string_view digits = text.substr(slash + 1);
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
            const unsigned most = base->is_v4() ? 32 : 128;
            if (error != std::errc{} || end != digits.data() + digits.size() || length > most) {
                return std::nullopt;
            }
            prefix.bits = length + (128 - most);
        }
        return prefix;
    }

    [[nodiscard]] bool contains(const Address& address) const
    {
        const std::size_t whole = bits / 8;
        if (std::memcmp(base.octets.data(), address.octets.data(), whole) != 0) {
            return false;
        }
        const unsigned rest = bits % 8;
        if (rest == 0) {
            return true;
        }
        const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
        return (base.octets[whole] & mask) == (address.octets[whole] & mask);
    }

    bool operator==(const Prefix&) const = default;
};

}  // namespace rw::lab
