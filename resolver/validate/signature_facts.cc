// SPDX-License-Identifier: EUPL-1.2
// Who signed, and what is wrong.
#include "resolver/validate/signature_facts.h"

#include <fmt/format.h>

namespace rw::validate
{

using dns::Name;
using dns::RRType;

std::optional<Name> signer_of(const dns::RRset& rrset, bool above)
{
    std::optional<Name> nearest;
    std::size_t looked_at = 0;
    for (const Octets rdata : rrset.signatures) {
        if (++looked_at > dnssec::max_rrset_signatures)
            break;
        const auto rrsig = dnssec::Rrsig::parse(rdata);
        if (!rrsig || rrsig->covered != rrset.type)
            continue;
        const bool holds = above ? rrset.owner.is_below(rrsig->signer) : rrset.owner.is_at_or_below(rrsig->signer);
        if (holds && (!nearest || rrsig->signer.is_below(*nearest)))
            nearest = rrsig->signer;
    }
    return nearest;
}

std::optional<Name> denial_signer(std::span<const dns::RRset> sets, const Name& name, bool above)
{
    std::optional<Name> nearest;
    for (const dns::RRset& set : sets) {
        const auto signer = signer_of(set, false);
        const bool holds = signer && (above ? name.is_below(*signer) : name.is_at_or_below(*signer));
        if (holds && (!nearest || signer->is_below(*nearest)))
            nearest = signer;
    }
    return nearest;
}

std::string describe(const dns::RRset& rrset, const Name& signer, const dnssec::Unverified& why)
{
    const std::string_view what = dnssec::fact(why.problem).text;
    if (why.algorithm == 0)
        return fmt::format("the signature of {} {}", rrset.to_string(), what);
    return fmt::format("the signature of {} by {} (key {}, {}) {}", rrset.to_string(), signer.lowercase().to_string(),
                       why.key_tag, dnssec::algorithm_name(why.algorithm), what);
}

std::string describe(const dns::RRset& dnskeys, const dnssec::KeyRefusal& refusal)
{
    if (refusal.named)
        return describe(dnskeys, dnskeys.owner, refusal.why);
    return fmt::format("no DNSKEY of {} matches what its parent or a trust anchor says", dnskeys.owner.to_string());
}

Failure failure_of(const dnssec::KeyRefusal& refusal)
{
    return refusal.named ? dnssec::fact(refusal.why.problem).failure : Failure::dnskey_missing;
}

}  // namespace rw::validate
