// SPDX-License-Identifier: EUPL-1.2
// Denials in order.
#include "resolver/cache/denial_cache.h"

#include <algorithm>
#include <vector>

#include "resolver/dnssec/nsec.h"
#include "resolver/dnssec/nsec3.h"

namespace rw::cache
{

using dns::Name;
using dns::RRset;
using dns::RRType;

namespace
{

enum class Content : std::uint8_t { soa, nsec, nsec3 };

}  // namespace

struct DenialCache::Record {
    Zone* zone;
    Content content;
    RRset rrset;
    Seconds expires;

    [[nodiscard]] std::size_t octets() const
    {
        constexpr std::size_t overhead = 128;  // of list and map nodes and of allocations
        return overhead + sizeof(Record) + sizeof(Name) + rrset.rdatas.octet_count() + rrset.signatures.octet_count() +
               rrset.unchecked.octet_count();
    }
};

struct DenialCache::Zone {
    using ByOwner = std::map<Name, Order::iterator>;
    Name name;
    Key key;
    Origin origin;
    OctetBuffer nsec3_parameters;  ///< iterations and salt of what is kept
    ByOwner soa;                   ///< one at most
    ByOwner nsec;
    ByOwner nsec3;

    [[nodiscard]] ByOwner& records(Content content)
    {
        return content == Content::nsec ? nsec : content == Content::nsec3 ? nsec3 : soa;
    }
    [[nodiscard]] bool empty() const { return soa.empty() && nsec.empty() && nsec3.empty(); }
};

struct DenialCache::Shard {
    mutable std::mutex mutex;
    std::unordered_map<Key, Zone, Key::Hash> zones;
    Order order;  // least recently used first
    std::size_t octets = 0;

    static constexpr std::size_t zone_octets = sizeof(Zone) + sizeof(Key) + 64;  // with its node

