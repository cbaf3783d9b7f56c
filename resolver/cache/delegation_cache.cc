// SPDX-License-Identifier: EUPL-1.2
// Keeping and finding delegations.
//
//   value: DS state (1) | learnt at (4) | end of what is said about DS (4) | servers (1) | each: name, IPv4 4, IPv6 4
//          bits, addresses | DS RRset, when present | denial RRsets (1) | each: RRset
#include "resolver/cache/delegation_cache.h"

#include <algorithm>
#include <array>
#include <utility>

#include "resolver/base/room.h"
#include "resolver/cache/rrset_codec.h"

namespace rw::cache
{

namespace
{

/// Zones of so many labels and less are not clamped to their parent's lease: nobody attacks by having a TLD withdrawn,
/// and all of a TLD's delegations would end at the same second.
constexpr std::size_t unclamped_parent_labels = 1;
constexpr std::size_t usual_delegation_octets =
    1024;                                   // a signed delegation with its proof; only saves growing by steps
constexpr std::size_t max_denial_sets = 8;  // an NSEC3 proof has at most three, with SOA and slack

void put_server(OctetBuffer& to, const Delegation::Server& server)
{
    append(to, server.name.wire());
    const std::span<const IpAddress> glue(server.glue.data(), std::min(server.glue.size(), DelegationCache::max_glue));
    const auto v4 = static_cast<std::size_t>(std::ranges::count_if(glue, &IpAddress::is_v4));
    append_u8(to, static_cast<std::uint8_t>(v4 << 4 | (glue.size() - v4)));
    for (const bool want_v4 : {true, false}) {
        for (const IpAddress& address : glue) {
            if (address.is_v4() == want_v4)
                append(to, address.octets());
        }
    }
}

OctetBuffer encode(const Delegation& delegation)
{
    OctetBuffer value;
    value.reserve(usual_delegation_octets);
    append_u8(value, std::to_underlying(delegation.ds_state));
    append_u32(value, delegation.learnt);
    append_u32(value, delegation.ds_expires);
    const std::size_t servers = std::min(delegation.servers.size(), DelegationCache::max_servers);
    append_u8(value, static_cast<std::uint8_t>(servers));
    for (std::size_t i = 0; i < servers; ++i)
        put_server(value, delegation.servers[i]);
    if (delegation.ds_state == DsState::present)
        put_rrset(value, delegation.ds);
    const std::size_t sets = std::min(delegation.denial.size(), max_denial_sets);
    append_u8(value, static_cast<std::uint8_t>(sets));
    for (std::size_t i = 0; i < sets; ++i)
        put_rrset(value, delegation.denial[i]);
    return value;
}

/// `with_denial`: a proof is several times the size of the rest, and only who judges it needs it.
Delegation decode(const dns::Name& zone, const Found& found, bool with_denial)
{
    Delegation delegation;
    delegation.zone = zone;
    delegation.expires = found.facts.expires;
    delegation.origin = found.facts.origin;
    OctetReader reader(found.value);
    delegation.ds_state = static_cast<DsState>(reader.u8());
    delegation.learnt = reader.u32();
    delegation.ds_expires = reader.u32();
    delegation.servers.resize(reader.u8());
    for (Delegation::Server& server : delegation.servers) {
        server.name = read_name(reader);
        const std::uint8_t counts = reader.u8();
        server.glue.reserve((counts >> 4) + (counts & 0xfU));
        for (unsigned left = counts >> 4; left > 0; --left)
            server.glue.push_back(IpAddress::from_octets(reader.octets(4)));
        for (unsigned left = counts & 0xf; left > 0; --left)
            server.glue.push_back(IpAddress::from_octets(reader.octets(16)));
    }
    if (delegation.ds_state == DsState::present)
        delegation.ds = read_rrset(reader);
    if (!with_denial)
        return delegation;
    delegation.denial.resize(reader.u8());
    for (dns::RRset& set : delegation.denial)
        set = read_rrset(reader);
    return delegation;
}

/// The lowest TTL of what the parent said about DS.
std::uint32_t ds_ttl(const Delegation& delegation)
{
    if (delegation.ds_state == DsState::present)
        return delegation.ds.ttl;
    std::uint32_t lowest = UINT32_MAX;
    for (const dns::RRset& set : delegation.denial)
        lowest = std::min(lowest, set.ttl);
    return lowest;
}

ValueFacts facts_of(const Delegation& delegation)
{
    return {.expires = delegation.expires, .origin = delegation.origin, .standing = Standing::unranked()};
}

/// `ttl` seconds from `now`, but not past `lease`; an ended lease stays ended.
Seconds end_within(Seconds lease, std::uint32_t ttl, Seconds now)
{
    return lease > now ? now + std::min(ttl, lease - now) : lease;
}

}  // namespace

std::optional<Delegation> DelegationCache::find(const dns::Name& zone, Seconds now, const RootView& root,
                                                Scratch& scratch) const
{
    const auto found = store_.find(store_.key(Kind::delegation, zone, dns::RRType::ns), now, scratch);
    if (!found || !root.may_use(found->facts.origin, zone))
        return std::nullopt;
    return decode(zone, *found, true);
}

std::optional<Delegation> DelegationCache::closest_enclosing(const dns::Name& name, Seconds now, const RootView& root,
                                                             Scratch& scratch) const
{
    for (std::size_t labels = name.label_count(); labels > 0; --labels) {
        const dns::Name zone = name.ancestor(labels);
        const auto found = store_.find(store_.key(Kind::delegation, zone, dns::RRType::ns), now, scratch);
        if (found && root.may_use(found->facts.origin, zone))
            return decode(zone, *found, false);
    }
    return std::nullopt;
}

bool DelegationCache::insert(Delegation& delegation, std::uint32_t ttl, const Delegation* parent, Seconds now)
{
    delegation.learnt = now;
    delegation.expires = now + std::min(ttl, max_ttl_.load(std::memory_order_relaxed));
    if (parent != nullptr && parent->zone.label_count() > unclamped_parent_labels)
        delegation.expires = std::min(delegation.expires, parent->expires);
    delegation.ds_expires = end_within(delegation.expires, ds_ttl(delegation), now);
    return !delegation.servers.empty() && keep(delegation, now);
}

bool DelegationCache::keep(const Delegation& delegation, Seconds now)
{
    const Key key = store_.key(Kind::delegation, delegation.zone, dns::RRType::ns);
    return store_.insert(key, facts_of(delegation), encode(delegation), now);
}

Recheck DelegationCache::recheck(const dns::Name& name, dns::RRType type, Seconds now, Scratch& scratch) const
{
    const auto found = store_.find(store_.key(Kind::recheck, name, type), now, scratch);
    return found ? static_cast<Recheck>(found->value[0]) : Recheck::none;
}

void DelegationCache::note_recheck(const dns::Name& name, dns::RRType type, Recheck state, std::uint32_t seconds,
                                   Seconds now)
{
    const std::array<std::uint8_t, 1> value{std::to_underlying(state)};
    store_.insert(store_.key(Kind::recheck, name, type),
                  {.expires = now + seconds, .origin = {}, .standing = Standing::unranked()}, value, now);
}

std::uint32_t DelegationCache::lineage(const Delegation& tld) const
{
    // The order of records is no difference (hence a sum), nor are TTLs and signatures.
    constexpr std::size_t ipv6_octets = 16;
    std::uint64_t sum = 0;
    Room<std::uint8_t, dns::max_name_octets + ipv6_octets> part;
    for (const Delegation::Server& server : tld.servers) {
        const dns::Name name = server.name.lowercase();
        std::ranges::copy(name.wire(), part.begin());
        sum += siphash(store_.secret(), {part.data(), name.size()});
        for (const IpAddress& address : server.glue) {
            std::ranges::copy(address.octets(), part.begin() + static_cast<std::ptrdiff_t>(name.size()));
            sum += siphash(store_.secret(), {part.data(), name.size() + address.octets().size()});
        }
    }
    if (tld.ds_state == DsState::present) {
        for (const Octets rdata : tld.ds.rdatas)
            sum += siphash(store_.secret(), rdata);
    }
    return static_cast<std::uint32_t>(sum) | 1U;
}

}  // namespace rw::cache
