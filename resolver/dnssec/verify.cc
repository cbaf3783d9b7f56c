// SPDX-License-Identifier: EUPL-1.2
// Verification of RRsets.
#include "resolver/dnssec/verify.h"

namespace rw::dnssec
{

ZoneKeys::ZoneKeys(const dns::RRset& dnskeys) : zone(dnskeys.owner)
{
    for (const Octets rdata : dnskeys.rdatas) {
        if (keys.size() == max_zone_keys)
            break;
        if (auto key = PublicKey::from_rdata(rdata))
            keys.push_back(std::move(*key));
    }
}

RRsetVerdict RRsetVerifier::verify(const dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work)
{
    return run({rrset, keys.zone, keys.keys, time, work, false});
}

RRsetVerdict RRsetVerifier::verify_with_key(const dns::RRset& rrset, ZoneKeys& keys, std::size_t index,
                                            const SignatureTime& time, Work& work, bool allow_revoked)
{
    return run({rrset, keys.zone, std::span(keys.keys).subspan(index, 1), time, work, allow_revoked});
}

RRsetVerdict RRsetVerifier::run(const Attempt& attempt)
{
    RRsetVerdict best;
    canonical_ready_ = false;
    std::size_t looked_at = 0;
    for (const Octets rdata : attempt.rrset.signatures) {
        if (++looked_at > max_rrset_signatures)
            break;
        const auto rrsig = Rrsig::parse(rdata);
        if (!rrsig) {
            best.problem = std::max(best.problem, RrsigProblem::malformed);
            continue;
        }
        const RrsigProblem problem = try_signature(attempt, *rrsig);
        if (problem != RrsigProblem::none && problem < best.problem)
            continue;
        best = {problem,
                rrsig->key_tag,
                rrsig->algorithm,
                rrsig->labels,
                rrsig->is_expanded(attempt.rrset.owner),
                capped_ttl(attempt.rrset.ttl, *rrsig, attempt.time),
                rrsig->inception,
                rrsig->expiration};
        if (problem == RrsigProblem::none || problem == RrsigProblem::work_exhausted)
            return best;
    }
    return best;
}

RrsigProblem RRsetVerifier::try_signature(const Attempt& attempt, const Rrsig& rrsig)
{
    const RrsigProblem before =
        check_rrsig(rrsig, attempt.rrset.owner, attempt.rrset.type, attempt.zone, attempt.time, policy_);
    if (before != RrsigProblem::none)
        return before;
    RrsigProblem best = RrsigProblem::no_matching_key;
    for (PublicKey& key : attempt.keys) {
        if (key.tag() != rrsig.key_tag || key.algorithm() != rrsig.algorithm)
            continue;
        const RrsigProblem problem = try_key(attempt, rrsig, key);
        if (problem == RrsigProblem::none || problem == RrsigProblem::work_exhausted)
            return problem;
        best = std::max(best, problem);
    }
    return best;
}

RrsigProblem RRsetVerifier::try_key(const Attempt& attempt, const Rrsig& rrsig, PublicKey& key)
{
    if (!key.dnskey().is_zone_key())
        return RrsigProblem::key_not_zone_key;
    if (key.dnskey().is_revoked() && !attempt.allow_revoked)
        return RrsigProblem::key_revoked;  // RFC 5011 §2.1
    if (!canonical_ready_) {
        if (!canonical_.assign(attempt.rrset))
            return RrsigProblem::rdata_malformed;
        canonical_ready_ = true;
    }
    // A message of 64 KiB can hold 4,000 addresses that make 1 MiB to hash with a long owner: 512 octets cost 1 us.
    constexpr std::size_t octets_per_microsecond = 512;
    const std::uint32_t cost = key.verify_microseconds() +
                               static_cast<std::uint32_t>(canonical_.signed_octets(rrsig) / octets_per_microsecond);
    if (!attempt.work.start_signature(cost))
        return RrsigProblem::work_exhausted;
    signed_data_.clear();
    canonical_.append_signed_data(rrsig, signed_data_);
    switch (key.verify(signed_data_, rrsig.signature, tools_)) {
        case SignatureCheck::good:
            return RrsigProblem::none;
        case SignatureCheck::key_undecodable:
            attempt.work.signature_failed(cost);
            return RrsigProblem::key_undecodable;
        case SignatureCheck::wrong:
            break;
    }
    attempt.work.signature_failed(cost);
    return RrsigProblem::signature_wrong;
}

}  // namespace rw::dnssec