    Zone& zone_for(const Key& key, const Name& name, const Origin& origin);
    void put(Zone& zone, Content content, const RRset& rrset, Seconds expires, std::size_t limit);
    /// Ends zones that become empty: references to the record's zone are void then.
    void remove(Order::iterator record);
    void remove_all(Zone& zone, Content content);
    Zone* find(const Key& key, const RootView& root);
};

namespace
{

/// As what the record may be kept; nothing when it may not.
std::optional<Content> content_to_keep(const RRset& set, const Name& zone, OctetBuffer& parameters)
{
    if (set.rdatas.size() != 1)
        return std::nullopt;
    const Octets rdata = set.rdatas.front();
    if (set.type == RRType::soa)
        return set.owner == zone ? std::optional(Content::soa) : std::nullopt;
    if (set.type == RRType::nsec) {
        const auto nsec = dnssec::Nsec::parse(set.owner, rdata);
        const bool good = nsec && dnssec::check_nsec(*nsec, zone) == dnssec::DenialProblem::none;
        return good ? std::optional(Content::nsec) : std::nullopt;
    }
    if (set.type != RRType::nsec3)
        return std::nullopt;
    const auto nsec3 = dnssec::Nsec3::parse(set.owner, rdata, zone);
    if (!nsec3 || nsec3->is_opt_out() || nsec3->parameters.iterations > DenialCache::max_iterations)
        return std::nullopt;
    append_u16(parameters, nsec3->parameters.iterations);
    append(parameters, nsec3->parameters.salt);
    return Content::nsec3;
}

}  // namespace

void DenialCache::Shard::put(Zone& zone, Content content, const RRset& rrset, Seconds expires, std::size_t limit)
{
    Zone::ByOwner& records = zone.records(content);
    const auto known = records.find(rrset.owner);
    if (known != records.end()) {
        octets -= known->second->octets();
        known->second->rrset = rrset;
        known->second->expires = expires;
        octets += known->second->octets();
        order.splice(order.end(), order, known->second);
    } else {
        order.push_back({&zone, content, rrset, expires});
        records.emplace(rrset.owner, std::prev(order.end()));
        octets += order.back().octets();
    }
    while (octets > limit && order.size() > 1)
        remove(order.begin());
}

DenialCache::Zone& DenialCache::Shard::zone_for(const Key& key, const Name& name, const Origin& origin)
{
    const auto [at, fresh] = zones.try_emplace(key, Zone{name, key, origin, {}, {}, {}, {}});
    octets += fresh ? zone_octets : 0;
    return at->second;
}

void DenialCache::Shard::remove(Order::iterator record)
{
    Zone& zone = *record->zone;
    octets -= record->octets();
    zone.records(record->content).erase(record->rrset.owner);
    order.erase(record);
    if (zone.empty()) {
        const Key key = zone.key;
        zones.erase(key);
        octets -= zone_octets;
    }
}

void DenialCache::Shard::remove_all(Zone& zone, Content content)
{
    for (const auto& [owner, record] : zone.records(content)) {
        octets -= record->octets();
        order.erase(record);
    }
    zone.records(content).clear();
}

DenialCache::Zone* DenialCache::Shard::find(const Key& key, const RootView& root)
{
    const auto at = zones.find(key);
    return at != zones.end() && root.may_use(at->second.origin, at->second.name) ? &at->second : nullptr;
}

DenialCache::DenialCache(std::size_t octets, const HashKey& secret)
    : secret_(secret), shard_octets_(octets / shard_count), shards_(std::make_unique<std::array<Shard, shard_count>>())
{
}

DenialCache::~DenialCache() = default;

DenialCache::Shard& DenialCache::shard_of(const Key& zone) const
{
    return (*shards_)[zone.hash() % shard_count];
}

void DenialCache::insert(const Name& zone, std::span<const RRset> sets, std::uint32_t ttl, const Origin& origin,
                         Seconds now)
{
    const Key key = key_of(zone);
    Shard& shard = shard_of(key);
    for (const RRset& set : sets) {
        OctetBuffer parameters;
        const auto content = content_to_keep(set, zone, parameters);
        const std::uint32_t lifetime = std::min(ttl, set.ttl);
        if (!content || lifetime == 0)
            continue;
        const std::scoped_lock lock(shard.mutex);
        // Looked up anew for each record: keeping one may have pushed out the zone's only other.
        Zone& kept = shard.zone_for(key, zone, origin);
        const bool other_chain = *content == Content::nsec3 && kept.nsec3_parameters != parameters;
        if (kept.origin != origin || other_chain) {
            shard.remove_all(kept, Content::nsec3);
            if (kept.origin != origin) {
                shard.remove_all(kept, Content::nsec);
                shard.remove_all(kept, Content::soa);
            }
            kept.origin = origin;
            kept.nsec3_parameters = parameters;
        }
        shard.put(kept, *content, set, now + lifetime, shard_octets_);
    }
}

DenialForm DenialCache::form_of(const Name& zone, const RootView& root) const
{
    const Key key = key_of(zone);
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    const Zone* found = shard.find(key, root);
    if (found == nullptr)
        return DenialForm::none;
    if (!found->nsec.empty())
        return DenialForm::nsec;
    return found->nsec3.empty() ? DenialForm::none : DenialForm::nsec3;
}

std::optional<RRset> DenialCache::soa(const Name& zone, Seconds now, const RootView& root) const
{
    const Key key = key_of(zone);
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    const Zone* found = shard.find(key, root);
    if (found == nullptr || found->soa.empty())
        return std::nullopt;
    const Record& record = *found->soa.begin()->second;
    if (record.expires <= now)
        return std::nullopt;
    RRset set = record.rrset;
    set.ttl = record.expires - now;
    return set;
}

std::optional<RRset> DenialCache::at_or_before(const Name& zone, DenialForm form, const Name& owner, Seconds now,
                                               const RootView& root)
{
    const Key key = key_of(zone);
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    Zone* found = shard.find(key, root);
    if (found == nullptr || form == DenialForm::none)
        return std::nullopt;
    Zone::ByOwner& records = form == DenialForm::nsec ? found->nsec : found->nsec3;
    auto at = records.upper_bound(owner);
    if (at == records.begin()) {
        if (form == DenialForm::nsec || records.empty())
            return std::nullopt;
        at = records.end();
    }
    const Order::iterator record = std::prev(at)->second;
    if (record->expires <= now) {
        shard.remove(record);
        return std::nullopt;
    }
    shard.order.splice(shard.order.end(), shard.order, record);
    RRset set = record->rrset;
    set.ttl = record->expires - now;
    return set;
}

void DenialCache::flush(const Name& name)
{
    for (Shard& shard : *shards_) {
        const std::scoped_lock lock(shard.mutex);
        for (auto record = shard.order.begin(); record != shard.order.end();) {
            const auto next = std::next(record);
            const Name& zone = record->zone->name;
            // Which names a hash stands for is not known: all of an NSEC3 zone around the name goes.
            const bool around = name.is_at_or_below(zone) && record->content == Content::nsec3;
            const auto nsec = record->content == Content::nsec
                                  ? dnssec::Nsec::parse(record->rrset.owner, record->rrset.rdatas.front())
                                  : std::nullopt;
            const bool covers = nsec && name.is_at_or_below(zone) && nsec->covers(name);
            if (record->rrset.owner.is_at_or_below(name) || around || covers)
                shard.remove(record);
            record = next;
        }
    }
}

std::size_t DenialCache::size() const
{
    std::size_t count = 0;
    for (const Shard& shard : *shards_) {
        const std::scoped_lock lock(shard.mutex);
        count += shard.order.size();
    }
    return count;
}

}  // namespace rw::cache
