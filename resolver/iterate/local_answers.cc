// SPDX-License-Identifier: EUPL-1.2
// Local answers.
#include "resolver/iterate/local_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "zones/rdata_text.h"
#include "zones/zone_words.h"

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::Question;
using dns::RRset;
using dns::RRType;
using Type = config::LocalZoneType;

constexpr std::uint32_t local_ttl = 10800;  // RFC 6303 §3

/// Zones without names (RFC 6303 §4; RFC 6761; RFC 7686; RFC 8375; RFC 9476). Those with names are made below.
constexpr std::string_view empty_zones[] = {
    "test.",
    "invalid.",
    "onion.",
    "home.arpa.",
    "alt.",
    "10.in-addr.arpa.",
    "168.192.in-addr.arpa.",
    "0.in-addr.arpa.",
    "254.169.in-addr.arpa.",
    "2.0.192.in-addr.arpa.",
    "100.51.198.in-addr.arpa.",
    "113.0.203.in-addr.arpa.",
    "255.255.255.255.in-addr.arpa.",
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
    "d.f.ip6.arpa.",
    "8.e.f.ip6.arpa.",
    "9.e.f.ip6.arpa.",
    "a.e.f.ip6.arpa.",
    "b.e.f.ip6.arpa.",
    "8.b.d.0.1.0.0.2.ip6.arpa.",
};

constexpr std::string_view loopback_reverse =
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.";

Link link_of(const Question& question, cache::EntryKind kind, std::vector<RRset> records)
{
    Link link{question.name, question.type, cache::EntryFacts(cache::Rank::zone), std::move(records), {}, local_ttl};
    link.facts.kind = kind;
    link.facts.security = cache::Security::insecure;
    if (!link.records.empty())
        link.ttl = link.records.front().ttl;
    return link;
}

/// The SOA of a zone nobody else has (RFC 6303 §3).
RRset soa_of(const Name& apex)
{
    RRset soa{apex, RRType::soa, local_ttl, {}, {}};
    OctetBuffer rdata;
    append(rdata, apex.wire());
    append(rdata, Name::parse("nobody.invalid.")->wire());
    for (const std::uint32_t field : {1U, 3600U, 1200U, 604800U, local_ttl})
        append_u32(rdata, field);
    soa.rdatas.add(rdata);
    return soa;
}

/// HINFO "RFC8482" "" (RFC 8482 §4.2): a short answer that keeps ANY from being asked again and from amplifying.
Link any_answer(const Question& question)
{
    static constexpr std::string_view rdata("\7RFC8482\0", 9);
    RRset hinfo{question.name, RRType::hinfo, 3600, {}, {}};
    hinfo.rdatas.add(octets_of(rdata));
    Link link = link_of(question, cache::EntryKind::positive, {std::move(hinfo)});
    link.facts.rank = cache::Rank::answer;  // says nothing about the name
    return link;
}

const RRset* find_type(const std::vector<RRset>& sets, RRType type)
{
    const auto at = std::ranges::find(sets, type, &RRset::type);
    return at != sets.end() ? &*at : nullptr;
}

}  // namespace

Result<LocalAnswers> LocalAnswers::make(const config::Settings& settings, const HashKey& key)
{
    LocalAnswers answers(key);
    if (settings.special_use_zones)
        answers.add_special_use_zones();
    for (auto& row : *answers.zones_)
        row.second.built_in = true;
    for (const config::LocalZoneSettings& zone : settings.local_zones) {
        Zone& made = (*answers.zones_)[Name::parse(zone.name.text).value_or(Name{})];
        made = {zone.type, false, {}};
        for (const std::string& text : zone.data) {
            const auto added = answers.add_record(made, text);
            if (!added)
                return failed(fmt::format("local-zones, {}: \"{}\": {}", zone.name.text, text, added.error().message));
        }
    }
    answers.give_way(settings);
    return answers;
}

Result<void> LocalAnswers::add_record(Zone& zone, std::string_view text)
{
    const std::string line = std::string(text) + "\n";  // a zone's text ends with a line's end
    zones::ZoneWords reader(line);
    const auto more = reader.next();
    if (!more || !*more || reader.words().size() < 4)
        return failed("a record is written as: NAME TTL TYPE RDATA");
    const auto& words = reader.words();
    const auto name = Name::parse(words[0].text);
    std::uint32_t ttl = 0;
    const auto number = std::from_chars(words[1].text.data(), words[1].text.data() + words[1].text.size(), ttl);
    const auto type = dns::parse_type(words[2].text);
    if (!name || number.ec != std::errc{} || !type)
        return failed("a record is written as: NAME TTL TYPE RDATA");
    OctetBuffer rdata;
    const auto read = zones::read_rdata(*type, std::span(words).subspan(3), Name{}, rdata);
    if (!read)
        return read;
    std::vector<RRset>& sets = zone.names[*name];
    auto at = std::ranges::find(sets, *type, &RRset::type);
    if (at == sets.end())
        at = sets.insert(sets.end(), RRset{*name, *type, ttl, {}, {}});
    at->rdatas.add(rdata);
    return {};
}

