// SPDX-License-Identifier: EUPL-1.2
// The state machine of RFC 5011 §4.2.
#include "resolver/validate/rollover.h"

#include <algorithm>

namespace rw::validate
{

TrackedKey* Rollover::find(Octets rdata)
{
    const auto at = std::ranges::find_if(keys_, [&](const TrackedKey& key) { return equal(key.rdata, rdata); });
    return at != keys_.end() ? &*at : nullptr;
}

bool Rollover::was_revoked(Octets rdata) const
{
    return std::ranges::any_of(ever_revoked_, [&](const OctetBuffer& key) { return equal(key, rdata); });
}

std::vector<Transition> Rollover::observe(const Sighting& sighting, WallSeconds now)
{
    std::vector<Transition> transitions;
    for (const OctetBuffer& key : sighting.revoked)
        revoke(key, now, transitions);
    for (const Sighting::Key& key : sighting.keys)
        see(key, sighting, now, transitions);
    miss(sighting, now, transitions);
    return transitions;
}

void Rollover::revoke(Octets rdata, WallSeconds now, std::vector<Transition>& transitions)
{
    TrackedKey* known = find(rdata);
    if (known != nullptr && known->state != KeyState::revoked) {
        const KeyState from = known->state;
        known->state = KeyState::revoked;
        known->since = now;
        transitions.push_back({*known, from, false});
    }
    // Also when it was not tracked: the file may have been lost, and a shipped anchor may still name it.
    if (!was_revoked(rdata)) {
        ever_revoked_.emplace_back(rdata.begin(), rdata.end());
        if (known == nullptr)
            transitions.push_back({{ever_revoked_.back(), KeyState::revoked, now}, std::nullopt, false});
        if (known == nullptr && keys_.size() < max_keys)
            keys_.push_back(transitions.back().key);
    }
}

void Rollover::see(const Sighting::Key& key, const Sighting& sighting, WallSeconds now,
                   std::vector<Transition>& transitions)
{
    if (was_revoked(key.rdata))
        return;
    TrackedKey* known = find(key.rdata);
    if (known == nullptr) {
        if (keys_.size() >= max_keys)
            return;
        const KeyState state = key.anchored ? KeyState::valid : KeyState::pending;
        keys_.push_back({key.rdata, state, now});
        transitions.push_back({keys_.back(), std::nullopt, false});
        return;
    }
    const KeyState from = known->state;
    const bool waited = now >= known->since + std::max(hold_down, sighting.ttl);
    const bool accepted = from == KeyState::pending && (waited || key.anchored);
    if (!accepted && from != KeyState::missing)
        return;
    known->state = KeyState::valid;
    known->since = now;
    transitions.push_back({*known, from, false});
}

void Rollover::miss(const Sighting& sighting, WallSeconds now, std::vector<Transition>& transitions)
{
    const auto seen = [&](const TrackedKey& tracked) {
        return std::ranges::any_of(sighting.keys, [&](const Sighting::Key& key) { return key.rdata == tracked.rdata; });
    };
    std::erase_if(keys_, [&](TrackedKey& key) {
        const bool old_revoked = key.state == KeyState::revoked && now >= key.since + hold_down;
        const bool vanished = key.state == KeyState::pending && !seen(key);
        if (key.state == KeyState::valid && !seen(key)) {
            key.state = KeyState::missing;
            key.since = now;
            transitions.push_back({key, KeyState::valid, false});
        }
        if (old_revoked || vanished)
            transitions.push_back({key, key.state, true});
        return old_revoked || vanished;
    });
}

namespace
{

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

}  // namespace

seconds refresh_interval(const Sighting& sighting)
{
    const seconds wanted = std::min({seconds(days{15}), sighting.ttl / 2, sighting.signed_for / 2});
    return std::max(seconds(hours{1}), wanted);
}

seconds retry_interval(const Sighting& sighting)
{
    const seconds wanted = std::min({seconds(days{1}), sighting.ttl / 10, sighting.signed_for / 10});
    return std::max(seconds(hours{1}), wanted);
}

}  // namespace rw::validate
