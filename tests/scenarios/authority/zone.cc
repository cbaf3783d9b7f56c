// SPDX-License-Identifier: EUPL-1.2
// The authoritative algorithm of RFC 1034 §4.3.2 with RFC 4592 wildcards, RFC 6672 DNAME and RFC 4035 §3.1 proofs.
#include "tests/scenarios/authority/zone.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <memory>

#include "resolver/dns/rrset.h"

namespace rw::scenarios
{

namespace
{

constexpr int longest_chain = 20;  // aliases followed inside one zone for one answer

dns::RRType covered_by(const Record& rrsig)
{
    return rrsig.rdata.size() < 2 ? dns::RRType::none : static_cast<dns::RRType>(load_u16(rrsig.rdata.data()));
}

Record cname_record(const dns::Name& owner, const dns::Name& target, std::uint32_t ttl)
{
    return {.owner = owner,
            .type = dns::RRType::cname,
            .rrclass = dns::RRClass::in,
            .ttl = ttl,
            .rdata = OctetBuffer(target.wire().begin(), target.wire().end())};
}

}  // namespace

Zone::Zone(dns::Name origin, const Records& records) : origin_(origin), above_nsec3_(origin)
{
    for (const Record& record : records) {
        const dns::RRType kind = record.type == dns::RRType::rrsig ? covered_by(record) : record.type;
        auto& nodes = kind == dns::RRType::nsec3 ? nsec3_nodes_ : nodes_;
        nodes[record.owner.lowercase()][record.type].push_back(record);
        if (kind == dns::RRType::nsec3)
            above_nsec3_ = record.owner.parent().lowercase();
        if (record.type == dns::RRType::nsec3param && record.rdata.size() >= 5) {
            iterations_ = load_u16(&record.rdata[2]);
            salt_.assign(record.rdata.begin() + 5, record.rdata.end());
        }
    }
}

const Zone::Node* Zone::node(const dns::Name& name) const
{
    const auto found = nodes_.find(name.lowercase());
    return found == nodes_.end() ? nullptr : &found->second;
}

const Records* Zone::rrset(const dns::Name& name, dns::RRType type) const
{
    const Node* here = node(name);
    if (here == nullptr)
        return nullptr;
    const auto found = here->find(type);
    return found == here->end() ? nullptr : &found->second;
}

bool Zone::exists(const dns::Name& name) const
{
    const auto next = nodes_.lower_bound(name.lowercase());
    return next != nodes_.end() && next->first.is_at_or_below(name);
}

std::optional<dns::Name> Zone::cut_above(const dns::Name& name, dns::RRType type) const
{
    for (std::size_t labels = origin_.label_count() + 1; labels <= name.label_count(); ++labels) {
        const dns::Name candidate = name.ancestor(labels);
        // DS belongs to the parent (RFC 4035 §2.4).
        if (rrset(candidate, dns::RRType::ns) != nullptr && !(type == dns::RRType::ds && candidate == name))
            return candidate;
    }
    return std::nullopt;
}

std::optional<dns::Name> Zone::dname_above(const dns::Name& name) const
{
    for (std::size_t labels = origin_.label_count(); labels < name.label_count(); ++labels)
        if (rrset(name.ancestor(labels), dns::RRType::dname) != nullptr)
            return name.ancestor(labels);
    return std::nullopt;
}

dns::Name Zone::closest_encloser(const dns::Name& name) const
{
    dns::Name encloser = name;
    while (encloser.label_count() > origin_.label_count() && !exists(encloser))
        encloser = encloser.parent();
    return encloser;
}

void Zone::answer(Message& reply, bool dnssec) const
{
    const Ask ask{.reply = reply, .type = reply.question->type, .dnssec = dnssec};
    reply.flags |= dns::Header::aa;
    std::optional<dns::Name> name = reply.question->name;
    for (int links = 0; name && links < longest_chain; ++links)
        name = step(ask, *name);
}

std::optional<dns::Name> Zone::step(const Ask& ask, const dns::Name& name) const
{
    if (!name.is_at_or_below(origin_))
        return std::nullopt;  // the alias leaves the zone
    if (const auto cut = cut_above(name, ask.type)) {
        refer(ask, *cut);
        return std::nullopt;
    }
    if (const auto owner = dname_above(name))
        return follow_dname(ask, name, *owner);
    if (node(name) != nullptr)
        return answer_from(ask, name, name);
    if (exists(name)) {
        deny(ask, name, true);
        return std::nullopt;
    }
    const auto wildcard = closest_encloser(name).wildcard();
    if (wildcard && node(*wildcard) != nullptr)
        return answer_from(ask, name, *wildcard);
    ask.reply.rcode = static_cast<std::uint16_t>(Rcode::nxdomain);
    deny(ask, name, false);
    return std::nullopt;
}

std::optional<dns::Name> Zone::answer_from(const Ask& ask, const dns::Name& name, const dns::Name& source) const
{
    const Node& here = *node(source);
    const bool expanded = source != name;
    if (ask.type == dns::RRType::any) {
        for (const auto& [type, records] : here)
            if (type != dns::RRType::rrsig)
                add_expanded(ask, source, type, name);
        return std::nullopt;
    }
    if (here.contains(ask.type)) {
        add_expanded(ask, source, ask.type, name);
        if (ask.type == dns::RRType::ns)
            add_glue(ask, here.at(ask.type));  // priming needs the addresses (RFC 8109 §4)
        if (expanded)
            prove(ask, name, false);
        return std::nullopt;
    }
    const Records* alias = rrset(source, dns::RRType::cname);
    if (alias != nullptr) {
        add_expanded(ask, source, dns::RRType::cname, name);
        if (expanded)
            prove(ask, name, false);
        return dns::name_at(alias->front().rdata, 0);
    }
    deny(ask, source, true);
    if (expanded)
        prove(ask, name, false);
    return std::nullopt;
}

std::optional<dns::Name> Zone::follow_dname(const Ask& ask, const dns::Name& name, const dns::Name& owner) const
{
    add(ask, ask.reply.answer(), owner, dns::RRType::dname);
    const Record& dname = rrset(owner, dns::RRType::dname)->front();
    const auto target = name.rebase(owner, dns::name_at(dname.rdata, 0));
    if (!target) {
        ask.reply.rcode = static_cast<std::uint16_t>(Rcode::yxdomain);  // RFC 6672 §2.2: the name becomes too long
        return std::nullopt;
    }
    ask.reply.answer().push_back(cname_record(name, *target, dname.ttl));
    if (ask.type == dns::RRType::cname)
        return std::nullopt;
    return target;
}

void Zone::add(const Ask& ask, Records& section, const dns::Name& name, dns::RRType type) const
{
    const Records* records = rrset(name, type);
    if (records == nullptr)
        return;
    section.insert(section.end(), records->begin(), records->end());
    const Records* signatures = ask.dnssec ? rrset(name, dns::RRType::rrsig) : nullptr;
    if (signatures != nullptr)
        std::ranges::copy_if(*signatures, std::back_inserter(section),
                             [type](const Record& each) { return covered_by(each) == type; });
}

void Zone::add_expanded(const Ask& ask, const dns::Name& wildcard, dns::RRType type, const dns::Name& as) const
{
    Records& section = ask.reply.answer();
    const std::size_t before = section.size();
    add(ask, section, wildcard, type);
    for (std::size_t i = before; i < section.size(); ++i)
        section[i].owner = as;
}

void Zone::refer(const Ask& ask, const dns::Name& cut) const
{
    if (ask.reply.answer().empty())
        ask.reply.flags = static_cast<std::uint16_t>(ask.reply.flags & ~dns::Header::aa);
    const Records& servers = *rrset(cut, dns::RRType::ns);
    // NS at a cut is not signed: it is the child's (RFC 4035 §2.2).
    ask.reply.authority().insert(ask.reply.authority().end(), servers.begin(), servers.end());
    if (ask.dnssec) {
        if (rrset(cut, dns::RRType::ds) != nullptr)
            add(ask, ask.reply.authority(), cut, dns::RRType::ds);
        else
            prove(ask, cut, true);
    }
    add_glue(ask, servers);
}

void Zone::add_glue(const Ask& ask, const Records& servers) const
{
    for (const Record& server : servers) {
        const dns::Name target = dns::name_at(server.rdata, 0);
        for (const dns::RRType type : {dns::RRType::a, dns::RRType::aaaa})
            if (const Records* addresses = rrset(target, type))
                ask.reply.additional().insert(ask.reply.additional().end(), addresses->begin(), addresses->end());
    }
}

void Zone::deny(const Ask& ask, const dns::Name& name, bool name_exists) const
{
    add(ask, ask.reply.authority(), origin_, dns::RRType::soa);
    prove(ask, name, name_exists);
}

void Zone::prove(const Ask& ask, const dns::Name& name, bool name_exists) const
{
    if (!ask.dnssec)
        return;
    if (!nsec3_nodes_.empty()) {
        prove_with_nsec3(ask, name, name_exists);
        return;
    }
    if (rrset(origin_, dns::RRType::nsec) == nullptr)
        return;
    add_nsec_at_or_before(ask, name);
    if (!name_exists)
        if (const auto wildcard = closest_encloser(name).wildcard(); wildcard && node(*wildcard) == nullptr)
            add_nsec_at_or_before(ask, *wildcard);
}

void Zone::add_nsec_at_or_before(const Ask& ask, const dns::Name& name) const
{
    auto place = nodes_.upper_bound(name.lowercase());
    while (place != nodes_.begin()) {
        --place;
        const auto nsec = place->second.find(dns::RRType::nsec);
        if (nsec == place->second.end())
            continue;  // glue has none
        Records& section = ask.reply.authority();
        const auto same = [&](const Record& each) { return each.same_as(nsec->second.front()); };
        if (std::ranges::none_of(section, same))
            add(ask, section, place->first, dns::RRType::nsec);
        return;
    }
}

dns::Name Zone::hashed(const dns::Name& name) const
{
    const dns::Name lowered = name.lowercase();
    const std::unique_ptr<ldns_rdf, decltype(&ldns_rdf_deep_free)> owner(
        ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, lowered.wire().size(), lowered.wire().data()), ldns_rdf_deep_free);
    const std::unique_ptr<ldns_rdf, decltype(&ldns_rdf_deep_free)> hash(
        ldns_nsec3_hash_name(owner.get(), LDNS_SHA1, iterations_, static_cast<std::uint8_t>(salt_.size()),
                             salt_.empty() ? nullptr : salt_.data()),
        ldns_rdf_deep_free);
    // The hash comes as a one-label name.
    const auto label = dns::Name::from_wire({ldns_rdf_data(hash.get()), ldns_rdf_size(hash.get())});
    return above_nsec3_.prepend(label->first_label())->lowercase();
}

