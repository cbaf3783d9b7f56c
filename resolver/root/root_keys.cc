// SPDX-License-Identifier: EUPL-1.2
// The root's keys.
#include "resolver/root/root_keys.h"

namespace rw::root
{

namespace
{

/// Anchors that are valid now and of a supported algorithm.
dnssec::Vouchers vouchers_of(const validate::AnchorSet& anchors, WallSeconds wall,
                             const dnssec::AlgorithmPolicy& policy)
{
    dnssec::Vouchers vouchers(policy);
    for (const dnssec::TrustAnchor* anchor : anchors.at(dns::Name{})) {
        if (anchor->valid_at(wall))
            vouchers.add(*anchor);
    }
    return vouchers;
}

RootKeys::Verdict refusal(dnssec::RrsigProblem problem)
{
    if (problem == dnssec::RrsigProblem::work_exhausted)
        return {};
    return {Authenticity::forged, {}};
}

RootKeys::Verdict authentic(const dnssec::SignatureFacts& by)
{
    return {Authenticity::authentic, WallSeconds{std::chrono::seconds{by.inception}}};
}

}  // namespace

bool RootKeys::applies(WallSeconds wall) const
{
    const auto anchors = anchors_.current();
    if (!settings_.enabled || anchors->negative_for(dns::Name{}, wall) != nullptr)
        return false;
    return !vouchers_of(*anchors, wall, verifier_.policy()).empty();
}

RootKeys::Verdict RootKeys::take(const dns::RRset& dnskeys, Instant now, WallSeconds wall)
{
    if (!applies(wall))
        return {};
    const auto anchors = anchors_.current();
    const dnssec::Vouchers vouchers = vouchers_of(*anchors, wall, verifier_.policy());
    const dnssec::SignatureTime time{wall, settings_.signature_skew};
    dnssec::Work work;
    dns::RRset copy = dnskeys;
    auto judged = dnssec::KeyJudge(verifier_, time, work).judge(copy, vouchers);
    if (!judged)
        return refusal(judged.error().why.problem);
    keys_ = std::move(judged->keys);
    taken_ = now;
    generation_ = anchors->generation;
    return authentic(judged->by);
}

RootKeys::Verdict RootKeys::judge(const dns::RRset& rrset, Instant now, WallSeconds wall)
{
    if (!applies(wall) || !ready(now))
        return {};
    dnssec::Work work;
    const dnssec::RRsetVerdict verdict = verifier_.verify(rrset, keys_, {wall, settings_.signature_skew}, work);
    const auto* own = std::get_if<dnssec::Signed>(&verdict);
    return own != nullptr ? authentic(own->by) : refusal(problem_of(verdict));
}

}  // namespace rw::root
