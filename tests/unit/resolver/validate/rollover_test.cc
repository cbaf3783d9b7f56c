// SPDX-License-Identifier: EUPL-1.2
// RFC 5011 over weeks of virtual time: the root's own plan for KSK-2024, theft, replays, absence, and floods of keys.
#include "resolver/validate/rollover.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace rw;
using namespace rw::validate;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

namespace
{

const OctetBuffer old_key{1, 1, 3, 8, 20}, new_key{1, 1, 3, 8, 38}, thief{1, 1, 3, 8, 66};
constexpr WallSeconds day_zero{seconds{1'790'000'000}};

Sighting seeing(const std::vector<OctetBuffer>& keys, const std::vector<OctetBuffer>& revoked = {},
                const OctetBuffer& anchored = old_key)
{
    Sighting sighting;
    for (const OctetBuffer& key : keys)
        sighting.keys.push_back({key, key == anchored});
    sighting.revoked = revoked;
    sighting.ttl = days{2};
    sighting.signed_for = days{10};
    return sighting;
}

/// State of `key` in words; "unknown" when it is not tracked.
std::string state_of(const Rollover& rollover, const OctetBuffer& key)
{
    const auto at = std::ranges::find(rollover.keys(), key, &TrackedKey::rdata);
    if (at == rollover.keys().end())
        return "unknown";
    const std::array<std::string, 4> words{"pending", "valid", "missing", "revoked"};
    return words[static_cast<std::size_t>(at->state)];
}

}  // namespace

TEST_CASE("a key that an anchor names is trusted at once, a new one after thirty days, the old one until it is revoked")
{
    Rollover rollover;
    rollover.observe(seeing({old_key}), day_zero);
    CHECK(state_of(rollover, old_key) == "valid");
    rollover.observe(seeing({old_key, new_key}), day_zero + days{1});
    CHECK(state_of(rollover, new_key) == "pending");
    for (int day = 2; day <= 30; ++day)
        rollover.observe(seeing({old_key, new_key}), day_zero + days{day});
    CHECK(state_of(rollover, new_key) == "pending");
    rollover.observe(seeing({old_key, new_key}), day_zero + days{31} - seconds{1});
    CHECK(state_of(rollover, new_key) == "pending");
    const auto transitions = rollover.observe(seeing({old_key, new_key}), day_zero + days{31});
    CHECK(state_of(rollover, new_key) == "valid");
    REQUIRE(transitions.size() == 1);
    CHECK(transitions.front().from == KeyState::pending);
    rollover.observe(seeing({new_key}, {old_key}), day_zero + days{90});
    CHECK(state_of(rollover, old_key) == "revoked");
    CHECK(rollover.was_revoked(old_key));
    CHECK(state_of(rollover, new_key) == "valid");
}

TEST_CASE("a revoked key is forgotten by people after thirty days and never trusted again by us")
{
    Rollover rollover;
    rollover.observe(seeing({old_key, new_key}), day_zero);
    rollover.observe(seeing({new_key}, {old_key}), day_zero + days{1});
    rollover.observe(seeing({new_key}), day_zero + days{31});
    CHECK(state_of(rollover, old_key) == "unknown");
    CHECK(rollover.was_revoked(old_key));
    // An old RRset is replayed, and an anchor of the package still names the key.
    rollover.observe(seeing({old_key, new_key}), day_zero + days{32});
    CHECK(state_of(rollover, old_key) == "unknown");
}

TEST_CASE("the key of a thief that vanishes before its time has to wait from the start again")
{
    Rollover rollover;
    rollover.observe(seeing({old_key}), day_zero);
    rollover.observe(seeing({old_key, thief}), day_zero + days{1});
    rollover.observe(seeing({old_key}), day_zero + days{20});
    CHECK(state_of(rollover, thief) == "unknown");
    rollover.observe(seeing({old_key, thief}), day_zero + days{21});
    rollover.observe(seeing({old_key, thief}), day_zero + days{40});
    CHECK(state_of(rollover, thief) == "pending");
    rollover.observe(seeing({old_key}, {thief}), day_zero + days{41});
    rollover.observe(seeing({old_key, thief}), day_zero + days{90});
    CHECK(state_of(rollover, thief) != "valid");
}

TEST_CASE("the hold-down is the original TTL when that is longer than thirty days")
{
    Rollover rollover;
    Sighting sighting = seeing({old_key, new_key});
    sighting.ttl = days{45};
    rollover.observe(sighting, day_zero);
    rollover.observe(sighting, day_zero + days{31});
    CHECK(state_of(rollover, new_key) == "pending");
    rollover.observe(sighting, day_zero + days{45});
    CHECK(state_of(rollover, new_key) == "valid");
}

TEST_CASE("a trusted key that is not published stays trusted and comes back")
{
    Rollover rollover;
    rollover.observe(seeing({old_key, new_key}, {}, old_key), day_zero);
    rollover.observe(seeing({new_key}), day_zero + days{1});
    CHECK(state_of(rollover, old_key) == "missing");
    rollover.observe(seeing({old_key}), day_zero + days{400});
    CHECK(state_of(rollover, old_key) == "valid");
}

TEST_CASE("a clock that was set back makes nobody wait less")
{
    Rollover rollover;
    rollover.observe(seeing({old_key, new_key}), day_zero);
    rollover.observe(seeing({old_key, new_key}), day_zero - days{365});
    CHECK(state_of(rollover, new_key) == "pending");
    rollover.observe(seeing({old_key, new_key}), day_zero + days{29});
    CHECK(state_of(rollover, new_key) == "pending");
    rollover.observe(seeing({old_key, new_key}), day_zero + days{30});
    CHECK(state_of(rollover, new_key) == "valid");
}

TEST_CASE("a revocation counts although the key was never tracked")
{
    Rollover rollover;
    const auto transitions = rollover.observe(seeing({new_key}, {old_key}, new_key), day_zero);
    CHECK(rollover.was_revoked(old_key));
    CHECK(transitions.size() == 2);
}

TEST_CASE("a flood of keys does not fill memory")
{
    Rollover rollover;
    Sighting sighting = seeing({old_key});
    for (std::uint8_t i = 0; i < 200; ++i)
        sighting.keys.push_back({{1, 1, 3, 8, 100, i}, false});
    rollover.observe(sighting, day_zero);
    CHECK(rollover.keys().size() == Rollover::max_keys);
    CHECK(state_of(rollover, old_key) == "valid");
}

TEST_CASE("the root is looked at between once an hour and every fifteen days (RFC 5011 section 2.3)")
{
    Sighting sighting = seeing({old_key});
    CHECK(refresh_interval(sighting) == days{1});
    CHECK(retry_interval(sighting) == seconds{days{2}} / 10);
    sighting.ttl = seconds{60};
    CHECK(refresh_interval(sighting) == hours{1});
    CHECK(retry_interval(sighting) == hours{1});
    sighting.ttl = sighting.signed_for = days{100};
    CHECK(refresh_interval(sighting) == days{15});
    CHECK(retry_interval(sighting) == days{1});
}
