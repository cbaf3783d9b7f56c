// SPDX-License-Identifier: EUPL-1.2
// The root's keys.
#include "resolver/root/root_keys.h"

#include "resolver/validate/key_match.h"

namespace rw::root
{

namespace
{

/// Anchors that are valid now and of a supported algorithm. `ds` holds what the views point into.
validate::Vouchers vouchers_of(const validate::AnchorSet& anchors, WallSeconds wall,
                               const dnssec::AlgorithmPolicy& policy, dns::RdataList& ds)
{
    validate::Vouchers vouchers;
    for (const dnssec::TrustAnchor* anchor : anchors.at(dns::Name{})) {
        if (!anchor->valid_at(wall))
            continue;
        if (anchor->type == dns::RRType::ds)
            ds.add(anchor->rdata);
        else if (dnssec::is_supported(anchor->algorithm(), policy))
            vouchers.keys.push_back(anchor->rdata);
    }
    vouchers.ds = dnssec::usable_ds(ds, policy);
    return vouchers;
}

RootKeys::Verdict verdict_of(const dnssec::RRsetVerdict& verdict)
{
    if (verdict.problem == dnssec::RrsigProblem::work_exhausted)
        return {};
    return {verdict.valid() ? Authenticity::authentic : Authenticity::forged,
            WallSeconds{std::chrono::seconds{verdict.inception}}};
}

}  // namespace

bool RootKeys::applies(WallSeconds wall) const
{
    const auto anchors = anchors_.current();
    if (!settings_.enabled || anchors->negative_for(dns::Name{}, wall) != nullptr)
        return false;
    dns::RdataList ds;
    return !vouchers_of(*anchors, wall, verifier_.policy(), ds).empty();
}

RootKeys::Verdict RootKeys::take(const dns::RRset& dnskeys, Instant now, WallSeconds wall)
{
    if (!applies(wall))
        return {};
    const auto anchors = anchors_.current();
    dns::RdataList ds;
    const validate::Vouchers vouchers = vouchers_of(*anchors, wall, verifier_.policy(), ds);
    dnssec::ZoneKeys keys(dnskeys);
    dnssec::Work work;
    const validate::KeyMatch match =
        validate::match_keys(dnskeys, keys, vouchers, false, verifier_, {wall, settings_.signature_skew}, work);
    if (match.secure()) {
        keys_ = std::move(keys);
        taken_ = now;
        generation_ = anchors->generation;
    }
    return verdict_of(match.verdict);
}

RootKeys::Verdict RootKeys::judge(const dns::RRset& rrset, Instant now, WallSeconds wall)
{
    if (!applies(wall) || !ready(now))
        return {};
    dnssec::Work work;
    return verdict_of(verifier_.verify(rrset, keys_, {wall, settings_.signature_skew}, work));
}

}  // namespace rw::root
