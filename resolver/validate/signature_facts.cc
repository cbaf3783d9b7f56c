// SPDX-License-Identifier: EUPL-1.2
// Who signed, and what is wrong.
#include "resolver/validate/signature_facts.h"

#include <fmt/format.h>

namespace rw::validate
{

using dns::Name;
using dns::RRType;

std::optional<Name> signer_of(const dns::RRset& rrset)
{
    std::optional<Name> nearest;
    std::size_t looked_at = 0;
    for (const Octets rdata : rrset.signatures) {
        if (++looked_at > dnssec::max_rrset_signatures)
            break;
        const auto rrsig = dnssec::Rrsig::parse(rdata);
        if (!rrsig || rrsig->covered != rrset.type)
            continue;
        const bool holds =
            rrset.type == RRType::ds ? rrset.owner.is_below(rrsig->signer) : rrset.owner.is_at_or_below(rrsig->signer);
        if (holds && (!nearest || rrsig->signer.is_below(*nearest)))
            nearest = rrsig->signer;
    }
    return nearest;
}

std::optional<Name> denial_signer(std::span<const dns::RRset> sets, const Name& name, bool above)
{
    std::optional<Name> nearest;
    for (const dns::RRset& set : sets) {
        const auto signer = signer_of(set);
        const bool holds = signer && (above ? name.is_below(*signer) : name.is_at_or_below(*signer));
        if (holds && (!nearest || signer->is_below(*nearest)))
            nearest = signer;
    }
    return nearest;
}

std::string describe(const dns::RRset& rrset, const Name& signer, const dnssec::RRsetVerdict& verdict)
{
    const std::string_view what = dnssec::fact(verdict.problem).text;
    if (verdict.algorithm == 0)
        return fmt::format("the signature of {} {}", rrset.to_string(), what);
    return fmt::format("the signature of {} by {} (key {}, {}) {}", rrset.to_string(), signer.lowercase().to_string(),
                       verdict.key_tag, dnssec::algorithm_name(verdict.algorithm), what);
}

}  // namespace rw::validate
