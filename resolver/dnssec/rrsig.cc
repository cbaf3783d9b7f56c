// SPDX-License-Identifier: EUPL-1.2
// RRSIG: reading and the checks before cryptography.
#include "resolver/dnssec/rrsig.h"

#include <algorithm>
#include <array>

#include "resolver/dns/message_view.h"

namespace rw::dnssec
{

namespace
{

using enum RrsigProblem;
using dns::RRType;

constexpr std::size_t fixed_octets = 18;

// Rows stand in the order of the enumeration; a unit test holds them to it.
constexpr std::array table{
    RrsigProblemFact{none, "none", Failure::bogus, "is valid"},
    RrsigProblemFact{no_signatures, "no-signatures", Failure::rrsigs_missing, "is missing"},
    RrsigProblemFact{malformed, "malformed", Failure::bogus, "is malformed"},
    RrsigProblemFact{type_mismatch, "type-mismatch", Failure::rrsigs_missing, "covers another type"},
    RrsigProblemFact{signer_outside, "signer-outside", Failure::bogus, "has a signer that is no ancestor of the owner"},
    RrsigProblemFact{signer_not_parent, "signer-not-parent", Failure::bogus,
                     "was not made by the zone above the owner"},
    RrsigProblemFact{signer_not_apex, "signer-not-apex", Failure::bogus, "was not made by the zone the owner names"},
    RrsigProblemFact{signer_unexpected, "signer-unexpected", Failure::bogus, "was made by another zone"},
    RrsigProblemFact{labels_above_owner, "labels-above-owner", Failure::bogus, "counts more labels than the owner has"},
    RrsigProblemFact{labels_below_signer, "labels-below-signer", Failure::bogus,
                     "counts fewer labels than its signer has"},
    RrsigProblemFact{denial_expanded, "denial-expanded", Failure::nsec_missing,
                     "shows that a denial record was expanded from a wildcard"},
    RrsigProblemFact{algorithm_unsupported, "algorithm-unsupported", Failure::dnskey_missing,
                     "uses an algorithm that is not supported"},
    RrsigProblemFact{expires_before_inception, "expires-before-inception", Failure::signature_expired_before_valid,
                     "expires before it becomes valid"},
    RrsigProblemFact{not_yet_valid, "not-yet-valid", Failure::signature_not_yet_valid, "is not yet valid"},
    RrsigProblemFact{expired, "expired", Failure::signature_expired, "is expired"},
    RrsigProblemFact{no_matching_key, "no-matching-key", Failure::dnskey_missing,
                     "matches no key in the zone's DNSKEY RRset"},
    RrsigProblemFact{key_not_zone_key, "key-not-zone-key", Failure::no_zone_key_bit,
                     "was made with a key that is not a zone key"},
    RrsigProblemFact{key_revoked, "key-revoked", Failure::dnskey_missing, "was made with a revoked key"},
    RrsigProblemFact{key_undecodable, "key-undecodable", Failure::bogus, "was made with a key that cannot be read"},
    RrsigProblemFact{rdata_malformed, "rdata-malformed", Failure::bogus, "covers a malformed record"},
    RrsigProblemFact{signature_wrong, "signature-wrong", Failure::bogus, "does not verify"},
    RrsigProblemFact{work_exhausted, "work-exhausted", Failure::validation_budget_exhausted,
                     "was not verified because the query has caused too much work"},
};

std::uint32_t serial_of(WallSeconds time)
{
    return static_cast<std::uint32_t>(time.time_since_epoch().count());  // RFC 4034 §3.1.5: modulo 2^32
}

// RFC 4035 §5.3.1, first and second bullet, and where in the tree the types stand that have one place only.
RrsigProblem check_signer(const Rrsig& rrsig, const dns::Name& owner, RRType type, const dns::Name& zone)
{
    if (!owner.is_at_or_below(rrsig.signer))
        return signer_outside;
    const std::size_t above = owner.label_count() - rrsig.signer.label_count();
    if (type == RRType::ds && above == 0)
        return signer_not_parent;
    if (type == RRType::nsec3 && above != 1)
        return signer_not_parent;
    if ((type == RRType::dnskey || type == RRType::soa) && above != 0)
        return signer_not_apex;
    return rrsig.signer == zone ? none : signer_unexpected;
}

RrsigProblem check_labels(const Rrsig& rrsig, const dns::Name& owner, RRType type)
{
    if (rrsig.labels > Rrsig::signable_labels(owner))
        return labels_above_owner;
    if (rrsig.labels < rrsig.signer.label_count())
        return labels_below_signer;
    if ((type == RRType::nsec || type == RRType::nsec3) && rrsig.is_expanded(owner))
        return denial_expanded;
    return none;
}

}  // namespace

const RrsigProblemFact& fact(RrsigProblem problem)
{
    return table[static_cast<std::size_t>(problem)];
}

std::optional<Rrsig> Rrsig::parse(Octets rdata)
{
    const auto signer_end =
        rdata.size() > fixed_octets ? dns::NameReader::skip(rdata, fixed_octets) : std::optional<std::size_t>{};
    if (!signer_end || *signer_end >= rdata.size())
        return std::nullopt;  // an empty signature is none
    const auto signer = dns::Name::from_wire(rdata.subspan(fixed_octets, *signer_end - fixed_octets));
    if (!signer)
        return std::nullopt;
    OctetReader reader(rdata);
    Rrsig rrsig;
    rrsig.covered = RRType{reader.u16()};
    rrsig.algorithm = reader.u8();
    rrsig.labels = reader.u8();
    rrsig.original_ttl = reader.u32();
    rrsig.expiration = reader.u32();
    rrsig.inception = reader.u32();
    rrsig.key_tag = reader.u16();
    rrsig.signer = *signer;
    rrsig.fixed = rdata.first(fixed_octets);
    rrsig.signature = rdata.subspan(*signer_end);
    return rrsig;
}

dns::Name Rrsig::signed_owner(const dns::Name& owner) const
{
    if (!is_expanded(owner))
        return owner;
    return owner.ancestor(labels).wildcard().value_or(owner);  // fits: the owner is at least two octets longer
}

std::optional<std::uint32_t> claimed_inception(const dns::RRset& rrset)
{
    for (const Octets rdata : rrset.signatures) {
        if (const auto rrsig = Rrsig::parse(rdata))
            return rrsig->inception;
    }
    return std::nullopt;
}

RrsigProblem check_times(const Rrsig& rrsig, const SignatureTime& time)
{
    if (!serial_after(rrsig.expiration, rrsig.inception) && rrsig.expiration != rrsig.inception)
        return expires_before_inception;
    if (serial_after(rrsig.inception, serial_of(time.now + time.skew)))
        return not_yet_valid;
    if (serial_after(serial_of(time.now - time.skew), rrsig.expiration))
        return expired;
    return none;
}

RrsigProblem check_rrsig(const Rrsig& rrsig, const dns::Name& owner, RRType type, const dns::Name& zone,
                         const SignatureTime& time, const AlgorithmPolicy& policy)
{
    if (rrsig.covered != type)
        return type_mismatch;
    if (const RrsigProblem problem = check_signer(rrsig, owner, type, zone); problem != none)
        return problem;
    if (const RrsigProblem problem = check_labels(rrsig, owner, type); problem != none)
        return problem;
    if (!is_supported(rrsig.algorithm, policy))
        return algorithm_unsupported;
    return check_times(rrsig, time);
}

std::uint32_t capped_ttl(std::uint32_t ttl, const Rrsig& rrsig, const SignatureTime& time)
{
    const std::uint32_t now = serial_of(time.now);
    // Past its expiration the skew alone keeps a signature valid: for that moment only.
    const std::uint32_t left = serial_after(rrsig.expiration, now) ? rrsig.expiration - now : 0;
    return std::min({ttl, rrsig.original_ttl, left});
}

}  // namespace rw::dnssec
