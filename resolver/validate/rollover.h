// SPDX-License-Identifier: EUPL-1.2
// Key rollover of a trust point (RFC 5011 §4): which keys of one zone are trusted, as its DNSKEY RRset comes and goes.
// A pure state machine: what was seen and the time go in, keys and transitions come out. anchor_keeper persists it.
//
//   not known --new key--> pending --30 days seen--> valid <--> missing
//                             |                        |           |
//                             +-- gone: forgotten      +--revoked--+--> revoked, for ever
#pragma once

#include <optional>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/base/octets.h"

namespace rw::validate
{

enum class KeyState : std::uint8_t {
    pending,  ///< seen, not trusted yet
    valid,
    missing,  ///< trusted, not in the RRset at present (RFC 5011 §4.3)
    revoked,  ///< never trusted again; kept for 30 days for people to see, and in the list of revoked keys for ever
};

struct TrackedKey {
    OctetBuffer rdata;  ///< of the DNSKEY, REVOKE bit clear
    KeyState state = KeyState::pending;
    WallSeconds since;  ///< when it came into the state
    bool operator==(const TrackedKey&) const = default;
};

/// A DNSKEY RRset that was validated with a trusted key. RDATA with the REVOKE bit clear.
struct Sighting {
    struct Key {
        OctetBuffer rdata;
        bool anchored = false;  ///< an anchor in force names it
    };
    std::vector<Key> keys;              ///< secure entry points that are not revoked
    std::vector<OctetBuffer> revoked;   ///< with the REVOKE bit, and the RRset signed by themselves (§2.1)
    std::chrono::seconds ttl{};         ///< original TTL
    std::chrono::seconds signed_for{};  ///< from now until the signature expires
};

struct Transition {
    TrackedKey key;
    std::optional<KeyState> from;  ///< nothing: was not known
    bool forgotten = false;        ///< a pending key that vanished, or a revoked one after its time
};

class Rollover
{
 public:
    /// 30 days (RFC 5011 §2.4.1, §2.4.2): the time that the owner of a stolen key has to revoke what the thief added.
    static constexpr std::chrono::seconds hold_down = std::chrono::days{30};
    /// Keys tracked: 16. A root roll has three. Attack: a stolen key that adds keys without end.
    static constexpr std::size_t max_keys = 16;

    Rollover() = default;
    Rollover(std::vector<TrackedKey> keys, std::vector<OctetBuffer> ever_revoked)
        : keys_(std::move(keys)), ever_revoked_(std::move(ever_revoked))
    {
    }

    /// Takes in one validated RRset.
    std::vector<Transition> observe(const Sighting& sighting, WallSeconds now);

    [[nodiscard]] const std::vector<TrackedKey>& keys() const { return keys_; }
    /// Every key that was ever seen revoked, REVOKE bit clear. Only grows.
    [[nodiscard]] const std::vector<OctetBuffer>& ever_revoked() const { return ever_revoked_; }
    [[nodiscard]] bool was_revoked(Octets rdata) const;

 private:
    void revoke(Octets rdata, WallSeconds now, std::vector<Transition>& transitions);
    void see(const Sighting::Key& key, const Sighting& sighting, WallSeconds now, std::vector<Transition>& transitions);
    void miss(const Sighting& sighting, WallSeconds now, std::vector<Transition>& transitions);
    TrackedKey* find(Octets rdata);

    std::vector<TrackedKey> keys_;
    std::vector<OctetBuffer> ever_revoked_;
};

/// When to look again: after a success, and after a failure (RFC 5011 §2.3).
[[nodiscard]] std::chrono::seconds refresh_interval(const Sighting& sighting);
[[nodiscard]] std::chrono::seconds retry_interval(const Sighting& sighting);

}  // namespace rw::validate
