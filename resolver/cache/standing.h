// SPDX-License-Identifier: EUPL-1.2
// What may take the place of what in the cache: trust by where data came from (RFC 2181 §5.4.1) and by validation
// (RFC 4035 §4.7). The store compares standings under a shard's mutex, so that no two workers see different orders.
#pragma once

#include <cstdint>
#include <utility>

namespace rw::cache
{

/// RFC 4035 §4.3. Indeterminate is also what everything is while validation is off.
enum class Security : std::uint8_t { indeterminate, insecure, secure, bogus };

/// Trust in an answer by AA, section and link, lowest first (RFC 2181 §5.4.1). There is none for the additional section
/// nor for referrals: nothing of them gets into the answer cache.
enum class Rank : std::uint8_t {
    followed_denial = 1,   ///< said of an alias's target, which was not asked for: it, or its type, does not exist
    followed_answer,       ///< data of an alias's target, in the response to a question for the alias
    denial,                ///< denies the question asked, without AA
    answer,                ///< answers the question asked, without AA
    authoritative_denial,  ///< the same with AA
    authoritative_answer,
    zone,  ///< of a zone kept here: the operator's local data
};

class Standing
{
 public:
    /// Of what is not ranked, such as delegations, which the parent's lease bounds: the latest counts.
    static constexpr Standing unranked() { return Standing(unranked_bits); }
    static constexpr Standing of(Security security, Rank rank)
    {
        if (security == Security::bogus)
            return Standing(bogus_bits);
        return Standing(static_cast<std::uint8_t>(std::to_underlying(rank) | (security == Security::secure ? 8U : 0U)));
    }
    static constexpr Standing from_bits(std::uint8_t bits) { return Standing(bits); }
    [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }

    /// Whether `fresh` may take the place of what has this standing and has not expired. Answers to their own question
    /// may, others need a higher rank, or the same and validation; what is validated gives way to validated data only.
    [[nodiscard]] constexpr bool gives_way_to(Standing fresh) const
    {
        if (fresh == unranked() || *this == unranked() || *this == Standing(bogus_bits))
            return true;
        if (fresh == Standing(bogus_bits) || (validated() && !fresh.validated()))
            return false;
        return fresh.rank() >= std::to_underlying(Rank::denial) || fresh.rank() > rank() ||
               (fresh.rank() == rank() && fresh.validated() && !validated());
    }

    bool operator==(const Standing&) const = default;

 private:
    static constexpr std::uint8_t unranked_bits = 0, bogus_bits = 8;
    constexpr explicit Standing(std::uint8_t bits) : bits_(bits) {}
    [[nodiscard]] constexpr bool validated() const { return (bits_ & 8U) != 0; }
    [[nodiscard]] constexpr std::uint8_t rank() const { return bits_ & 7U; }

    std::uint8_t bits_;
};

/// Whether the question asked is what data of this rank answers.
[[nodiscard]] constexpr bool was_asked_for(Rank rank)
{
    return rank >= Rank::denial;
}

}  // namespace rw::cache
