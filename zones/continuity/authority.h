// SPDX-License-Identifier: EUPL-1.2
// The authority: which parties exist, with which keys, how many of them it takes for what, and which continuity trust
// anchors they may name. One file, versions of which replace each other by a quorum of the old and the new (as The
// Update Framework rotates its root).
#pragma once

#include <array>
#include <optional>

#include "zones/continuity/signed.h"

namespace rw::zones::continuity
{

enum class Role : std::uint8_t { authority, activate, zone_trust, leave, drill };
inline constexpr std::size_t role_count = 5;

/// "authority", "activate", "zone-trust", "return", "drill".
[[nodiscard]] std::string_view role_name(Role role);

/// In rising gravity; a key never goes back.
enum class KeyState : std::uint8_t {
    active,
    retired,  ///< signs no more; what it signed counts until that expires
    stolen,   ///< nothing that it signed counts
};

[[nodiscard]] std::string_view key_state_name(KeyState state);
[[nodiscard]] std::optional<KeyState> parse_key_state(std::string_view name);

/// 12 parties of 8 keys. Attack: a file of keys, each costing a verification for each signature.
inline constexpr std::size_t party_limit = 12;
inline constexpr std::size_t party_key_limit = 8;
/// An authority lives 400 days at most: a yearly ceremony and five weeks to be late.
inline constexpr Seconds authority_lifetime = 400 * day;

struct PartyKey {
    Digest key{};
    KeyState state = KeyState::active;
    std::optional<Seconds> expires{};  ///< from then on it leads out, and nothing else; none: as long as its authority
    bool operator==(const PartyKey&) const = default;

    [[nodiscard]] bool has_expired(Seconds at) const { return expires && at >= *expires; }
    [[nodiscard]] bool can_sign(Seconds at) const { return state == KeyState::active && !has_expired(at); }
};

struct Party {
    std::string name;
    std::vector<PartyKey> keys;
};

struct Authority {
    std::string name;
    std::int64_t version = 1;
    std::optional<Digest> previous;  ///< hash of the version before; none: the first
    Seconds issued = 0;
    Seconds expires = 0;
    std::vector<Party> parties;
    std::array<std::int64_t, role_count> thresholds{};
    std::vector<std::string> anchors;  ///< DS in the form "12345 13 2 DIGEST": continuity trust anchors

    [[nodiscard]] std::int64_t threshold(Role role) const { return thresholds.at(static_cast<std::size_t>(role)); }
    [[nodiscard]] bool allows_anchor(std::string_view ds) const;
    /// What it says of `key`; nullptr when no party has it.
    [[nodiscard]] const PartyKey* find(const Digest& key) const;
    [[nodiscard]] bool calls_stolen(const Digest& key) const;
    [[nodiscard]] std::vector<Digest> keys() const;  ///< of all parties, in whatever state
    [[nodiscard]] std::vector<Digest> keys_that_sign(Seconds at) const;
};

/// From the payload of an envelope, floors checked.
[[nodiscard]] Result<Authority> read_authority(std::string_view payload);
/// The same before it is complete: floors not checked. For the tools that fill it in, never for what is believed.
[[nodiscard]] Result<Authority> read_authority_draft(std::string_view payload);
[[nodiscard]] std::string payload_of(const Authority& authority);
/// The floors, whatever a file says: at least three parties; `authority`, `activate` and `zone-trust` take more than
/// half of them; no role takes nobody, or more than can sign when it is issued; no key twice; expiry within
/// authority_lifetime.
[[nodiscard]] Result<void> check_floors(const Authority& authority);
/// An authority and an envelope in one step; signatures tried against the keys in it and `more`.
[[nodiscard]] Result<Signed<Authority>> open_authority(std::string_view envelope, std::span<const Digest> more = {});

/// Which parties have signed, each counted once.
struct Tally {
    std::size_t parties = 0;
    std::int64_t needed = 0;
    std::vector<std::string> signed_by;
    std::vector<std::string> missing;

    [[nodiscard]] bool met() const { return static_cast<std::int64_t>(signed_by.size()) >= needed; }
    /// "3 of 4 parties; 2 have signed: Netnod TEST, AFNIC TEST".
    [[nodiscard]] std::string words() const;
};

/// Counts the parties of `authority` of which `counts` says yes to a key among `signers`.
template <class Counts>
[[nodiscard]] Tally tally(const Authority& authority, Role role, std::span<const Digest> signers, Counts counts)
{
    Tally result{
        .parties = authority.parties.size(), .needed = authority.threshold(role), .signed_by = {}, .missing = {}};
    for (const Party& party : authority.parties) {
        bool signed_by = false;
        for (const PartyKey& key : party.keys) {
            for (const Digest& signer : signers)
                signed_by = signed_by || (signer == key.key && counts(key));
        }
        (signed_by ? result.signed_by : result.missing).push_back(party.name);
    }
    return result;
}

/// Whether `text` is a continuity trust anchor, "tag algorithm digest-type DIGEST" in canonical spelling, and none of
/// IANA's: the two are never mixed.
[[nodiscard]] Result<void> check_anchor(std::string_view text);

}  // namespace rw::zones::continuity
