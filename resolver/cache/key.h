// SPDX-License-Identifier: EUPL-1.2
// Keys of everything that is cached: what kind of thing, for which name (case does not count, RFC 4343), for which
// type. A key is made once for a query and carries its keyed hash, so that the in-flight table can use the same one.
// Fixed storage, no allocation; the part behind the name is zero up to the next word so that keys compare word by word.
#pragma once

#include <array>
#include <cstdint>

#include "resolver/base/octets.h"
#include "resolver/base/room.h"
#include "resolver/base/siphash.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::cache
{

/// What a key stands for. Kinds never see each other's entries: a delegation is no answer (RFC 2181 §5.4.1), and what
/// holds for every type of a name is no answer for some type that a client may ask for.
enum class Kind : std::uint8_t {
    answer = 1,      ///< for one type
    delegation = 2,  ///< under NS
    failure = 3,     ///< of one question
    denial = 4,      ///< the denials of a zone
    whole_name = 5,  ///< an answer for every type: the name is an alias, or does not exist
    dead_zone = 6,   ///< all servers of a zone have failed
    chain = 7,       ///< what the judge of keys stored for chains of trust
    recheck = 8,     ///< that a parent or name server was asked again a moment ago
};

class Key
{
 public:
    /// `secret` must be the one of the store that the key is used with.
    Key(const HashKey& secret, Kind kind, const dns::Name& name, dns::RRType type);

    /// Of a kind that is about a name as a whole: no type is part of it.
    Key(const HashKey& secret, Kind kind, const dns::Name& name) : Key(secret, kind, name, dns::RRType::none) {}

    /// The key of what holds for every type of the same name.
    [[nodiscard]] Key for_every_type(const HashKey& secret) const;

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] Kind kind() const { return static_cast<Kind>(octets()[0]); }
    [[nodiscard]] dns::RRType type() const { return dns::RRType{load_u16(&octets()[1])}; }
    /// Lower-case wire form; valid as long as the key.
    [[nodiscard]] Octets name_wire() const { return octets().subspan(name_at); }
    [[nodiscard]] dns::Name name() const { return dns::Name::from_wire(name_wire()).value_or(dns::Name{}); }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t word_count() const { return (size_ + 7U) / 8; }
    [[nodiscard]] const std::uint64_t* words() const { return words_.data(); }
    [[nodiscard]] Octets octets() const { return {reinterpret_cast<const std::uint8_t*>(words_.data()), size_}; }

    Key(const Key& other) { copy(other); }
    Key& operator=(const Key& other)
    {
        if (this != &other)
            copy(other);
        return *this;
    }
    ~Key() = default;
    /// For tables: the hash is made already.
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept { return key.hash(); }
    };
    bool operator==(const Key& other) const { return hash_ == other.hash_ && equal(octets(), other.octets()); }

    /// kind (1), type (2), then the name.
    static constexpr std::size_t name_at = 3;
    static constexpr std::size_t max_octets = name_at + dns::max_name_octets;
    static constexpr std::size_t max_words = (max_octets + 7) / 8;

 private:
    void copy(const Key& other);

    std::uint64_t hash_ = 0;
    std::uint16_t size_ = 0;
    Room<std::uint64_t, max_words> words_;  // only word_count() of them are ever written or read
};

}  // namespace rw::cache
