// SPDX-License-Identifier: EUPL-1.2
// Type bit maps.
#include "resolver/dnssec/type_bitmap.h"

#include <bit>

namespace rw::dnssec
{

std::optional<TypeBitmap> TypeBitmap::parse(Octets octets)
{
    constexpr std::size_t max_window_octets = 32;
    OctetReader reader(octets);
    int previous = -1;
    while (!reader.at_end()) {
        const int window = reader.u8();
        const std::size_t size = reader.u8();
        reader.octets(size);
        if (!reader.ok() || size == 0 || size > max_window_octets || window <= previous)
            return std::nullopt;
        previous = window;
    }
    return TypeBitmap(octets);
}

bool TypeBitmap::contains(dns::RRType type) const
{
    const auto number = static_cast<std::uint16_t>(type);
    const std::size_t octet = (number & 0xff) / 8;
    OctetReader reader(octets_);
    while (!reader.at_end()) {
        const std::uint8_t window = reader.u8();
        const Octets bits = reader.octets(reader.u8());
        if (window == number >> 8)
            return octet < bits.size() && (bits[octet] & 0x80 >> (number & 7)) != 0;
    }
    return false;
}

bool TypeBitmap::only_denial_types() const
{
    int types = 0;
    OctetReader reader(octets_);
    while (!reader.at_end()) {
        reader.u8();
        for (const std::uint8_t octet : reader.octets(reader.u8()))
            types += std::popcount(octet);
    }
    return types == (contains(dns::RRType::rrsig) ? 1 : 0) + (contains(dns::RRType::nsec) ? 1 : 0);
}

}  // namespace rw::dnssec
