// SPDX-License-Identifier: EUPL-1.2
// Answers of a local zone.
#include "resolver/iterate/local_zone.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::Question;
using dns::RRset;
using dns::RRType;
using Type = config::LocalZoneType;

constexpr std::uint32_t soa_ttl = 10800;  // seconds; RFC 6303 §3

Link link_of(const Question& question, cache::EntryKind kind, std::vector<RRset> records)
{
    Link link{question.name, question.type, cache::EntryFacts(cache::Rank::zone), std::move(records), {}, soa_ttl};
    link.facts.kind = kind;
    link.facts.security = cache::Security::insecure;
    if (!link.records.empty())
        link.ttl = link.records.front().ttl;
    return link;
}

/// The SOA of a zone nobody else has (RFC 6303 §3).
RRset made_soa(const Name& apex)
{
    RRset soa{apex, RRType::soa, soa_ttl, {}, {}};
    OctetBuffer rdata;
    append(rdata, apex.wire());
    append(rdata, Name::parse("nobody.invalid.")->wire());
    for (const std::uint32_t field : {1U, 3600U, 1200U, 604800U, soa_ttl})
        append_u32(rdata, field);
    soa.rdatas.add(rdata);
    return soa;
}

const RRset* find_type(const std::vector<RRset>& sets, RRType type)
{
    const auto at = std::ranges::find(sets, type, &RRset::type);
    return at != sets.end() ? &*at : nullptr;
}

bool stands_alone(RRType type)
{
    return type == RRType::cname;
}

}  // namespace

Link any_answer(const Question& question)
{
    static constexpr std::string_view rdata("\7RFC8482\0", 9);
    RRset hinfo{question.name, RRType::hinfo, 3600, {}, {}};
    hinfo.rdatas.add(octets_of(rdata));
    Link link = link_of(question, cache::EntryKind::positive, {std::move(hinfo)});
    link.facts.rank = cache::Rank::answer;  // says nothing about the name
    return link;
}

Result<void> LocalZone::add(LocalRecord record)
{
    if (record.type == RRType::soa && record.owner != apex_)
        return failed("the SOA record of a zone belongs to its apex");
    if (type_ == Type::redirect && record.owner != apex_)
        return failed(fmt::format("a zone of type redirect answers all names with the data of {}; this is never given",
                                  apex_.to_string()));
    Sets& sets = names_[record.owner];
    const bool another = std::ranges::any_of(sets, [&](const RRset& set) { return set.type != record.type; });
    if (another && (stands_alone(record.type) || stands_alone(sets.front().type)))
        return failed(fmt::format("{} has a CNAME, which stands alone (RFC 1034 §3.6.2)", record.owner.to_string()));
    auto at = std::ranges::find(sets, record.type, &RRset::type);
    if (at == sets.end())
        at = sets.insert(sets.end(), RRset{record.owner, record.type, record.ttl, {}, {}});
    else if (stands_alone(record.type) || record.type == RRType::soa)
        return failed(fmt::format("{} has one {} only", record.owner.to_string(), dns::type_name(record.type)));
    if (at->ttl != record.ttl)
        return failed(fmt::format("the other {} records of {} have a TTL of {} (RFC 2181 §5.2)",
                                  dns::type_name(record.type), record.owner.to_string(), at->ttl));
    at->rdatas.add(record.rdata);
    return {};
}

std::optional<std::expected<Link, Failure>> LocalZone::answer(const Question& question) const
{
    const Sets* sets = records_of(question.name);
    if (type_ == Type::transparent && sets == nullptr)
        return std::nullopt;
    if (type_ == Type::refuse)
        return std::unexpected(Failure::policy_refused);
    if (sets != nullptr && question.type == RRType::any)
        return any_answer(question);
    if (sets != nullptr) {
        const RRset* set = find_type(*sets, question.type);
        const RRset* alias = set == nullptr ? find_type(*sets, RRType::cname) : nullptr;
        if (set != nullptr || alias != nullptr) {
            RRset copy = set != nullptr ? *set : *alias;
            copy.owner = question.name;
            return link_of(question, set != nullptr ? cache::EntryKind::positive : cache::EntryKind::alias,
                           {std::move(copy)});
        }
    }
    if (question.type == RRType::soa && question.name == apex_)
        return link_of(question, cache::EntryKind::positive, {soa()});
    const bool there = sets != nullptr || type_ == Type::redirect || exists(question.name);
    RRset denial = soa();
    denial.ttl = std::min(denial.ttl, load_u32(denial.rdatas.front().last(4).data()));  // MINIMUM (RFC 2308 §5)
    return link_of(question, there ? cache::EntryKind::nodata : cache::EntryKind::nxdomain, {std::move(denial)});
}

const LocalZone::Sets* LocalZone::records_of(const Name& name) const
{
    auto at = names_.find(type_ == Type::redirect ? apex_ : name);
    if (at == names_.end() && type_ != Type::redirect && !exists(name)) {
        std::size_t labels = name.label_count();
        while (labels > apex_.label_count() && !exists(name.ancestor(labels)))
            --labels;
        const auto wildcard = name.ancestor(labels).wildcard();
        if (wildcard)
            at = names_.find(*wildcard);
    }
    return at != names_.end() ? &at->second : nullptr;
}

bool LocalZone::exists(const Name& name) const
{
    if (name == apex_)
        return true;
    const auto at = names_.lower_bound(name);
    return at != names_.end() && at->first.is_at_or_below(name);
}

RRset LocalZone::soa() const
{
    const auto at = names_.find(apex_);
    const RRset* own = at != names_.end() ? find_type(at->second, RRType::soa) : nullptr;
    return own != nullptr ? *own : made_soa(apex_);
}

}  // namespace rw::iterate
