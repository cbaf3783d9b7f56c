// SPDX-License-Identifier: EUPL-1.2
// Beliefs about name servers.
#include "resolver/upstream/server_stats.h"

#include <algorithm>

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

ServerStats::ServerStats(const Clock& clock, const HashKey& key) : clock_(clock), key_(key)
{
    for (std::size_t i = 0; i < shard_count; ++i)
        shards_.emplace_back(key);
}

ServerState ServerStats::state(const Endpoint& server) const
{
    const Shard& shard = shard_of(server);
    const std::scoped_lock lock(shard.mutex);
    const auto at = shard.servers.find(server);
    const Instant now = clock_.monotonic();
    if (at == shard.servers.end() || now - at->second.updated > state_lifetime) {
        ServerState unknown;
        if (!server.address.is_v4() && is_ipv6_broken())
            unknown.timeouts_in_row = failing_after;
        unknown.timeouts_by_group.fill(unknown.timeouts_in_row);
        return unknown;
    }
    ServerState state = at->second.state;
    state.edns_broken = now < at->second.edns_until;
    state.case_broken = now < at->second.case_until;
    return state;
}

template <class Change>
void ServerStats::update(const Endpoint& server, Change&& change)
{
    Shard& shard = shard_of(server);
    const std::scoped_lock lock(shard.mutex);
    const Instant now = clock_.monotonic();
    auto at = shard.servers.find(server);
    if (at == shard.servers.end()) {
        make_room(shard.servers, max_servers / shard_count,
                  [&](const auto& row) { return now - row.second.updated > state_lifetime; });
        at = shard.servers.try_emplace(server).first;
    }
    Entry& entry = at->second;
    if (now - entry.updated > state_lifetime)
        entry = {};
    entry.updated = now;
    change(entry, now);
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
    update(server, [&](Entry& entry, Instant) {
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
        state.timeouts_in_row = 0;
        state.timeouts_by_group = {};
        entry.probe_interval = {};
    });
}

void ServerStats::note_timeout(const Endpoint& server, dns::RRType type)
{
    note_family(server, false);
    update(server, [type](Entry& entry, Instant now) {
        ++entry.state.timeouts_in_row;
        ++entry.state.timeouts_by_group[static_cast<std::size_t>(group_of(type))];
        entry.state.last_timeout = now;
    });
}

void ServerStats::note_unreachable(const Endpoint& server)
{
    note_family(server, false);
    update(server, [](Entry& entry, Instant now) {
        entry.state.timeouts_in_row = std::max(entry.state.timeouts_in_row + 1, failing_after);
        for (std::uint32_t& timeouts : entry.state.timeouts_by_group)
            timeouts = std::max(timeouts + 1, failing_after);
        entry.state.last_timeout = now;
    });
}

void ServerStats::note_edns_works(const Endpoint& server)
{
    update(server, [](Entry& entry, Instant) {
        entry.state.edns_works = true;
        entry.edns_until = {};
    });
}

void ServerStats::note_edns_broken(const Endpoint& server)
{
    update(server, [](Entry& entry, Instant now) {
        entry.state.edns_works = false;
        entry.edns_until = now + defect_lifetime;
    });
}

void ServerStats::note_case_broken(const Endpoint& server)
{
    update(server, [](Entry& entry, Instant now) { entry.case_until = now + defect_lifetime; });
}

bool ServerStats::claim_probe(const Endpoint& server)
{
    bool claimed = false;
    update(server, [&](Entry& entry, Instant now) {
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
    Shard& shard = shard_of(server);
    const std::scoped_lock lock(shard.mutex);
    const Instant now = clock_.monotonic();
    make_room(shard.lame, max_lame_entries / shard_count, [&](const auto& row) { return row.second < now; });
    shard.lame[{server, zone}] = now + lame_lifetime;
}

bool ServerStats::is_lame(const Endpoint& server, const dns::Name& zone) const
{
    const Shard& shard = shard_of(server);
    const std::scoped_lock lock(shard.mutex);
    if (shard.lame.empty())  // as good as always: nothing to hash
        return false;
    const auto at = shard.lame.find({server, zone});
    return at != shard.lame.end() && clock_.monotonic() < at->second;
}

void ServerStats::forget_lame(const dns::Name& zone)
{
    for (Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        std::erase_if(shard.lame, [&](const auto& row) { return row.first.zone.is_at_or_below(zone); });
    }
}

}  // namespace rw::upstream
