// SPDX-License-Identifier: EUPL-1.2
// Tables whose keys come from outside: names, addresses, endpoints. With a hash that everybody can compute, whoever
// chooses the keys makes all of them share one bucket, and each look-up walks through it (Crosby and Wallach, "Denial of
// Service via Algorithmic Complexity Attacks", 2003). So these types have no std::hash, and a table of them cannot be made
// without a secret (tests/lint/keyed_table_lint.py sees to all other tables).
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "resolver/base/siphash.h"

namespace rw
{

[[nodiscard]] inline std::uint64_t keyed_hash(const HashKey& key, std::string_view octets)
{
    return siphash(key, octets_of(octets));
}

/// Calls keyed_hash(key, value), which stands beside each type.
class KeyedHash
{
 public:
    explicit KeyedHash(const HashKey& key) : key_(key) {}
    /// Not noexcept: then the library keeps each entry's hash beside it, and does not compute it again for every entry
    /// that it walks past.
    template <class T>
    std::size_t operator()(const T& value) const
    {
        return keyed_hash(key_, value);
    }

 private:
    HashKey key_;
};

template <class K, class V>
class KeyedMap : public std::unordered_map<K, V, KeyedHash>
{
 public:
    explicit KeyedMap(const HashKey& key) : std::unordered_map<K, V, KeyedHash>(0, KeyedHash(key)) {}
};

template <class K>
class KeyedSet : public std::unordered_set<K, KeyedHash>
{
 public:
    explicit KeyedSet(const HashKey& key) : std::unordered_set<K, KeyedHash>(0, KeyedHash(key)) {}
};

/// Of numbers that are keyed hashes already.
struct AlreadyKeyed {
    std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
};

}  // namespace rw
