// SPDX-License-Identifier: EUPL-1.2
// Verification of RRsets.
#include "resolver/dnssec/verify.h"

#include <algorithm>
#include <iterator>

namespace rw::dnssec
{

KeySet::KeySet(const dns::RRset& dnskeys) : zone(dnskeys.owner)
{
    for (const Octets rdata : dnskeys.rdatas) {
        if (keys.size() == max_zone_keys)
            break;
        if (auto key = PublicKey::from_rdata(rdata))
            keys.push_back(std::move(*key));
    }
}

RrsigProblem problem_of(const RRsetVerdict& verdict)
{
    const auto* unverified = std::get_if<Unverified>(&verdict);
    return unverified != nullptr ? unverified->problem : RrsigProblem::none;
}

const SignatureFacts* facts_of(const RRsetVerdict& verdict)
{
    if (const auto* own = std::get_if<Signed>(&verdict))
        return &own->by;
    const auto* expanded = std::get_if<Expanded>(&verdict);
    return expanded != nullptr ? &expanded->by : nullptr;
}

namespace
{

RRsetVerdict verdict_on(const dns::RRset& rrset, const Rrsig& rrsig, RrsigProblem problem, const SignatureTime& time)
{
    if (problem != RrsigProblem::none)
        return Unverified{problem, rrsig.key_tag, rrsig.algorithm};
    const SignatureFacts facts{rrsig.key_tag, rrsig.algorithm, capped_ttl(rrset.ttl, rrsig, time), rrsig.inception,
                               rrsig.expiration};
    if (rrsig.is_expanded(rrset.owner))
        return Expanded{facts, rrsig.signed_owner(rrset.owner)};
    return Signed{facts};
}

/// Whether `other` says what the right signature says but for key and time.
bool is_sibling(const Rrsig& other, const Rrsig& right)
{
    return other.covered == right.covered && other.labels == right.labels && other.signer == right.signer;
}

/// Whether a signature by `key` on an RRset of `type` is of use to others. Of DNSKEY RRsets those by keys that a DS or
/// an anchor may name are, revoked ones included (RFC 5011 §2.1).
bool is_useful(const PublicKey& key, dns::RRType type)
{
    const Dnskey& dnskey = key.dnskey();
    if (type == dns::RRType::dnskey)
        return dnskey.is_zone_key() && dnskey.is_secure_entry_point();
    return dnskey.is_zone_key() && !dnskey.is_revoked();
}

/// The key that made `rrsig`, by what it says of itself, if such a signature is of use.
const PublicKey* useful_key(std::span<const PublicKey> keys, const Rrsig& rrsig, dns::RRType type)
{
    const auto at = std::ranges::find_if(keys, [&](const PublicKey& key) {
        return key.tag() == rrsig.key_tag && key.algorithm() == rrsig.algorithm && is_useful(key, type);
    });
    return at != keys.end() ? &*at : nullptr;
}

}  // namespace

RRsetVerdict RRsetVerifier::verify(const dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work)
{
    return run({rrset, keys.zone(), keys.keys(), time, work, false}).verdict;
}

RRsetVerdict RRsetVerifier::verify_with_key(const dns::RRset& rrset, KeySet& keys, std::size_t index,
                                            const SignatureTime& time, Work& work, bool allow_revoked)
{
    return run({rrset, keys.zone, std::span(keys.keys).subspan(index, 1), time, work, allow_revoked}).verdict;
}

RRsetVerdict RRsetVerifier::authenticate(dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work)
{
    const Attempt attempt{rrset, keys.zone(), keys.keys(), time, work, false};
    const Run result = run(attempt);
    if (const SignatureFacts* facts = facts_of(result.verdict)) {
        keep_signatures(rrset, result.signature, attempt);
        rrset.ttl = facts->ttl;
    }
    return result.verdict;
}

RRsetVerdict RRsetVerifier::authenticate_with_key(dns::RRset& rrset, KeySet& keys, std::size_t index,
                                                  const SignatureTime& time, Work& work)
{
    const Run result = run({rrset, keys.zone, std::span(keys.keys).subspan(index, 1), time, work, false});
    if (const SignatureFacts* facts = facts_of(result.verdict)) {
        keep_signatures(rrset, result.signature, {rrset, keys.zone, keys.keys, time, work, true});
        rrset.ttl = facts->ttl;
    }
    return result.verdict;
}

void RRsetVerifier::keep_signatures(dns::RRset& rrset, std::size_t good, const Attempt& attempt)
{
    rrset.unchecked = {};
    if (rrset.signatures.size() == 1)
        return;
    dns::RdataList verified;
    const auto right_rdata = *std::next(rrset.signatures.begin(), static_cast<std::ptrdiff_t>(good));
    const auto right = Rrsig::parse(right_rdata);
    verified.add(right_rdata);
    std::vector<std::uint8_t> algorithms{right->algorithm};
    std::size_t number = 0;
    for (const Octets rdata : rrset.signatures) {
        if (number == max_rrset_signatures)
            break;
        const auto rrsig = number++ == good ? std::nullopt : Rrsig::parse(rdata);
        if (!rrsig || !is_sibling(*rrsig, *right) || check_times(*rrsig, attempt.time) != RrsigProblem::none ||
            useful_key(attempt.keys, *rrsig, rrset.type) == nullptr)
            continue;
        if (rrsig->algorithm == right->algorithm) {
            const bool other_key = rrsig->key_tag != right->key_tag && verified.size() <= further_signatures;
            if (other_key && attempt.work.is_ample() && try_signature(attempt, *rrsig) == RrsigProblem::none)
                verified.add(rdata);
        } else if (std::ranges::count(algorithms, rrsig->algorithm) == 0) {
            algorithms.push_back(rrsig->algorithm);
            rrset.unchecked.add(rdata);
        }
    }
    rrset.signatures = std::move(verified);
}

RRsetVerifier::Run RRsetVerifier::run(const Attempt& attempt)
{
    Run best;
    canonical_ready_ = false;
    std::size_t number = 0;
    for (const Octets rdata : attempt.rrset.signatures) {
        if (number == max_rrset_signatures)
            break;
        const std::size_t here = number++;
        const auto rrsig = Rrsig::parse(rdata);
        const RrsigProblem problem = rrsig ? try_signature(attempt, *rrsig) : RrsigProblem::malformed;
        if (problem != RrsigProblem::none && problem < problem_of(best.verdict))
            continue;
        best = {rrsig ? verdict_on(attempt.rrset, *rrsig, problem, attempt.time) : Unverified{problem}, here};
        if (problem == RrsigProblem::none || problem == RrsigProblem::work_exhausted)
            break;
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
