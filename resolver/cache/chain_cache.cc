// SPDX-License-Identifier: EUPL-1.2
// Keeping and finding links of chains of trust.
#include "resolver/cache/chain_cache.h"

#include "resolver/cache/rrset_codec.h"

namespace rw::cache
{

namespace
{

constexpr std::size_t head_octets = 13;  // generation, time, whether an RRset follows

}  // namespace

std::optional<FoundChain> ChainCache::find(const dns::Name& zone, dns::RRType type, std::uint64_t generation,
                                           Seconds now, const RootView& root, Scratch& scratch) const
{
    const auto found = store_.find(store_.key(Kind::chain, zone, type), now, scratch);
    if (!found || !root.may_use(found->facts.origin, zone))
        return std::nullopt;
    OctetReader reader(found->value);
    const std::uint64_t high = reader.u32();
    if ((high << 32 | reader.u32()) != generation)
        return std::nullopt;
    FoundChain chain{std::nullopt, found->facts.expires - now, reader.u32()};
    if (reader.u8() != 0) {
        chain.rrset = read_rrset(reader);
        chain.rrset->ttl = chain.ttl;
    }
    return chain;
}

void ChainCache::keep(const dns::Name& zone, dns::RRType type, const dns::RRset* rrset, std::uint32_t ttl,
                      std::uint64_t generation, const Origin& origin, Seconds now)
{
    OctetBuffer value;
    value.reserve(head_octets + (rrset != nullptr ? octets_of(*rrset) : 0));
    append_u32(value, static_cast<std::uint32_t>(generation >> 32));
    append_u32(value, static_cast<std::uint32_t>(generation));
    append_u32(value, now);
    append_u8(value, rrset != nullptr ? 1 : 0);
    if (rrset != nullptr)
        put_rrset(value, *rrset);
    store_.insert(store_.key(Kind::chain, zone, type),
                  {.expires = now + ttl, .origin = origin, .standing = Standing::unranked()}, value, now);
}

void ChainCache::forget(const dns::Name& zone)
{
    for (const dns::RRType type : {dns::RRType::ds, dns::RRType::dnskey})
        store_.remove(store_.key(Kind::chain, zone, type));
}

}  // namespace rw::cache
