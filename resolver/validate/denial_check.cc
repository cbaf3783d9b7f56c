// SPDX-License-Identifier: EUPL-1.2
// Verified denial records.
#include "resolver/validate/denial_check.h"

#include <fmt/format.h>

#include "resolver/validate/signature_facts.h"

namespace rw::validate
{

using dnssec::Denial;
using dnssec::DenialOutcome;
using dnssec::DsDenial;

DenialCheck::DenialCheck(dnssec::ZoneKeys& keys, dnssec::RRsetVerifier& verifier, const dnssec::SignatureTime& time,
                         dnssec::Work& work)
    : keys_(keys),
      verifier_(verifier),
      time_(time),
      work_(work),
      nsec_(keys.zone()),
      nsec3_(keys.zone(), verifier.digester(), work)
{
}

void DenialCheck::refuse(Failure failure, std::string why)
{
    if (!refusal_.empty())
        return;
    failure_ = failure;
    refusal_ = std::move(why);
}

void DenialCheck::note(dnssec::DenialProblem problem, const dns::RRset& rrset)
{
    if (problem != dnssec::DenialProblem::none)
        refuse(Failure::nsec_missing, fmt::format("{} {}", rrset.to_string(), dnssec::describe(problem)));
}

void DenialCheck::add(dns::RRset& rrset)
{
    const bool nsec = rrset.type == dns::RRType::nsec;
    if ((!nsec && rrset.type != dns::RRType::nsec3) || claims_.size() == dnssec::max_denial_records)
        return;
    const std::size_t number = claims_.size();
    claims_.push_back({&rrset});
    if (nsec)
        note(nsec_.claim(rrset, *this, number), rrset);
    else if (nsec3_.may_wait(rrset))
        note(nsec3_.claim(rrset, *this, number), rrset);
    else if (vouch(number))
        note(nsec3_.add(rrset), rrset);
}

bool DenialCheck::vouch(std::size_t number)
{
    Claim& claim = claims_[number];
    if (claim.state != Claim::State::open)
        return claim.state == Claim::State::verified;
    claim.state = Claim::State::refused;
    if (verified_ == max_rrsets)
        return false;
    ++verified_;
    dns::RRset& rrset = *claim.rrset;
    const dnssec::RRsetVerdict verdict = verifier_.authenticate(rrset, keys_, time_, work_);
    if (const auto* why = std::get_if<dnssec::Unverified>(&verdict)) {
        refuse(dnssec::fact(why->problem).failure, describe(rrset, keys_.zone(), *why));
        return false;
    }
    if (!std::holds_alternative<dnssec::Signed>(verdict)) {
        refuse(Failure::nsec_missing, fmt::format("{} came out of a wildcard", rrset.to_string()));
        return false;
    }
    claim.state = Claim::State::verified;
    ttl_ = std::min(ttl_, rrset.ttl);
    proof_.push_back(rrset);
    return true;
}

std::vector<dns::RRset> DenialCheck::take_proof()
{
    if (claims_.size() <= usual_rrsets) {
        for (std::size_t number = 0; number < claims_.size(); ++number)
            static_cast<void>(vouch(number));
    }
    return std::move(proof_);
}

Denial DenialCheck::name_error(const dns::Name& name)
{
    Denial denial = nsec_.prove_name_error(name);
    if (denial.outcome == DenialOutcome::unproven && !nsec3_.empty())
        denial = nsec3_.prove_name_error(name);
    return denial;
}

Denial DenialCheck::no_data(const dns::Name& name, dns::RRType type)
{
    Denial denial = nsec_.prove_no_data(name, type);
    if (denial.outcome == DenialOutcome::unproven && !nsec3_.empty())
        denial = nsec3_.prove_no_data(name, type);
    return denial;
}

Denial DenialCheck::wildcard_answer(const dns::Name& name, std::size_t encloser_labels)
{
    Denial denial = nsec_.prove_wildcard_answer(name, encloser_labels);
    if (denial.outcome == DenialOutcome::unproven && !nsec3_.empty())
        denial = nsec3_.prove_wildcard_answer(name, encloser_labels);
    return denial;
}

DsDenial DenialCheck::no_ds(const dns::Name& name)
{
    const DsDenial denial = nsec_.prove_no_ds(name);
    return denial == DsDenial::unproven && !nsec3_.empty() ? nsec3_.prove_no_ds(name) : denial;
}

DsDenial DenialCheck::no_cut_at_expanded(const dns::Name& owner, const dnssec::Expanded& expanded)
{
    switch (wildcard_answer(owner, expanded.encloser_labels()).outcome) {
        case DenialOutcome::proven:
            return DsDenial::no_delegation;
        case DenialOutcome::opt_out:
            return DsDenial::insecure_delegation;  // an unsigned delegation may be there
        case DenialOutcome::too_many_iterations:
            return DsDenial::too_many_iterations;
        case DenialOutcome::work_exhausted:
            return DsDenial::work_exhausted;
        case DenialOutcome::unproven:
            break;
    }
    return DsDenial::unproven;
}

}  // namespace rw::validate