void Zone::add_nsec3(const Ask& ask, const dns::Name& name, bool covering) const
{
    const dns::Name hash = hashed(name);
    auto place = nsec3_nodes_.find(hash);
    if (place == nsec3_nodes_.end() && !covering)
        return;
    if (place == nsec3_nodes_.end()) {
        place = nsec3_nodes_.upper_bound(hash);
        place = place == nsec3_nodes_.begin() ? std::prev(nsec3_nodes_.end()) : std::prev(place);
    }
    Records& section = ask.reply.authority();
    for (const dns::RRType type : {dns::RRType::nsec3, dns::RRType::rrsig})
        for (const Record& record : place->second.at(type))
            if (std::ranges::none_of(section, [&](const Record& each) { return each.same_as(record); }))
                section.push_back(record);
}

void Zone::prove_with_nsec3(const Ask& ask, const dns::Name& name, bool name_exists) const
{
    if (name_exists && nsec3_nodes_.contains(hashed(name))) {
        add_nsec3(ask, name, false);
        return;
    }
    // Closest encloser, next closer name, wildcard (RFC 5155 §7.2.1); an opt-out span for an unsigned cut (§7.2.7).
    dns::Name encloser = closest_encloser(name);
    if (name_exists)
        encloser = name.parent();
    while (encloser != origin_ && !nsec3_nodes_.contains(hashed(encloser)))
        encloser = encloser.parent();
    add_nsec3(ask, encloser, false);
    add_nsec3(ask, name.ancestor(encloser.label_count() + 1), true);
    if (const auto wildcard = encloser.wildcard(); wildcard && !name_exists && node(*wildcard) == nullptr)
        add_nsec3(ask, *wildcard, true);
}

}  // namespace rw::scenarios
