// SPDX-License-Identifier: EUPL-1.2
// The comparison with the base, RRset by RRset, through the delta that the audit uses.
#include "zones/continuity/zone_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "resolver/dnssec/dnskey.h"
#include "zones/events.h"
#include "zones/rdata_text.h"
#include "zones/zone_file.h"
#include "zones/zonemd.h"

namespace rw::zones::continuity
{

namespace
{

void append_lines(const Zone& zone, const RRsetRange& rrset, std::string& text)
{
    std::string owner;
    append_name(zone.owner_wire(rrset.owner), owner);
    for (std::uint32_t i = 0; i < rrset.count; ++i) {
        text += fmt::format("{}\t{}\tIN\t{}\t", owner, zone.record_ttl(rrset, i), dns::type_name(rrset.type));
        append_stable_rdata(rrset.type, zone.rdata(rrset, i), text);
        text += '\n';
    }
}

std::set<dns::Name> names_at(const Zone& zone, const RRsetRange* ns)
{
    std::set<dns::Name> names;
    for (std::uint32_t i = 0; ns != nullptr && i < ns->count; ++i)
        names.insert(dns::name_at(zone.rdata(*ns, i), 0));
    return names;
}

/// Names of servers that a delegation of `zone` uses.
std::set<dns::Name> delegated_servers(const Zone& zone)
{
    std::set<dns::Name> names;
    for (const RRsetRange& rrset : zone.rrsets()) {
        if (rrset.type == dns::RRType::ns && rrset.owner != 0)
            names.merge(names_at(zone, &rrset));
    }
    return names;
}

bool has_owner(const Zone& zone, const dns::Name& owner)
{
    return std::ranges::any_of(zone.rrsets(),
                               [&](const RRsetRange& rrset) { return zone.owner(rrset.owner) == owner; });
}

std::string place(const std::string& owner, std::string_view type)
{
    return fmt::format("{} {}", owner, type);
}

Change bare_change(const std::string& owner, dns::RRType type)
{
    Change change;
    change.owner = owner;
    change.type = type;
    return change;
}

class Comparison
{
 public:
    Comparison(const Zone& zone, const Zone& base, const ZonePolicy& policy) : zone_(zone), base_(base)
    {
        for (const Difference& one : policy.differences)
            listed_.emplace(place(one.owner, one.type), &one);
        own_servers_ = names_at(zone, zone.find_at_apex(dns::RRType::ns));
        for (const dns::Name& name : delegated_servers(base))
            own_servers_.erase(name);
    }

    ZoneComparison run()
    {
        for (Change& change : compare(base_, zone_).changes)
            sort_out(std::move(change));
        for (const auto& [where, one] : listed_)
            complain(bare_change(one->owner, dns::parse_type(one->type).value_or(dns::RRType::none)),
                     "is listed, and the zone has what the base has");
        check_keys();
        result_.facts.hash = unsigned_hash(zone_);
        result_.facts.serial = zone_.serial();
        result_.facts.base = base_of(base_);
        result_.facts.changed_tlds = static_cast<std::int64_t>(tlds_.size());
        result_.facts.base_tlds = count_tlds(base_);
        return std::move(result_);
    }

 private:
    void complain(Change change, std::string why)
    {
        if (result_.facts.unlisted++ == 0)
            result_.facts.first_unlisted = fmt::format("{} {}", place(change.owner, dns::type_name(change.type)), why);
        tlds_.insert(tld_of(change.owner));
        result_.deviations.push_back({.change = std::move(change), .listed = false, .why = std::move(why)});
    }

    void sort_out(Change change)
    {
        const bool apex = change.owner == ".";
        const dns::Name owner = dns::Name::parse(change.owner).value_or(dns::Name());
        if (apex && (change.type == dns::RRType::ns || change.type == dns::RRType::dnskey)) {
            result_.apex.push_back(fmt::format(". {}", dns::type_name(change.type)));
            return;
        }
        // Addresses of the zone's own servers, unless a delegation of the base leads through the same name.
        const bool address = change.type == dns::RRType::a || change.type == dns::RRType::aaaa;
        if (address && own_servers_.contains(owner) && !has_owner(base_, owner)) {
            result_.apex.push_back(place(change.owner, dns::type_name(change.type)));
            return;
        }
        const auto listed = listed_.find(place(change.owner, dns::type_name(change.type)));
        if (listed == listed_.end()) {
            complain(std::move(change), "differs from the base and is not listed");
            return;
        }
        const Difference& one = *listed->second;
        listed_.erase(listed);
        if (std::string wrong = contradiction(one, owner, change.type); !wrong.empty()) {
            complain(std::move(change), std::move(wrong));
            return;
        }
        tlds_.insert(tld_of(change.owner));
        result_.deviations.push_back({.change = std::move(change), .listed = true, .why = {}});
    }

