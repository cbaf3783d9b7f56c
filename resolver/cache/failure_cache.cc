// SPDX-License-Identifier: EUPL-1.2
// Remembering failures.
//
//   value: failure (1) | failures in a row (1) | try again at (4) | name of the configured zone to blame, if one is
// The entry outlives the wait by the longest wait, so that a run of failures is recognised as one.
#include "resolver/cache/failure_cache.h"

#include <algorithm>
#include <utility>

namespace rw::cache
{

namespace
{

constexpr std::size_t failure_octets = 6;

FoundFailure decode(Octets value)
{
    FoundFailure found{static_cast<Failure>(value[0]), value[1], load_u32(&value[2])};
    if (value.size() > failure_octets)
        found.configured_zone = dns::Name::from_wire(value.subspan(failure_octets));
    return found;
}

std::uint32_t wait_after(unsigned in_a_row)
{
    // 5 s doubles past 5 minutes at the seventh failure; the shift stays far from overflow.
    const unsigned doublings = std::min(in_a_row - 1, 6U);
    return std::min(FailureCache::first_wait << doublings, FailureCache::max_wait);
}

}  // namespace

std::optional<FoundFailure> FailureCache::find(const dns::Name& name, dns::RRType type, Seconds now,
                                               const RootView& root, Scratch& scratch) const
{
    return find(store_.key(Kind::failure, name, type), name, now, root, scratch);
}

std::optional<FoundFailure> FailureCache::find_dead(const dns::Name& zone, Seconds now, const RootView& root,
                                                    Scratch& scratch) const
{
    return find(store_.key(Kind::dead_zone, zone), zone, now, root, scratch);
}

std::optional<FoundFailure> FailureCache::find(const Key& key, const dns::Name& name, Seconds now, const RootView& root,
                                               Scratch& scratch) const
{
    const auto found = store_.find(key, now, scratch);
    if (!found || !root.may_use(found->facts.origin, name))
        return std::nullopt;
    const FoundFailure failure = decode(found->value);
    return failure.until > now ? std::optional(failure) : std::nullopt;
}

std::uint32_t FailureCache::note(const dns::Name& name, dns::RRType type, Failure failure, const Origin& origin,
                                 Seconds now, Scratch& scratch, const std::optional<dns::Name>& configured_zone)
{
    return note(store_.key(Kind::failure, name, type), failure, origin, now, scratch, configured_zone);
}

std::uint32_t FailureCache::note_dead(const dns::Name& zone, Failure failure, const Origin& origin, Seconds now,
                                      Scratch& scratch)
{
    return note(store_.key(Kind::dead_zone, zone), failure, origin, now, scratch, std::nullopt);
}

std::uint32_t FailureCache::note(const Key& key, Failure failure, const Origin& origin, Seconds now, Scratch& scratch,
                                 const std::optional<dns::Name>& configured_zone)
{
    if (!fact(failure).remember)
        return 0;
    unsigned in_a_row = 1;
    if (const auto before = store_.find(key, now, scratch); before && before->facts.origin.root == origin.root)
        in_a_row = std::min(decode(before->value).in_a_row + 1U, 255U);
    const std::uint32_t wait = wait_after(in_a_row);
    OctetBuffer value;
    value.reserve(failure_octets + (configured_zone ? configured_zone->size() : 0));
    append_u8(value, std::to_underlying(failure));
    append_u8(value, static_cast<std::uint8_t>(in_a_row));
    append_u32(value, now + wait);
    if (configured_zone)
        append(value, configured_zone->wire());
    store_.insert(key, {.expires = now + wait + max_wait, .origin = origin, .standing = Standing::unranked()}, value,
                  now);
    return wait;
}

void FailureCache::forget(const dns::Name& name, dns::RRType type, Seconds now, Scratch& scratch)
{
    const Key key = store_.key(Kind::failure, name, type);
    if (store_.find(key, now, scratch))
        store_.remove(key);
}

}  // namespace rw::cache
