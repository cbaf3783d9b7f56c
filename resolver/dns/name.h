// SPDX-License-Identifier: EUPL-1.2
// Domain names in owned, uncompressed wire form (RFC 1035 §3.1). A `Name` is always valid: labels of 1 to 63 octets,
// the root label last, at most 255 octets. It keeps the case it was read with and compares without regard to it (RFC
// 4343). No allocation: the octets lie inside the object and copies move only those in use.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/base/octets.h"
#include "resolver/base/room.h"

namespace rw
{
struct HashKey;
}

namespace rw::dns
{

inline constexpr std::size_t max_name_octets = 255;
inline constexpr std::size_t max_label_octets = 63;

class Name
{
 public:
    /// The root.
    Name() { octets_[0] = 0; }
    Name(const Name& other) { copy(other); }
    Name& operator=(const Name& other)
    {
        if (this != &other)
            copy(other);
        return *this;
    }
    ~Name() = default;

    /// From uncompressed wire form that is exactly one name.
    static std::optional<Name> from_wire(Octets octets);
    /// From presentation form; a missing final dot is added. Escapes \. and \DDD are read (RFC 4343 §2.1).
    static std::optional<Name> parse(std::string_view text);

    /// Presentation form with the final dot, escapes where needed. "." for the root.
    [[nodiscard]] std::string to_string() const;

    /// Wire form including the root label; valid as long as the name.
    [[nodiscard]] Octets wire() const { return {octets_.data(), size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Labels without the root label: 0 for the root.
    [[nodiscard]] std::size_t label_count() const { return labels_; }
    [[nodiscard]] bool is_root() const { return labels_ == 0; }
    /// The leftmost label without its length octet; empty for the root.
    [[nodiscard]] Octets first_label() const { return {octets_.data() + 1, octets_[0]}; }
    [[nodiscard]] bool is_wildcard() const { return octets_[0] == 1 && octets_[1] == '*'; }

    /// Name without its leftmost label; the root stays the root.
    [[nodiscard]] Name parent() const { return is_root() ? *this : ancestor(label_count() - 1); }
    /// The `labels` rightmost labels; `labels` must not exceed label_count().
    [[nodiscard]] Name ancestor(std::size_t labels) const;
    /// `label` in front of this name; nothing when that is too long or the label empty or too long.
    [[nodiscard]] std::optional<Name> prepend(Octets label) const;
    /// "*." in front; nothing when too long.
    [[nodiscard]] std::optional<Name> wildcard() const { return prepend(octets_of("*")); }
    /// The part of this name below `from`, put on top of `to` (DNAME, RFC 6672 §2.2). This name must be below `from`.
    [[nodiscard]] std::optional<Name> rebase(const Name& from, const Name& to) const;
    [[nodiscard]] Name lowercase() const;

    /// Equal to `ancestor` or below it.
    [[nodiscard]] bool is_at_or_below(const Name& ancestor) const;
    [[nodiscard]] bool is_below(const Name& ancestor) const
    {
        return labels_ > ancestor.labels_ && is_at_or_below(ancestor);
    }
    /// Number of equal labels counted from the root.
    [[nodiscard]] std::size_t common_labels(const Name& other) const;
    /// Offset in wire() at which the `labels` rightmost labels start.
    [[nodiscard]] std::size_t offset_of_ancestor(std::size_t labels) const;

    /// Octet for octet, case included: what 0x20 checks need.
    [[nodiscard]] bool identical(const Name& other) const
    {
        return size_ == other.size_ && std::memcmp(octets_.data(), other.octets_.data(), size_) == 0;
    }
    bool operator==(const Name& other) const;
    /// Canonical order (RFC 4034 §6.1).
    std::weak_ordering operator<=>(const Name& other) const;

    /// Mutable octets of the same shape, for 0x20 case changes; lengths must not be touched.
    [[nodiscard]] std::span<std::uint8_t> octets_for_case() { return {octets_.data(), size_}; }

 private:
    friend class NameReader;
    void copy(const Name& other)
    {
        size_ = other.size_;
        labels_ = other.labels_;
        std::memcpy(octets_.data(), other.octets_.data(), size_);
    }
    /// Starting offsets of the labels, leftmost first.
    std::size_t label_offsets(Room<std::uint8_t, 128>& offsets) const;

    std::uint8_t size_ = 1;
    std::uint8_t labels_ = 0;
    Room<std::uint8_t, max_name_octets> octets_;
};

[[nodiscard]] constexpr std::uint8_t lower(std::uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + 32) : octet;
}

/// `word` with A to Z in each of its eight octets turned to lower case. Length octets are at most 63 and stay.
[[nodiscard]] constexpr std::uint64_t lower_octets(std::uint64_t word)
{
    constexpr std::uint64_t each = 0x0101010101010101ULL;
    const std::uint64_t low_bits = word & 0x7f * each;
    const std::uint64_t from_a = low_bits + (0x80 - 'A') * each;   // top bit set: 'A' or above
    const std::uint64_t above_z = low_bits + (0x7f - 'Z') * each;  // top bit set: above 'Z'
    const std::uint64_t upper = (from_a ^ above_z) & ~word & 0x80 * each;
    return word | upper >> 2;
}

/// For tables (base/keyed_table.h); without regard to case.
[[nodiscard]] std::uint64_t keyed_hash(const HashKey& key, const Name& name);

}  // namespace rw::dns
