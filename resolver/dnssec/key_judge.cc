// SPDX-License-Identifier: EUPL-1.2
// Who vouches for which key, and whether that key signed the DNSKEY RRset.
#include "resolver/dnssec/key_judge.h"

#include <algorithm>
#include <optional>

namespace rw::dnssec
{

namespace
{

/// Of several refusals the one that got furthest explains the RRset best.
void note(KeyRefusal& refusal, const Unverified& why)
{
    if (!refusal.named || why.problem >= refusal.why.problem)
        refusal.why = why;
    refusal.named = true;
}

}  // namespace

void Vouchers::add_ds(const dns::RdataList& rdatas)
{
    for (const Octets rdata : rdatas)
        ds_rdatas_.add(rdata);
    ds_ = usable_ds(ds_rdatas_, policy_);
}

void Vouchers::add_key(Octets rdata)
{
    const auto key = Dnskey::parse(rdata);
    if (key && is_supported(key->algorithm, policy_))
        keys_.add(rdata);
}

void Vouchers::add(const TrustAnchor& anchor)
{
    if (anchor.type == dns::RRType::dnskey)
        return add_key(anchor.rdata);
    dns::RdataList one;
    one.add(anchor.rdata);
    add_ds(one);
}

DsMatch Vouchers::names(const dns::Name& zone, const PublicKey& key, Digester& digester, Work& work) const
{
    if (keys_.contains(key.rdata()))
        return DsMatch::same;
    for (const Ds& ds : ds_) {
        const DsMatch match = match_ds(ds, zone, key, digester, work);
        if (match != DsMatch::different)
            return match;
    }
    return DsMatch::different;
}

KeyVerdict KeyJudge::judge(dns::RRset& dnskeys, const Vouchers& vouchers)
{
    KeySet set(dnskeys);
    KeyRefusal refusal;
    std::optional<SignatureFacts> by;
    dns::RdataList vouched;
    for (std::size_t i = 0; i < set.keys.size(); ++i) {
        const DsMatch match = vouchers.names(set.zone, set.keys[i], verifier_.digester(), work_);
        if (match == DsMatch::different)
            continue;
        if (match == DsMatch::work_exhausted) {
            note(refusal, {RrsigProblem::work_exhausted, 0, 0});
            break;
        }
        vouched.add(set.keys[i].rdata());
        if (by)
            continue;
        const RRsetVerdict verdict = verifier_.authenticate_with_key(dnskeys, set, i, time_, work_);
        if (const auto* own = std::get_if<Signed>(&verdict)) {
            by = own->by;
            continue;
        }
        const RrsigProblem problem = problem_of(verdict);
        const auto* why = std::get_if<Unverified>(&verdict);
        note(refusal, why != nullptr ? *why : Unverified{RrsigProblem::signer_not_apex, 0, 0});
        if (problem == RrsigProblem::work_exhausted)
            break;
    }
    if (!by)
        return std::unexpected(refusal);
    return JudgedKeys{ZoneKeys(std::move(set), std::move(vouched)), *by};
}

KeyVerdict KeyJudge::judge_kept(const dns::RRset& dnskeys, const Vouchers& vouchers)
{
    KeySet set(dnskeys);
    std::optional<SignatureFacts> by;
    dns::RdataList vouched;
    for (const PublicKey& key : set.keys) {
        if (vouchers.names(set.zone, key, verifier_.digester(), work_) != DsMatch::same)
            continue;
        vouched.add(key.rdata());
        if (!by)
            by = SignatureFacts{key.tag(), key.algorithm(), dnskeys.ttl, 0, 0};
    }
    if (!by)
        return std::unexpected(KeyRefusal{});
    return JudgedKeys{ZoneKeys(std::move(set), std::move(vouched)), *by};
}

}  // namespace rw::dnssec
