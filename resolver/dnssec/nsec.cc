// SPDX-License-Identifier: EUPL-1.2
// Proofs with NSEC.
#include "resolver/dnssec/nsec.h"

#include <algorithm>

#include "resolver/dns/message_view.h"

namespace rw::dnssec
{

using dns::RRType;

std::optional<Nsec> Nsec::parse(const dns::Name& owner, Octets rdata)
{
    const auto end = dns::NameReader::skip(rdata, 0);
    if (!end)
        return std::nullopt;
    const auto next = dns::Name::from_wire(rdata.first(*end));
    const auto types = TypeBitmap::parse(rdata.subspan(*end));
    if (!next || !types)
        return std::nullopt;
    return Nsec{owner, *next, *types};
}

bool Nsec::covers(const dns::Name& name) const
{
    return owner < name && (name < next || next <= owner);
}

bool Nsec::may_deny(const dns::Name& name) const
{
    return !name.is_below(owner) || !(types.is_delegation() || types.contains(RRType::dname));
}

bool Nsec::denies(const dns::Name& name) const
{
    return covers(name) && !next.is_below(name) && may_deny(name);
}

bool Nsec::shows_empty_non_terminal(const dns::Name& name) const
{
    return covers(name) && next.is_below(name) && may_deny(name);
}

dns::Name Nsec::closest_encloser(const dns::Name& name) const
{
    return name.ancestor(std::max(name.common_labels(owner), name.common_labels(next)));
}

DenialProblem check_nsec(const Nsec& nsec, const dns::Name& zone)
{
    if (!nsec.owner.is_at_or_below(zone))
        return DenialProblem::owner_outside_zone;
    if (!nsec.next.is_at_or_below(zone))
        return DenialProblem::next_outside_zone;
    if (nsec.next <= nsec.owner && nsec.next != zone)
        return DenialProblem::next_before_owner;
    return DenialProblem::none;
}

bool bitmap_denies(const TypeBitmap& types, const dns::Name& name, RRType type)
{
    if (type == RRType::any)
        return types.only_denial_types();
    if (types.contains(type) || types.contains(RRType::cname))
        return false;  // RFC 6840 §4.3: with a CNAME the answer would have been that
    // The parent denies DS and nothing else at a zone cut; the child denies all but DS, save that the root has no
    // parent (RFC 6840 §4.1, §4.4).
    if (type == RRType::ds)
        return !types.contains(RRType::soa) || name.is_root();
    return !types.is_delegation();
}

DenialProblem NsecProof::take(const dns::RRset& rrset, Voucher* voucher, std::size_t number)
{
    for (const Octets rdata : rrset.rdatas) {
        const auto nsec = Nsec::parse(rrset.owner, rdata);
        if (!nsec)
            return DenialProblem::malformed;
        if (const DenialProblem problem = check_nsec(*nsec, zone_); problem != DenialProblem::none)
            return problem;
        if (records_.size() == max_denial_records)
            return DenialProblem::too_many_records;
        records_.push_back({*nsec, voucher, number});
    }
    return DenialProblem::none;
}

template <class Fits>
const Nsec* NsecProof::find(Fits&& fits) const
{
    const auto at = std::ranges::find_if(
        records_, [&](const Claimed<Nsec>& claimed) { return fits(claimed.record) && claimed.is_verified(); });
    return at != records_.end() ? &at->record : nullptr;
}

const Nsec* NsecProof::find_denial(const dns::Name& name) const
{
    return find([&](const Nsec& nsec) { return nsec.denies(name); });
}

bool NsecProof::lacks_type(const dns::Name& name, RRType type) const
{
    return find([&](const Nsec& nsec) {
               return nsec.owner == name ? bitmap_denies(nsec.types, name, type) : nsec.shows_empty_non_terminal(name);
           }) != nullptr;
}

Denial NsecProof::prove_name_error(const dns::Name& name) const
{
    const Nsec* denial = in_zone(name) ? find_denial(name) : nullptr;
    if (denial == nullptr)
        return {};
    Denial result{DenialOutcome::unproven, denial->closest_encloser(name), false};
    const auto wildcard = result.closest_encloser.wildcard();
    // A wildcard too long to exist needs no denial.
    if (!wildcard || find_denial(*wildcard) != nullptr)
        result.outcome = DenialOutcome::proven;
    return result;
}

Denial NsecProof::prove_no_data(const dns::Name& name, RRType type) const
{
    if (!in_zone(name))
        return {};
    if (lacks_type(name, type))
        return {DenialOutcome::proven, name, false};
    const Nsec* denial = find_denial(name);
    if (denial == nullptr)
        return {};
    Denial result{DenialOutcome::unproven, denial->closest_encloser(name), true};
    const auto wildcard = result.closest_encloser.wildcard();
    if (wildcard && lacks_type(*wildcard, type))
        result.outcome = DenialOutcome::proven;
    return result;
}

Denial NsecProof::prove_wildcard_answer(const dns::Name& name, std::size_t encloser_labels) const
{
    const Nsec* denial = in_zone(name) ? find_denial(name) : nullptr;
    if (denial == nullptr)
        return {};
    Denial result{DenialOutcome::unproven, denial->closest_encloser(name), true};
    // A closer encloser than the wildcard's means that the wildcard does not apply (RFC 4592 §2.2.1).
    if (result.closest_encloser.label_count() == encloser_labels)
        result.outcome = DenialOutcome::proven;
    return result;
}

DsDenial NsecProof::prove_no_ds(const dns::Name& name) const
{
    if (!in_zone(name))
        return DsDenial::unproven;
    if (const Nsec* match = find([&](const Nsec& nsec) { return nsec.owner == name; })) {
        if (match->types.contains(RRType::ds) || match->types.contains(RRType::soa))
            return DsDenial::unproven;  // there is one, or this is the child's side of the cut
        return match->types.contains(RRType::ns) ? DsDenial::insecure_delegation : DsDenial::no_delegation;
    }
    const Nsec* none = find([&](const Nsec& nsec) { return nsec.denies(name) || nsec.shows_empty_non_terminal(name); });
    return none != nullptr ? DsDenial::no_delegation : DsDenial::unproven;
}

}  // namespace rw::dnssec
