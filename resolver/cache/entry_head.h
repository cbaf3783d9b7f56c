// SPDX-License-Identifier: EUPL-1.2
// The words in front of each entry of a ring, and how many words an entry takes. Used by Shard only.
//
//   word 0   expires 32 | - 3 | standing 4 | key octets 9 | value octets 16
//   word 1   root 32 | lineage 32
//   then the key and the value, each filled up to whole words
#pragma once

#include <cstddef>
#include <cstdint>

#include "resolver/cache/store.h"

namespace rw::cache
{

inline constexpr std::size_t header_words = 2;

inline std::uint64_t pack(const ValueFacts& facts, std::size_t key_octets, std::size_t value_octets)
{
    return std::uint64_t{facts.expires} << 32 | std::uint64_t{facts.standing & 0xfU} << 25 |
           std::uint64_t{key_octets} << 16 | value_octets;
}

inline Seconds expires_of(std::uint64_t word)
{
    return static_cast<Seconds>(word >> 32);
}

inline std::uint8_t standing_of(std::uint64_t word)
{
    return word >> 25 & 0xf;
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
