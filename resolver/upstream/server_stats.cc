// SPDX-License-Identifier: EUPL-1.2
// Beliefs about name servers.
#include "resolver/upstream/server_stats.h"

#include <algorithm>

#include "resolver/base/room.h"

namespace rw::upstream
{

namespace
{

/// Makes room in a full table by dropping what `expired` says, and arbitrary entries until an eighth is free: the walk
/// through the table is shared by that many insertions, however fast an attacker's servers come.
template <class Table, class Expired>
void make_room(Table& table, std::size_t limit, Expired&& expired)
{
    if (table.size() < limit)
        return;
    std::erase_if(table, expired);
    while (table.size() > limit - limit / 8)
        table.erase(table.begin());
}

}  // namespace

TypeGroup group_of(dns::RRType type)
{
    using enum dns::RRType;
    switch (type) {
        case aaaa:
            return TypeGroup::aaaa;
        case ds:
        case rrsig:
        case nsec:
        case dnskey:
        case nsec3:
        case nsec3param:
        case cds:
        case cdnskey:
            return TypeGroup::dnssec;
        case tlsa:
            return TypeGroup::newer;
        default:
            return type >= svcb ? TypeGroup::newer : TypeGroup::basic;
    }
}

Duration ServerState::timeout() const
{
    const Duration base = measured ? srtt + 4 * rttvar : unknown_server_timeout;
    return std::clamp<Duration>(base, min_timeout, max_timeout);
}

ServerStats::ServerStats(const Clock& clock, const HashKey& key) : clock_(clock), key_(key) {}

ServerStats::Place ServerStats::place_of(const Endpoint& server) const
{
    const std::uint64_t key = keyed_hash(key_, server);
    return {shards_[key % shard_count], key};
}

std::uint64_t ServerStats::key_of(const Endpoint& server, const dns::Name& zone) const
{
    Room<std::uint8_t, 18 + dns::max_name_octets> octets;
    const Octets address = server.address.octets();
    auto at = std::ranges::copy(address, octets.begin()).out;
    store_u16(at, server.port);
    at = std::ranges::transform(zone.wire(), at + 2, dns::lower).out;
    return siphash(key_, Octets(octets.begin(), at));
}

ServerState ServerStats::state(const Endpoint& server, const dns::Name& zone) const
{
    const auto& [shard, key] = place_of(server);
    const std::scoped_lock lock(shard.mutex);
    const auto at = shard.servers.find(key);
    const Instant now = clock_.monotonic();
    const bool lame = is_lame(shard, server, zone, now);
    if (at == shard.servers.end() || now - at->second.updated > state_lifetime) {
        ServerState unknown;
        unknown.lame = lame;
        if (!server.address.is_v4() && is_ipv6_broken())
            unknown.timeouts_about_any = failing_after;
        return unknown;
    }
    const Entry& entry = at->second;
    ServerState state = entry.state;
    state.lame = lame;
    state.edns_broken = now < entry.edns_until;
    state.case_broken = now < entry.case_until;
    if (state.timeouts_about_any == 0)
        return state;
    const auto silence = shard.silences.find(key_of(server, zone));
    if (silence != shard.silences.end() && silence->second.era == entry.era &&
        now - silence->second.updated <= state_lifetime) {
        state.timeouts_in_row = silence->second.timeouts_in_row;
        state.timeouts_by_group = silence->second.timeouts_by_group;
    }
    return state;
}

template <class Change>
void ServerStats::update(const Place& place, Change&& change)
{
    Shard& shard = place.shard;
    const std::scoped_lock lock(shard.mutex);
    const Instant now = clock_.monotonic();
    auto at = shard.servers.find(place.key);
    if (at == shard.servers.end()) {
        make_room(shard.servers, max_servers / shard_count,
                  [&](const auto& row) { return now - row.second.updated > state_lifetime; });
        at = shard.servers.try_emplace(place.key).first;
        at->second.era = ++shard.eras;
    }
    Entry& entry = at->second;
    if (now - entry.updated > state_lifetime) {
        entry = {};
        entry.era = ++shard.eras;
    }
    entry.updated = now;
    change(entry, now);
}

template <class Change>
void ServerStats::update_silence(const Endpoint& server, const dns::Name& zone, Change&& change)
{
    const std::uint64_t key = key_of(server, zone);
    const Place place = place_of(server);
    update(place, [&](Entry& entry, Instant now) {
        auto& silences = place.shard.silences;
        auto at = silences.find(key);
        if (at == silences.end()) {
            make_room(silences, max_silences / shard_count,
                      [&](const auto& row) { return now - row.second.updated > state_lifetime; });
            at = silences.try_emplace(key).first;
        }
        Silence& silence = at->second;
        if (silence.era != entry.era || now - silence.updated > state_lifetime)
            silence = {entry.era, 0, {}, now};
        silence.updated = now;
        entry.state.last_timeout = now;
        change(entry.state, silence);
    });
}

bool ServerStats::is_ipv6_broken() const
{
    return ipv6_silence_.load(std::memory_order_relaxed) >= ipv6_broken_after;
}

void ServerStats::note_family(const Endpoint& server, bool answered)
{
    if (server.address.is_v4())
        return;
    if (answered)
        ipv6_silence_.store(0, std::memory_order_relaxed);
    else
        ipv6_silence_.fetch_add(1, std::memory_order_relaxed);
}

void ServerStats::note_answer(const Endpoint& server, Duration rtt)
{
    note_family(server, true);
    const Place place = place_of(server);
    update(place, [&](Entry& entry, Instant) {
        ServerState& state = entry.state;
        if (!state.measured) {  // RFC 6298 §2.2
            state.srtt = rtt;
            state.rttvar = rtt / 2;
        } else {  // RFC 6298 §2.3
            const Duration difference = state.srtt > rtt ? state.srtt - rtt : rtt - state.srtt;
            state.rttvar = (3 * state.rttvar + difference) / 4;
            state.srtt = (7 * state.srtt + rtt) / 8;
        }
        state.measured = true;
        if (state.timeouts_about_any > 0)
            entry.era = ++place.shard.eras;
        state.timeouts_about_any = 0;
        entry.probe_interval = {};
    });
}

void ServerStats::note_timeout(const Endpoint& server, const dns::Name& zone, dns::RRType type)
{
    note_family(server, false);
    update_silence(server, zone, [type](ServerState& about_any, Silence& silence) {
        ++about_any.timeouts_about_any;
        ++silence.timeouts_in_row;
        ++silence.timeouts_by_group[static_cast<std::size_t>(group_of(type))];
    });
}

void ServerStats::note_unreachable(const Endpoint& server, const dns::Name& zone)
{
    note_family(server, false);
    const auto at_once = [](std::uint32_t timeouts) { return std::max(timeouts + 1, failing_after); };
    update_silence(server, zone, [&](ServerState& about_any, Silence& silence) {
        about_any.timeouts_about_any = at_once(about_any.timeouts_about_any);
        silence.timeouts_in_row = at_once(silence.timeouts_in_row);
        for (std::uint32_t& timeouts : silence.timeouts_by_group)
            timeouts = at_once(timeouts);
    });
}

void ServerStats::note_edns_works(const Endpoint& server)
{
    update(place_of(server), [](Entry& entry, Instant) {
        entry.state.edns_works = true;
        entry.edns_until = {};
    });
}

void ServerStats::note_edns_broken(const Endpoint& server)
{
    update(place_of(server), [](Entry& entry, Instant now) {
        entry.state.edns_works = false;
        entry.edns_until = now + defect_lifetime;
    });
}

void ServerStats::note_case_broken(const Endpoint& server)
{
    update(place_of(server), [](Entry& entry, Instant now) { entry.case_until = now + defect_lifetime; });
}

bool ServerStats::claim_probe(const Endpoint& server)
{
    bool claimed = false;
    update(place_of(server), [&](Entry& entry, Instant now) {
        if (now < entry.next_probe)
            return;
        entry.probe_interval = std::clamp<Duration>(entry.probe_interval * 2, first_probe_interval, max_probe_interval);
        entry.next_probe = now + entry.probe_interval;
        claimed = true;
    });
    return claimed;
}

void ServerStats::note_lame(const Endpoint& server, const dns::Name& zone)
{
    Shard& shard = place_of(server).shard;
    const std::scoped_lock lock(shard.mutex);
    const Instant now = clock_.monotonic();
    make_room(shard.lame, max_lame_entries / shard_count, [&](const auto& row) { return row.second.until < now; });
    shard.lame.insert_or_assign(key_of(server, zone), Lame{zone, now + lame_lifetime});
}

bool ServerStats::is_lame(const Shard& shard, const Endpoint& server, const dns::Name& zone, Instant now) const
{
    if (shard.lame.empty())  // as good as always: nothing to hash
        return false;
    const auto at = shard.lame.find(key_of(server, zone));
    return at != shard.lame.end() && now < at->second.until;
}

void ServerStats::forget_lame(const dns::Name& zone)
{
    for (Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        std::erase_if(shard.lame, [&](const auto& row) { return row.second.zone.is_at_or_below(zone); });
    }
}

}  // namespace rw::upstream