    /// What is wrong with a listed difference, as the zone has it.
    std::string contradiction(const Difference& one, const dns::Name& owner, dns::RRType type)
    {
        if (!has_owner(base_, owner))
            return "is new: the base has no such owner, and no statement can add one";
        const RRsetRange* old = base_.find(owner, type);
        const std::optional<Digest> hash = old != nullptr ? std::optional(rrset_hash(base_, *old)) : std::nullopt;
        if (hash != one.old)
            return "is listed with another old hash than the base's";
        const RRsetRange* fresh = zone_.find(owner, type);
        if (fresh == nullptr)
            return one.rdata.empty() ? std::string() : "is missing, the statement lists new data";
        std::vector<std::string> rdata;
        for (std::uint32_t i = 0; i < fresh->count; ++i)
            rdata.push_back(rdata_text(type, zone_.rdata(*fresh, i)));
        std::vector<std::string> wanted = one.rdata;
        std::ranges::sort(rdata);
        std::ranges::sort(wanted);
        if (rdata != wanted || static_cast<std::int64_t>(fresh->ttl) != one.ttl)
            return "has other data than the statement lists";
        return {};
    }

    /// None of IANA's keys may be there: a zone that both anchors verify would be neither.
    void check_keys()
    {
        const RRsetRange* keys = zone_.find_at_apex(dns::RRType::dnskey);
        const RRsetRange* iana = base_.find_at_apex(dns::RRType::dnskey);
        for (std::uint32_t i = 0; keys != nullptr && i < keys->count; ++i) {
            const Octets rdata = zone_.rdata(*keys, i);
            if (const std::optional<dnssec::Dnskey> key = dnssec::Dnskey::parse(rdata))
                result_.facts.algorithms.push_back(key->algorithm);
            for (std::uint32_t k = 0; iana != nullptr && k < iana->count; ++k) {
                if (equal(base_.rdata(*iana, k), rdata))
                    complain(bare_change(".", dns::RRType::dnskey), "has a key of the base");
            }
        }
        std::ranges::sort(result_.facts.algorithms);
        const auto [first, last] = std::ranges::unique(result_.facts.algorithms);
        result_.facts.algorithms.erase(first, last);
    }

    const Zone& zone_;
    const Zone& base_;
    std::map<std::string, const Difference*> listed_;
    std::set<dns::Name> own_servers_;
    std::set<std::string> tlds_;
    ZoneComparison result_;
};

}  // namespace

Digest rrset_hash(const Zone& zone, const RRsetRange& rrset)
{
    std::string text;
    append_lines(zone, rrset, text);
    return sha256(text);
}

Digest unsigned_hash(const Zone& zone)
{
    Sha256 hash;
    std::string text;
    for (const RRsetRange& rrset : zone.rrsets()) {
        if (rrset.type == dns::RRType::rrsig || (rrset.owner == 0 && rrset.type == dns::RRType::zonemd))
            continue;
        text.clear();
        append_lines(zone, rrset, text);
        hash.add(text);
    }
    return hash.finish();
}

Base base_of(const Zone& zone)
{
    dnssec::Digester digester;
    return {.serial = zone.serial(), .zonemd = hex_upper(simple_digest(zone, dnssec::Hash::sha384, digester).view())};
}

ZoneComparison compare_with_base(const Zone& zone, const Zone& base, const ZonePolicy& policy)
{
    return Comparison(zone, base, policy).run();
}

ZoneComparison check_zone(const Zone& zone, const Zone& base, const ZonePolicy& policy, WallSeconds at)
{
    ZoneComparison result = compare_with_base(zone, base, policy);
    const Result<Anchor> anchor = continuity_anchor(policy.anchor);
    if (!anchor)
        return result;
    dnssec::Digester digester;
    const ZonemdCheck digest = check_zonemd(zone, digester);
    const ZoneVerdict verdict = verify_zone(zone, *anchor, at);
    result.facts.zonemd = digest.state == ZonemdState::verified;
    // The digest is judged last: when it is all that is wrong, the signatures are right.
    const bool only_digest = verdict.result != ZoneResult::verified && !result.facts.zonemd &&
                             (verdict.reason == digest.detail || verdict.reason == "no ZONEMD");
    if (verdict.fit_to_serve() || only_digest)
        result.facts.anchor = policy.anchor;
    return result;
}

Result<void> check_listed(const Zone& base, const ZonePolicy& policy)
{
    for (const Difference& one : policy.differences) {
        const std::optional<dns::Name> owner = dns::Name::parse(one.owner);
        const std::optional<dns::RRType> type = dns::parse_type(one.type);
        if (!owner || !type)
            return failed(fmt::format("difference at {} {} cannot be read", one.owner, one.type));
        if (!has_owner(base, *owner))
            return failed(
                fmt::format("difference at {}: the base has no such owner, and no statement can add one", one.owner));
        const RRsetRange* old = base.find(*owner, *type);
        if ((old != nullptr ? std::optional(rrset_hash(base, *old)) : std::nullopt) != one.old)
            return failed(
                fmt::format("difference at {} {}: the old hash is not that of the base", one.owner, one.type));
    }
    return {};
}

Result<Anchor> continuity_anchor(std::string_view ds)
{
    return read_anchor(fmt::format(". DS {}\n", ds));
}

std::int64_t count_tlds(const Zone& zone)
{
    return std::ranges::count_if(zone.rrsets(), [&](const RRsetRange& rrset) {
        return rrset.owner != 0 && rrset.type == dns::RRType::ns && zone.owner(rrset.owner).label_count() == 1;
    });
}

}  // namespace rw::zones::continuity