void LocalAnswers::add_zone(std::string_view name, std::initializer_list<std::string_view> records)
{
    Zone& zone = (*zones_)[*Name::parse(name)];
    for (const std::string_view record : records)
        if (!add_record(zone, record))  // never: a test reads all records of the table below
            return;
}

void LocalAnswers::add_special_use_zones()
{
    for (const std::string_view name : empty_zones)
        add_zone(name);
    for (int second = 16; second < 32; ++second)
        add_zone(fmt::format("{}.172.in-addr.arpa.", second));
    for (int second = 64; second < 128; ++second)
        add_zone(fmt::format("{}.100.in-addr.arpa.", second));  // RFC 7793
    add_zone("localhost.", {"localhost. 10800 A 127.0.0.1", "localhost. 10800 AAAA ::1"});
    (*zones_)[*Name::parse("localhost.")].type = Type::redirect;  // RFC 6761 §6.3: names below it as well
    add_zone("127.in-addr.arpa.", {"1.0.0.127.in-addr.arpa. 10800 PTR localhost."});
    const std::string pointer = fmt::format("{} 10800 PTR localhost.", loopback_reverse);
    add_zone(loopback_reverse, {pointer});
}

void LocalAnswers::give_way(const config::Settings& settings)
{
    for (const auto& stub : settings.stub_zones)
        leave_to_servers(stub.name, false);
    for (const auto& forward : settings.forward_zones)
        leave_to_servers(forward.name, forward.servers.empty());
    for (const auto& rule : settings.policy) {
        if (rule.action == config::PolicyAction::forward)
            leave_to_servers(rule.suffix, false);
    }
}

void LocalAnswers::leave_to_servers(const config::ZoneName& zone, bool from_root)
{
    const Name apex = Name::parse(zone.text).value_or(Name{});
    for (std::size_t labels = apex.label_count() + 1; labels-- > 0;) {
        const auto around = zones_->find(apex.ancestor(labels));
        if (around == zones_->end())
            continue;
        const bool same = labels == apex.label_count();
        const bool stays = around->second.built_in ? from_root : same;
        if (!stays)
            (*zones_)[apex] = {Type::transparent, around->second.built_in, {}};
        return;
    }
}

LocalAnswers::Place LocalAnswers::locate(const Question& question) const
{
    bool passed_on = false;  // by a zone that is deeper
    for (std::size_t labels = question.name.label_count() + 1; labels-- > 0;) {
        const Name apex = question.name.ancestor(labels);
        const auto at = zones_->find(apex);
        if (at == zones_->end())
            continue;
        const Zone& zone = at->second;
        // What stands at the cut belongs to the parent (RFC 4035 §3.1.4.1).
        if (question.type == RRType::ds && apex == question.name)
            continue;
        passed_on = passed_on || zone.type == Type::transparent;
        if (!passed_on || (zone.names.contains(question.name) && zone.type != Type::refuse))
            return {apex, &zone};
    }
    return {};
}

std::optional<std::expected<Link, Failure>> LocalAnswers::find(const Question& question) const
{
    const Place place = locate(question);
    if (place.zone != nullptr)
        return answer_from(place.apex, *place.zone, question);
    if (question.type == RRType::any)
        return any_answer(question);
    return std::nullopt;
}

std::expected<Link, Failure> LocalAnswers::answer_from(const Name& apex, const Zone& zone,
                                                       const Question& question) const
{
    if (zone.type == Type::refuse)
        return std::unexpected(Failure::policy_refused);
    const auto at = zone.names.find(zone.type == Type::redirect ? apex : question.name);
    if (at != zone.names.end()) {
        if (question.type == RRType::any)
            return any_answer(question);
        const RRset* set = find_type(at->second, question.type);
        const RRset* alias = set == nullptr ? find_type(at->second, RRType::cname) : nullptr;
        if (set != nullptr || alias != nullptr) {
            RRset copy = set != nullptr ? *set : *alias;
            copy.owner = question.name;
            return link_of(question, set != nullptr ? cache::EntryKind::positive : cache::EntryKind::alias,
                           {std::move(copy)});
        }
    }
    const RRset soa = soa_for_denial(apex, zone);
    if (question.type == RRType::soa && question.name == apex)
        return link_of(question, cache::EntryKind::positive, {soa});
    // An empty non-terminal exists: the name after it in canonical order is below it (RFC 4034 §6.1).
    const auto next = zone.names.upper_bound(question.name);
    const bool exists = at != zone.names.end() || question.name == apex || zone.type == Type::redirect ||
                        (next != zone.names.end() && next->first.is_below(question.name));
    return link_of(question, exists ? cache::EntryKind::nodata : cache::EntryKind::nxdomain, {soa});
}

RRset LocalAnswers::soa_for_denial(const Name& apex, const Zone& zone)
{
    const auto at = zone.names.find(apex);
    const RRset* own = at != zone.names.end() ? find_type(at->second, RRType::soa) : nullptr;
    if (own == nullptr)
        return soa_of(apex);
    // As long as the operator wrote (RFC 2308 §3): the lower of the TTL and MINIMUM, the last of its fields.
    RRset soa = *own;
    const Octets rdata = soa.rdatas.front();
    soa.ttl = std::min(soa.ttl, load_u32(rdata.last(4).data()));
    return soa;
}

}  // namespace rw::iterate
