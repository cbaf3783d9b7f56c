// SPDX-License-Identifier: EUPL-1.2
// Making cache keys.
#include "resolver/cache/key.h"

#include <cstring>

namespace rw::cache
{

Key::Key(const HashKey& secret, Kind kind, const dns::Name& name, dns::RRType type)
    : size_(static_cast<std::uint16_t>(name_at + name.size()))
{
    auto* octets = reinterpret_cast<std::uint8_t*>(words_.data());
    const std::size_t words = word_count();
    words_[0] = 0;
    words_[words - 1] = 0;
    std::memcpy(octets + name_at, name.wire().data(), name.size());
    for (std::size_t i = 0; i < words; ++i)
        words_[i] = dns::lower_octets(words_[i]);
    octets[0] = static_cast<std::uint8_t>(kind);
    store_u16(octets + 1, static_cast<std::uint16_t>(type));
    hash_ = siphash(secret, this->octets());
}

Key Key::for_every_type(const HashKey& secret) const
{
    Key key(*this);
    auto* octets = reinterpret_cast<std::uint8_t*>(key.words_.data());
    octets[0] = static_cast<std::uint8_t>(Kind::whole_name);
    store_u16(octets + 1, 0);
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
