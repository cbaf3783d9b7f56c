// SPDX-License-Identifier: EUPL-1.2
// Rules of keeping and finding answers.
#include "resolver/cache/answer_cache.h"

#include <algorithm>
#include <string_view>

#include "resolver/base/keyed_table.h"

namespace rw::cache
{

namespace
{

constexpr std::uint32_t max_bogus_ttl = 60;  // seconds; RFC 4035 §4.7: short, or a repaired zone stays broken for us
constexpr std::size_t soa_timers = 20;

/// Types that live beside a CNAME (RFC 4035 §2.5, RFC 2181 §10.1): an alias does not speak for them.
bool lives_beside_alias(dns::RRType type)
{
    return type == dns::RRType::rrsig || type == dns::RRType::nsec || type == dns::RRType::key ||
           type == dns::RRType::sig;
}

/// Whether an answer of its own for a type says that the name exists and is no alias.
bool contradicts_alias(const Answer& answer)
{
    const bool the_alias = answer.type == dns::RRType::cname && answer.facts.kind == EntryKind::positive;
    return !the_alias && !lives_beside_alias(answer.type) && answer.type != dns::RRType::ds;
}

std::uint32_t lowest_ttl(std::span<const dns::RRset> sets, std::uint32_t lowest)
{
    for (const dns::RRset& set : sets)
        lowest = std::min(lowest, set.ttl);
    return lowest;
}

/// Kept under every type of the name.
/// The parent's alias in place of a DS is kept for DS only, because an alias of the child's is no answer to that.
bool speaks_for_every_type(const Answer& answer)
{
    return answer.facts.kind == EntryKind::nxdomain ||
           (answer.facts.kind == EntryKind::alias && answer.type != dns::RRType::ds);
}

bool is_negative(const Answer& answer)
{
    return answer.facts.kind == EntryKind::nodata || answer.facts.kind == EntryKind::nxdomain;
}

/// The TTL of a denial: the lower of TTL and MINIMUM of its SOA (RFC 2308 §5). 0 without SOA.
std::uint32_t denial_ttl(const Answer& answer)
{
    if (answer.records.empty() || answer.records.front().type != dns::RRType::soa ||
        answer.records.front().rdatas.empty())
        return 0;
    const dns::RRset& soa = answer.records.front();
    const Octets rdata = soa.rdatas.front();
    return rdata.size() < soa_timers ? 0 : std::min(soa.ttl, load_u32(&rdata[rdata.size() - 4]));
}

}  // namespace

std::optional<FoundAnswer> AnswerCache::find_exact(const Key& key, Seconds now, const RootView& root, Scratch& scratch,
                                                   Seconds stale) const
{
    const auto found = store_.find(key, now, scratch, stale);
    if (!found || (found->facts.origin.root != root.root && !root.may_use(found->facts.origin, key.name())))
        return std::nullopt;
    return FoundAnswer{EntryView(found->value, found->facts.expires), found->facts.origin};
}

std::optional<FoundAnswer> AnswerCache::find(const Key& key, Seconds now, const RootView& root, Scratch& scratch,
                                             Seconds stale) const
{
    auto exact = find_exact(key, now, root, scratch, stale);
    if (exact && exact->entry.expires() > now)
        return exact;
    const Seconds ended = exact ? exact->entry.expires() : 0;
    auto wide = find_exact(key.for_every_type(store_.secret()), now, root, scratch, stale);
    // Of two that have expired the later one is what the name came to; the first look-up's octets are gone.
    if (exact && (!wide || wide->entry.expires() <= ended))
        return find_exact(key, now, root, scratch, stale);
    if (!wide || wide->entry.kind() != EntryKind::alias)
        return wide;
    if (lives_beside_alias(key.type()) || key.type() == dns::RRType::ds)
        return std::nullopt;
    if (key.type() == dns::RRType::cname)  // RFC 1034 §3.6.2: a question for CNAME is answered by it
        wide->entry = wide->entry.as_positive();
    return wide;
}

std::optional<AnswerCache::Ancestor> AnswerCache::find_cut(const dns::Name& name, Seconds now, const RootView& root,
                                                           Scratch& scratch) const
{
    for (std::size_t labels = name.label_count(); labels > 1;) {
        --labels;
        const auto found = find_exact(store_.key(Kind::whole_name, name.ancestor(labels)), now, root, scratch, 0);
        if (found && found->entry.kind() == EntryKind::nxdomain && found->entry.security() == Security::secure &&
            !found->entry.facts().opt_out)
            return Ancestor{*found, labels};
    }
    return std::nullopt;
}

std::optional<AnswerCache::Ancestor> AnswerCache::find_dname(const dns::Name& name, const dns::Name& edge, Seconds now,
                                                             const RootView& root, Scratch& scratch) const
{
    for (std::size_t labels = edge.label_count(); labels < name.label_count(); ++labels) {
        const auto found = find_exact(key(name.ancestor(labels), dns::RRType::dname), now, root, scratch, 0);
        if (!found || found->entry.kind() != EntryKind::positive || found->entry.security() != Security::secure)
            continue;
        // One out of a wildcard stands for the name it was asked for, and one above that name is not its own.
        const EntryFacts facts = found->entry.facts();
        if (!facts.wildcard && !facts.name_too_long)
            return Ancestor{*found, labels};
    }
    return std::nullopt;
}

std::uint32_t AnswerCache::ttl_of(const Answer& answer) const
{
    const bool negative = is_negative(answer);
    if (negative && answer.records.empty())
        return 0;
    const TtlLimits bounds = limits();
    const std::uint32_t highest = negative ? std::min(bounds.max_negative_ttl, bounds.max_ttl) : bounds.max_ttl;
    std::uint32_t ttl = lowest_ttl(answer.records, UINT32_MAX);
    ttl = lowest_ttl(answer.proof, negative ? std::min(ttl, denial_ttl(answer)) : ttl);
    ttl = std::min(std::max(ttl, bounds.min_ttl), highest);
    return answer.facts.security == Security::bogus ? std::min(ttl, max_bogus_ttl) : ttl;
}

/// Whether an entry under the other key of the name says something else and does not give way. For what was not asked
/// for: an answer to its own question takes the place of both.
bool AnswerCache::is_contradicted(const Answer& answer, const Key& own, const ValueFacts& facts, Seconds now) const
{
    if (was_asked_for(answer.facts.rank))
        return false;
    if (speaks_for_every_type(answer)) {
        const bool beside = lives_beside_alias(answer.type) || answer.type == dns::RRType::ds;
        return !beside && store_.stands(key(answer.name, answer.type), facts, now);
    }
    return contradicts_alias(answer) && store_.stands(own.for_every_type(store_.secret()), facts, now);
}

AnswerCache::Kept AnswerCache::insert(const Answer& answer, const Origin& origin, Seconds now)
{
    const std::uint32_t ttl = ttl_of(answer);
    const bool wide = speaks_for_every_type(answer);
    const Key own = wide ? store_.key(Kind::whole_name, answer.name) : key(answer.name, answer.type);
    const ValueFacts facts{now + ttl, origin, Standing::of(answer.facts.security, answer.facts.rank)};
    if (store_.stands(own, facts, now) || is_contradicted(answer, own, facts, now))
        return Kept::outranked;
    const auto entry = ttl == 0 ? std::nullopt : encode_entry(answer, ttl);
    if (entry && !store_.insert(own, facts, *entry, now))
        return store_.stands(own, facts, now) ? Kept::outranked : Kept::not_to_keep;
    // What may not be kept still ends what was: it must not come back as stale (RFC 8767 §4).
    if (!entry)
        store_.remove_outranked(own, facts, now);
    if (wide)
        store_.remove_outranked(key(answer.name, answer.type), facts, now);
    if (!wide && contradicts_alias(answer) &&
        !store_.remove_outranked(own.for_every_type(store_.secret()), facts, now)) {
        store_.remove(own);  // another worker has learnt better in this very moment
        return Kept::outranked;
    }
    return entry ? Kept::kept : Kept::not_to_keep;
}

void AnswerCache::flush_name(const dns::Name& name)
{
    const dns::Name lower = name.lowercase();
    store_.remove_if(
        [&](Kind kind, Octets wire, dns::RRType) { return kind != Kind::delegation && equal(wire, lower.wire()); });
}

std::size_t flush_zones(Store& store, const std::vector<dns::Name>& zones)
{
    KeyedSet<std::string_view> wires(store.secret());
    std::vector<dns::Name> lower;
    lower.reserve(zones.size());
    for (const dns::Name& zone : zones)
        wires.insert(text_of(lower.emplace_back(zone.lowercase()).wire()));
    return store.remove_if([&](Kind, Octets wire, dns::RRType) {
        while (!wires.contains(text_of(wire))) {
            if (wire.size() <= 1)
                return false;
            wire = wire.subspan(wire[0] + 1U);
        }
        return true;
    });
}

std::size_t flush_zone(Store& store, const dns::Name& zone)
{
    return flush_zones(store, {zone});
}

}  // namespace rw::cache
