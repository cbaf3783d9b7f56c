// SPDX-License-Identifier: EUPL-1.2
// One walk over two sorted lists of RRsets; unchanged ones cost a comparison of octets.
#include "zones/delta.h"

#include <algorithm>
#include <map>

#include "resolver/dnssec/canonical.h"
#include "zones/rdata_text.h"

namespace rw::zones
{

namespace
{

struct Side {
    const Zone* zone;
    const RRsetRange* rrset;
};

std::string owner_text(const Side& side)
{
    std::string text;
    append_name(side.zone->owner_wire(side.rrset->owner), text);
    return text;
}

/// 8,192 records of a delta are printed by a library, at some 10 us each; more of them are shown in the form of RFC
/// 3597. The root has none of those types.
constexpr std::size_t library_texts = 8192;

/// RDATA of `a` that `b` does not have; both are sorted. `b` may be absent. `by_library` counts what a library printed.
std::vector<std::string> only_in(const Side& a, const std::optional<Side>& b, std::size_t& by_library)
{
    std::vector<std::string> texts;
    std::uint32_t other = 0;
    for (std::uint32_t i = 0; i < a.rrset->count; ++i) {
        const Octets rdata = a.zone->rdata(*a.rrset, i);
        while (b && other < b->rrset->count && dnssec::compare_rdata(b->zone->rdata(*b->rrset, other), rdata) < 0)
            ++other;
        if (b && other < b->rrset->count && equal(b->zone->rdata(*b->rrset, other), rdata))
            continue;
        if (needs_library(a.rrset->type) && ++by_library > library_texts)
            append_stable_rdata(a.rrset->type, rdata, texts.emplace_back());
        else
            texts.push_back(rdata_text(a.rrset->type, rdata));
    }
    return texts;
}

bool same_content(const Side& a, const Side& b)
{
    if (a.rrset->count != b.rrset->count || a.rrset->ttl != b.rrset->ttl)
        return false;
    for (std::uint32_t i = 0; i < a.rrset->count; ++i) {
        if (!equal(a.zone->rdata(*a.rrset, i), b.zone->rdata(*b.rrset, i)))
            return false;
    }
    return true;
}

/// The signatures at one owner, by the type they cover.
std::map<std::uint16_t, std::vector<Octets>> signatures_by_type(const Side& side)
{
    std::map<std::uint16_t, std::vector<Octets>> by_type;
    for (std::uint32_t i = 0; i < side.rrset->count; ++i) {
        const Octets rdata = side.zone->rdata(*side.rrset, i);
        by_type[load_u16(rdata.data())].push_back(rdata);
    }
    return by_type;
}

std::size_t count_resigned(const Side& before, const Side& after)
{
    if (same_content(before, after))
        return 0;
    const auto old_signatures = signatures_by_type(before);
    std::size_t resigned = 0;
    for (const auto& [type, signatures] : signatures_by_type(after)) {
        const auto old = old_signatures.find(type);
        if (old != old_signatures.end() && !std::ranges::equal(old->second, signatures, equal))
            ++resigned;
    }
    return resigned;
}

class Walk
{
 public:
    Walk(const Zone& before, const Zone& after) : before_(before), after_(after) {}

    Delta run()
    {
        delta_.from = before_.serial();
        delta_.to = after_.serial();
        const auto old_sets = before_.rrsets();
        const auto new_sets = after_.rrsets();
        std::size_t i = 0;
        std::size_t j = 0;
        while (i < old_sets.size() || j < new_sets.size()) {
            const std::strong_ordering order = i == old_sets.size()   ? std::strong_ordering::greater
                                               : j == new_sets.size() ? std::strong_ordering::less
                                                                      : compare_places(old_sets[i], new_sets[j]);
            if (order == 0)
                both({&before_, &old_sets[i]}, {&after_, &new_sets[j]});
            else if (order < 0)
                one({&before_, &old_sets[i]}, false);
            else
                one({&after_, &new_sets[j]}, true);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return std::move(delta_);
    }

 private:
    std::strong_ordering compare_places(const RRsetRange& a, const RRsetRange& b) const
    {
        const auto order = dnssec::compare_rdata(before_.owner_key(a.owner), after_.owner_key(b.owner));
        return order != 0 ? order : a.type <=> b.type;
    }

    void both(const Side& old_side, const Side& new_side)
    {
        if (old_side.rrset->type == dns::RRType::rrsig)
            delta_.resigned += count_resigned(old_side, new_side);
        if (changes_with_every_version(old_side.rrset->type) || same_content(old_side, new_side))
            return;
        delta_.changes.push_back({.owner = owner_text(new_side),
                                  .type = new_side.rrset->type,
                                  .added = only_in(new_side, old_side, by_library_),
                                  .removed = only_in(old_side, new_side, by_library_),
                                  .ttl_before = old_side.rrset->ttl,
                                  .ttl_after = new_side.rrset->ttl});
    }

    void one(const Side& side, bool added)
    {
        if (changes_with_every_version(side.rrset->type))
            return;
        Change change;
        change.owner = owner_text(side);
        change.type = side.rrset->type;
        (added ? change.added : change.removed) = only_in(side, std::nullopt, by_library_);
        (added ? change.ttl_after : change.ttl_before) = side.rrset->ttl;
        delta_.changes.push_back(std::move(change));
    }

    const Zone& before_;
    const Zone& after_;
    Delta delta_;
    std::size_t by_library_ = 0;
};

}  // namespace

bool changes_with_every_version(dns::RRType type)
{
    return type == dns::RRType::soa || type == dns::RRType::rrsig || type == dns::RRType::nsec ||
           type == dns::RRType::zonemd;
}

Delta compare(const Zone& before, const Zone& after)
{
    return Walk(before, after).run();
}

Json change_json(const Change& change)
{
    const auto ttl = [](const std::optional<std::uint32_t>& value) { return value ? Json(*value) : Json(nullptr); };
    return Json{
        {"owner", change.owner},     {"type", dns::type_name(change.type)},  {"added", change.added},
        {"removed", change.removed}, {"ttl_before", ttl(change.ttl_before)}, {"ttl_after", ttl(change.ttl_after)}};
}

}  // namespace rw::zones
