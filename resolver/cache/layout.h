// SPDX-License-Identifier: EUPL-1.2
// How the words of a shard are read: slots of the index, and the two words in front of each entry. Pure arithmetic, for
// Shard alone.
//
//   slot           fingerprint 16 | touched 1 | ring 1 | position 46; 0 when empty
//   entry, word 0  expires 32 | unused 3 | standing 4 | key octets 9 | value octets 16
//          word 1  root 32 | lineage 32
//          then the key and the value, each filled up to whole words
#pragma once

#include <cstdint>

#include "resolver/cache/ring.h"
#include "resolver/cache/store.h"

namespace rw::cache
{

enum class RingNumber : std::uint8_t { probation = 0, main = 1 };

struct Slot {
    std::uint16_t fingerprint;
    bool touched;
    RingNumber ring;
    Position position;

    static Slot decode(std::uint64_t word)
    {
        return {static_cast<std::uint16_t>(word >> 48), (word >> 47 & 1) != 0,
                (word >> 46 & 1) != 0 ? RingNumber::main : RingNumber::probation, word & position_mask};
    }
    [[nodiscard]] std::uint64_t encode() const
    {
        return std::uint64_t{fingerprint} << 48 | std::uint64_t{touched} << 47 |
               std::uint64_t{ring == RingNumber::main} << 46 | position;
    }
};

inline constexpr std::size_t header_words = 2;

inline std::uint64_t first_word(const ValueFacts& facts, std::size_t key_octets, std::size_t value_octets)
{
    return std::uint64_t{facts.expires} << 32 | std::uint64_t{facts.standing.bits()} << 25 |
           std::uint64_t{key_octets} << 16 | value_octets;
}
inline Seconds expires_of(std::uint64_t word)
{
    return static_cast<Seconds>(word >> 32);
}
inline Standing standing_of(std::uint64_t word)
{
    return Standing::from_bits(word >> 25 & 0xf);
}
inline std::size_t key_octets_of(std::uint64_t word)
{
    return word >> 16 & 0x1ff;
}
inline std::size_t value_octets_of(std::uint64_t word)
{
    return word & 0xffff;
}
constexpr std::size_t words_for(std::size_t octets)
{
    return (octets + 7) / 8;
}
inline std::size_t entry_words(std::size_t key_octets, std::size_t value_octets)
{
    return header_words + words_for(key_octets) + words_for(value_octets);
}
inline std::size_t entry_words(std::uint64_t word)
{
    return entry_words(key_octets_of(word), value_octets_of(word));
}

}  // namespace rw::cache
