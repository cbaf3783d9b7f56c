// SPDX-License-Identifier: EUPL-1.2
// Keys that are vouched for.
#include "resolver/validate/key_match.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/validate/signature_facts.h"

namespace rw::validate
{

using dnssec::DsMatch;
using dnssec::RrsigProblem;

DsMatch is_vouched_for(const dns::Name& zone, const dnssec::PublicKey& key, const Vouchers& vouchers,
                       dnssec::Digester& digester, dnssec::Work& work)
{
    if (std::ranges::any_of(vouchers.keys, [&](Octets rdata) { return equal(rdata, key.rdata()); }))
        return DsMatch::same;
    for (const dnssec::Ds& ds : vouchers.ds) {
        const DsMatch match = dnssec::match_ds(ds, zone, key, digester, work);
        if (match != DsMatch::different)
            return match;
    }
    return DsMatch::different;
}

KeyMatch match_keys(const dns::RRset& dnskeys, dnssec::ZoneKeys& keys, const Vouchers& vouchers, bool already_verified,
                    dnssec::RRsetVerifier& verifier, const dnssec::SignatureTime& time, dnssec::Work& work)
{
    KeyMatch result;
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
        const DsMatch match = is_vouched_for(keys.zone, keys.keys[i], vouchers, verifier.digester(), work);
        if (match == DsMatch::different)
            continue;
        dnssec::RRsetVerdict verdict;
        if (match == DsMatch::work_exhausted)
            verdict.problem = RrsigProblem::work_exhausted;
        else if (already_verified)
            verdict = {RrsigProblem::none, keys.keys[i].tag(), keys.keys[i].algorithm(), 0, false, dnskeys.ttl, 0, 0};
        else
            verdict = verifier.verify_with_key(dnskeys, keys, i, time, work);
        if (result.matched && !verdict.valid() && verdict.problem < result.verdict.problem)
            continue;
        result.matched = true;
        result.verdict = verdict;
        result.failure = dnssec::fact(verdict.problem).failure;
        if (verdict.valid() || verdict.problem == RrsigProblem::work_exhausted)
            break;
    }
    if (!result.secure()) {
        result.sentence = result.matched ? describe(dnskeys, keys.zone, result.verdict)
                                         : fmt::format("no DNSKEY of {} matches what its parent or a trust anchor says",
                                                       dnskeys.owner.to_string());
    }
    return result;
}

}  // namespace rw::validate
