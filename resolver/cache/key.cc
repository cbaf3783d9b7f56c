// SPDX-License-Identifier: EUPL-1.2
// Making cache keys.
#include "resolver/cache/key.h"

#include <cstring>

namespace rw::cache
{

namespace
{

/// Turns A to Z in each of the eight octets to lower case. Length octets are at most 63 and stay.
std::uint64_t lower_octets(std::uint64_t word)
{
    constexpr std::uint64_t each = 0x0101010101010101ULL;
    const std::uint64_t low_bits = word & 0x7f * each;
    const std::uint64_t from_a = low_bits + (0x80 - 'A') * each;   // top bit set: 'A' or above
    const std::uint64_t above_z = low_bits + (0x7f - 'Z') * each;  // top bit set: above 'Z'
    const std::uint64_t upper = (from_a ^ above_z) & ~word & 0x80 * each;
    return word | upper >> 2;
}

}  // namespace

Key::Key(const HashKey& secret, Kind kind, const dns::Name& name, dns::RRType type)
    : size_(static_cast<std::uint16_t>(name_at + name.size()))
{
    auto* octets = reinterpret_cast<std::uint8_t*>(words_.data());
    const std::size_t words = word_count();
    words_[0] = 0;
    words_[words - 1] = 0;
    std::memcpy(octets + name_at, name.wire().data(), name.size());
    for (std::size_t i = 0; i < words; ++i)
        words_[i] = lower_octets(words_[i]);
    octets[0] = static_cast<std::uint8_t>(kind);
    store_u16(octets + 1, static_cast<std::uint16_t>(type));
    hash_ = siphash(secret, this->octets());
}

Key Key::with_type(const HashKey& secret, dns::RRType type) const
{
    Key key(*this);
    store_u16(reinterpret_cast<std::uint8_t*>(key.words_.data()) + 1, static_cast<std::uint16_t>(type));
    key.hash_ = siphash(secret, key.octets());
    return key;
}

void Key::copy(const Key& other)
{
    hash_ = other.hash_;
    size_ = other.size_;
    std::memcpy(words_.data(), other.words_.data(), other.word_count() * sizeof(std::uint64_t));
}

}  // namespace rw::cache
