// SPDX-License-Identifier: EUPL-1.2
// Answers from denials.
#include "resolver/validate/synthesis.h"

#include <algorithm>

#include "resolver/dnssec/encoding.h"

namespace rw::validate
{

using cache::DenialForm;
using cache::EntryKind;
using dns::Name;
using dns::RRset;
using dns::RRType;
using dnssec::Denial;
using dnssec::DenialOutcome;

namespace
{

/// Types whose answer is not one RRset of the zone, or lies on either side of a cut.
bool is_apart(RRType type)
{
    return type == RRType::any || type == RRType::rrsig || type == RRType::nsec || type == RRType::nsec3;
}

bool proven(const Denial& denial)
{
    return denial.outcome == DenialOutcome::proven;
}

/// Whether the zone says anything about names below the one that `nsec3` matches: not below a cut, nor below a DNAME
/// (RFC 5155 §8.3).
bool speaks_for_names_below(const RRset& nsec3, const Name& zone)
{
    const auto record = dnssec::Nsec3::parse(nsec3.owner, nsec3.rdatas.front(), zone);
    return record && !record->types.is_delegation() && !record->types.contains(RRType::dname);
}

template <class Proof>
void add_all(Proof& proof, const std::vector<RRset>& sets)
{
    for (const RRset& set : sets)
        static_cast<void>(proof.add(set));  // was looked at when it was kept
}

}  // namespace

bool Synthesiser::Search::has(const Name& owner) const
{
    return std::ranges::any_of(found, [&](const RRset& set) { return set.owner == owner; });
}

void Synthesiser::keep(const Name& zone, std::span<const RRset> records, std::span<const RRset> proof,
                       std::uint32_t ttl, const cache::Origin& origin, cache::Seconds now)
{
    const std::uint32_t bounded = std::min(ttl, answers_.limits().max_negative_ttl);
    denials_.insert(zone, records, bounded, origin, now);
    denials_.insert(zone, proof, bounded, origin, now);
}

std::optional<Synthesised> Synthesiser::answer(const dns::Question& question, const Name& top, cache::Seconds now,
                                               const cache::RootView& root, dnssec::Work& work)
{
    if (is_apart(question.type))
        return std::nullopt;
    // A DS lives above the cut: the zone of that name itself says nothing about it (RFC 4035 §3.1.4.1).
    const std::size_t from = question.name.label_count() + (question.type == RRType::ds ? 0U : 1U);
    for (std::size_t labels = from; labels-- > top.label_count();) {
        Search search{question, question.name.ancestor(labels), now, root, work};
        switch (denials_.form_of(search.zone, root)) {
            case DenialForm::none:
                break;
            case DenialForm::nsec:
                return from_nsec(search);
            case DenialForm::nsec3:
                return from_nsec3(search);
        }
    }
    return std::nullopt;
}

bool Synthesiser::add(Search& search, DenialForm form, const Name& owner)
{
    auto record = denials_.at_or_before(search.zone, form, owner, search.now, search.root);
    if (!record)
        return false;
    if (!search.has(record->owner))
        search.found.push_back(std::move(*record));
    return true;
}

std::optional<Synthesised> Synthesiser::from_nsec(Search& search)
{
    const Name& name = search.question.name;
    if (!add(search, DenialForm::nsec, name))
        return std::nullopt;
    const auto first = dnssec::Nsec::parse(search.found.front().owner, search.found.front().rdatas.front());
    dnssec::NsecProof proof(search.zone);
    add_all(proof, search.found);
    if (proven(proof.prove_no_data(name, search.question.type)))
        return deny(search, EntryKind::nodata, false);
    if (!first || !first->denies(name))
        return std::nullopt;
    const Name encloser = first->closest_encloser(name);
    const auto wildcard = encloser.wildcard();
    if (!wildcard)
        return std::nullopt;
    if (proven(proof.prove_wildcard_answer(name, encloser.label_count()))) {
        if (auto expanded = expand(search, *wildcard))
            return expanded;
    }
    if (!add(search, DenialForm::nsec, *wildcard))
        return std::nullopt;
    dnssec::NsecProof both(search.zone);
    add_all(both, search.found);
    if (proven(both.prove_name_error(name)))
        return deny(search, EntryKind::nxdomain, false);
    if (proven(both.prove_no_data(name, search.question.type)))
        return deny(search, EntryKind::nodata, true);
    return std::nullopt;
}

std::optional<bool> Synthesiser::add_hashed(Search& search, const Name& name, const dnssec::Nsec3Parameters& parameters)
{
    const auto hash = dnssec::nsec3_hash(name, parameters, digester_, search.work);
    if (!hash)
        return std::nullopt;
    const auto owner = search.zone.prepend(octets_of(dnssec::encode_base32hex(*hash)));
    if (!owner || !add(search, DenialForm::nsec3, *owner))
        return std::nullopt;
    return search.has(*owner);
}

// From the apex down: names that do not exist are mostly children of names that do, so that three hashes suffice.
std::optional<Synthesised> Synthesiser::from_nsec3(Search& search)
{
    const Name& name = search.question.name;
    if (name.label_count() > search.zone.label_count() + max_nsec3_depth)
        return std::nullopt;
    const auto any = denials_.at_or_before(search.zone, DenialForm::nsec3, search.zone, search.now, search.root);
    const auto sample =
        any ? std::optional(dnssec::Nsec3::parse(any->owner, any->rdatas.front(), search.zone)) : std::nullopt;
    if (!sample || !*sample)
        return std::nullopt;
    const dnssec::Nsec3Parameters parameters = (*sample)->parameters;
    std::size_t labels = search.zone.label_count();
    std::vector<RRset> encloser;
    for (; labels <= name.label_count(); ++labels) {
        search.found.clear();
        const auto matches = add_hashed(search, name.ancestor(labels), parameters);
        if (!matches)
            return std::nullopt;
        if (!*matches)
            break;
        encloser = search.found;
    }
    if (labels <= name.label_count() && encloser.empty())
        return std::nullopt;
    dnssec::Nsec3Proof exact(search.zone, digester_, search.work);
    add_all(exact, search.found);
    if (labels > name.label_count())
        return proven(exact.prove_no_data(name, search.question.type)) ? deny(search, EntryKind::nodata, false)
                                                                       : std::nullopt;
    const auto wildcard = name.ancestor(labels - 1).wildcard();
    if (!wildcard || !speaks_for_names_below(encloser.front(), search.zone))
        return std::nullopt;
    if (proven(exact.prove_wildcard_answer(name, labels - 1))) {
        if (auto expanded = expand(search, *wildcard))
            return expanded;
    }
    if (!search.has(encloser.front().owner))
        search.found.push_back(std::move(encloser.front()));
    if (!add_hashed(search, *wildcard, parameters))
        return std::nullopt;
    dnssec::Nsec3Proof whole(search.zone, digester_, search.work);
    add_all(whole, search.found);
    if (proven(whole.prove_name_error(name)))
        return deny(search, EntryKind::nxdomain, false);
    if (proven(whole.prove_no_data(name, search.question.type)))
        return deny(search, EntryKind::nodata, true);
    return std::nullopt;
}

std::optional<Synthesised> Synthesiser::deny(Search& search, EntryKind kind, bool wildcard) const
{
    auto soa = denials_.soa(search.zone, search.now, search.root);
    if (!soa)
        return std::nullopt;
    Synthesised made{kind, wildcard, {}, std::move(search.found)};
    made.records.push_back(std::move(*soa));
    return made;
}

std::optional<Synthesised> Synthesiser::expand(Search& search, const Name& wildcard) const
{
    const auto source = answers_.find(wildcard, search.question.type, search.now, search.root, scratch_);
    if (!source || source->entry.security() != cache::Security::secure || source->entry.is_negative() ||
        source->entry.facts().dname)
        return std::nullopt;
    auto owned = source->entry.to_rrsets(wildcard, search.now);
    if (owned.records.size() != 1)
        return std::nullopt;
    Synthesised made{source->entry.kind(), true, std::move(owned.records), std::move(search.found)};
    made.records.front().owner = search.question.name;
    return made;
}

}  // namespace rw::validate
