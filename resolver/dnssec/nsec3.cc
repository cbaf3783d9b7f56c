// SPDX-License-Identifier: EUPL-1.2
// Proofs with NSEC3.
#include "resolver/dnssec/nsec3.h"

#include <algorithm>

#include "resolver/dnssec/encoding.h"
#include "resolver/dnssec/nsec.h"

namespace rw::dnssec
{

using dns::RRType;

namespace
{

/// SHA-1 takes 64 octets at a time, after a mark and a length of 9 octets together.
std::uint32_t compressions(std::size_t octets)
{
    return static_cast<std::uint32_t>((octets + 9 + 63) / 64);
}

}  // namespace

std::expected<Nsec3, DenialProblem> Nsec3::parse(const dns::Name& owner, Octets rdata, const dns::Name& zone)
{
    OctetReader reader(rdata);
    Nsec3 record;
    record.algorithm = reader.u8();
    record.flags = reader.u8();
    record.parameters.iterations = reader.u16();
    record.parameters.salt = reader.octets(reader.u8());
    const Octets next = reader.octets(reader.u8());
    const auto types = TypeBitmap::parse(reader.rest());
    if (!reader.ok() || !types)
        return std::unexpected(DenialProblem::malformed);
    if (record.algorithm != sha1_algorithm)
        return std::unexpected(DenialProblem::unknown_hash_algorithm);  // §8.1
    if ((record.flags & ~opt_out_flag) != 0)
        return std::unexpected(DenialProblem::unknown_flags);  // §8.2
    if (next.size() != nsec3_hash_octets)
        return std::unexpected(DenialProblem::malformed);
    if (owner.label_count() != zone.label_count() + 1 || !owner.is_below(zone) ||
        !decode_base32hex(text_of(owner.first_label()), record.owner))
        return std::unexpected(DenialProblem::owner_not_hash);
    std::ranges::copy(next, record.next.begin());
    record.types = *types;
    return record;
}

bool Nsec3::covers(const Nsec3Hash& hash) const
{
    if (owner < next)
        return owner < hash && hash < next;
    return hash > owner || hash < next;  // the last record of the chain, or the only one
}

std::optional<Nsec3Hash> nsec3_hash(const dns::Name& name, const Nsec3Parameters& parameters, Digester& digester,
                                    Work& work)
{
    const std::uint32_t cost = compressions(name.size() + parameters.salt.size()) +
                               parameters.iterations * compressions(nsec3_hash_octets + parameters.salt.size());
    if (!work.start_nsec3_hash(cost))
        return std::nullopt;
    const dns::Name canonical = name.lowercase();
    digester.begin(Hash::sha1);
    digester.update(canonical.wire());
    digester.update(parameters.salt);
    Digest digest = digester.finish();
    for (std::uint16_t i = 0; i < parameters.iterations; ++i) {
        digester.begin(Hash::sha1);
        digester.update(digest.view());
        digester.update(parameters.salt);
        digest = digester.finish();
    }
    Nsec3Hash hash{};
    std::copy_n(digest.octets.begin(), hash.size(), hash.begin());
    return hash;
}

bool Nsec3Proof::may_wait(const dns::RRset& rrset) const
{
    return too_many_iterations_ || (!records_.empty() && std::ranges::none_of(rrset.rdatas, [&](Octets rdata) {
               const auto record = Nsec3::parse(rrset.owner, rdata, zone_);
               return record && record->parameters.iterations > max_nsec3_iterations;
           }));
}

DenialProblem Nsec3Proof::take(const dns::RRset& rrset, Voucher* voucher, std::size_t number)
{
    for (const Octets rdata : rrset.rdatas) {
        const auto record = Nsec3::parse(rrset.owner, rdata, zone_);
        if (!record)
            return record.error();
        if (record->parameters.iterations > max_nsec3_iterations) {
            too_many_iterations_ = true;
            continue;
        }
        if (!records_.empty() && records_.front().record.parameters != record->parameters)
            return DenialProblem::other_parameters;
        if (records_.size() == max_denial_records)
            return DenialProblem::too_many_records;
        records_.push_back({*record, voucher, number});
    }
    return DenialProblem::none;
}

std::optional<DenialOutcome> Nsec3Proof::refuse(const dns::Name& name)
{
    if (too_many_iterations_)
        return DenialOutcome::too_many_iterations;
    if (records_.empty() || !name.is_at_or_below(zone_))
        return DenialOutcome::unproven;
    if (subject_ != name) {
        known_.clear();
        subject_ = name;
    }
    return std::nullopt;
}

std::optional<Nsec3Hash> Nsec3Proof::hash_of(std::size_t labels, bool wildcard)
{
    const auto at = std::ranges::find_if(
        known_, [&](const Known& known) { return known.labels == labels && known.wildcard == wildcard; });
    if (at != known_.end())
        return at->hash;
    dns::Name name = subject_.ancestor(labels);
    if (wildcard)
        name = name.wildcard().value_or(name);  // fits: the subject has a label more
    const auto hash = nsec3_hash(name, records_.front().record.parameters, digester_, work_);
    if (hash)
        known_.push_back({labels, wildcard, *hash});
    return hash;
}

template <class Fits>
const Nsec3* Nsec3Proof::find(Fits&& fits) const
{
    const auto at = std::ranges::find_if(
        records_, [&](const Claimed<Nsec3>& claimed) { return fits(claimed.record) && claimed.is_verified(); });
    return at != records_.end() ? &at->record : nullptr;
}

const Nsec3* Nsec3Proof::find_match(const Nsec3Hash& hash) const
{
    return find([&](const Nsec3& record) { return record.owner == hash; });
}

const Nsec3* Nsec3Proof::find_cover(const Nsec3Hash& hash) const
{
    return find([&](const Nsec3& record) { return record.covers(hash); });
}

Nsec3Proof::Encloser Nsec3Proof::find_encloser()
{
    for (std::size_t labels = subject_.label_count(); labels-- > zone_.label_count();) {
        const auto hash = hash_of(labels, false);
        if (!hash)
            return {DenialOutcome::work_exhausted, 0, nullptr};
        const Nsec3* match = find_match(*hash);
        if (match == nullptr)
            continue;
        // §8.3: nothing below a delegation or a DNAME is this zone's to deny.
        if (match->types.is_delegation() || match->types.contains(RRType::dname))
            return {};
        const auto next_closer = hash_of(labels + 1, false);
        if (!next_closer)
            return {DenialOutcome::work_exhausted, 0, nullptr};
        const Nsec3* cover = find_cover(*next_closer);
        return {cover != nullptr ? DenialOutcome::proven : DenialOutcome::unproven, labels, cover};
    }
    return {};
}

Denial Nsec3Proof::prove_name_error(const dns::Name& name)
{
    if (const auto refused = refuse(name))
        return {*refused, {}, false};
    const Encloser encloser = find_encloser();
    Denial result{encloser.outcome, name.ancestor(encloser.labels), false};
    if (encloser.outcome != DenialOutcome::proven)
        return result;
    const auto wildcard = hash_of(encloser.labels, true);
    if (!wildcard)
        result.outcome = DenialOutcome::work_exhausted;
    else if (find_cover(*wildcard) == nullptr)
        result.outcome = DenialOutcome::unproven;
    else if (encloser.cover->is_opt_out())
        result.outcome = DenialOutcome::opt_out;
    return result;
}

Denial Nsec3Proof::prove_no_data(const dns::Name& name, RRType type)
{
    if (const auto refused = refuse(name))
        return {*refused, {}, false};
    const auto hash = hash_of(name.label_count(), false);
    if (!hash)
        return {DenialOutcome::work_exhausted, {}, false};
    if (const Nsec3* match = find_match(*hash)) {
        const bool denied = bitmap_denies(match->types, name, type);
        return {denied ? DenialOutcome::proven : DenialOutcome::unproven, name, false};
    }
    return no_data_without_match(type);
}

// §8.6 and §8.7: the name has no NSEC3 of its own, either because a wildcard answers for it or because it is an
// unsigned delegation, or an empty non-terminal above such, in an opt-out span.
Denial Nsec3Proof::no_data_without_match(RRType type)
{
    const Encloser encloser = find_encloser();
    Denial result{encloser.outcome, subject_.ancestor(encloser.labels), true};
    if (encloser.outcome != DenialOutcome::proven)
        return result;
    result.outcome = encloser.cover->is_opt_out() ? DenialOutcome::opt_out : DenialOutcome::unproven;
    if (type == RRType::ds && result.outcome == DenialOutcome::opt_out)
        return result;
    const auto hash = hash_of(encloser.labels, true);
    if (!hash)
        return {DenialOutcome::work_exhausted, {}, false};
    const Nsec3* wildcard = find_match(*hash);
    if (wildcard == nullptr)
        return result;
    const bool denied = bitmap_denies(wildcard->types, *result.closest_encloser.wildcard(), type);
    if (!denied)
        result.outcome = DenialOutcome::unproven;
    else if (!encloser.cover->is_opt_out())
        result.outcome = DenialOutcome::proven;
    return result;
}

Denial Nsec3Proof::prove_wildcard_answer(const dns::Name& name, std::size_t encloser_labels)
{
    if (const auto refused = refuse(name))
        return {*refused, {}, false};
    if (encloser_labels >= name.label_count() || encloser_labels < zone_.label_count())
        return {};
    // §8.8: the signature vouches for the encloser; that the next closer name is absent shows that it is the closest.
    const auto next_closer = hash_of(encloser_labels + 1, false);
    if (!next_closer)
        return {DenialOutcome::work_exhausted, {}, false};
    const Nsec3* cover = find_cover(*next_closer);
    Denial result{DenialOutcome::unproven, name.ancestor(encloser_labels), true};
    if (cover != nullptr)
        result.outcome = cover->is_opt_out() ? DenialOutcome::opt_out : DenialOutcome::proven;
    return result;
}

DsDenial Nsec3Proof::prove_no_ds(const dns::Name& name)
{
    if (const auto refused = refuse(name))
        return *refused == DenialOutcome::too_many_iterations ? DsDenial::too_many_iterations : DsDenial::unproven;
    const auto hash = hash_of(name.label_count(), false);
    if (!hash)
        return DsDenial::work_exhausted;
    if (const Nsec3* match = find_match(*hash)) {
        if (match->types.contains(RRType::ds) || match->types.contains(RRType::soa))
            return DsDenial::unproven;  // there is one, or this is the child's side of the cut
        return match->types.contains(RRType::ns) ? DsDenial::insecure_delegation : DsDenial::no_delegation;  // §8.9
    }
    const Encloser encloser = find_encloser();
    switch (encloser.outcome) {
        case DenialOutcome::proven:
            return encloser.cover->is_opt_out() ? DsDenial::insecure_delegation : DsDenial::no_delegation;
        case DenialOutcome::work_exhausted:
            return DsDenial::work_exhausted;
        default:
            return DsDenial::unproven;
    }
}

}  // namespace rw::dnssec
