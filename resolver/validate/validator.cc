// SPDX-License-Identifier: EUPL-1.2
// Judging answers: which zone signed each RRset, with what proof.
#include "resolver/validate/validator.h"

#include <fmt/format.h>

#include "resolver/validate/denial_check.h"
#include "resolver/validate/signature_facts.h"
#include "resolver/validate/trust_walk.h"

namespace rw::validate
{

using cache::EntryKind;
using cache::Security;
using dns::Name;
using dns::RRset;
using dns::RRType;
using dnssec::DenialOutcome;

namespace
{

Verdict bogus(Failure failure, std::string sentence)
{
    Verdict verdict;
    verdict.security = Security::bogus;
    verdict.failure = failure;
    verdict.sentence = std::move(sentence);
    return verdict;
}

/// The verdict on data of a zone that is not secure.
Verdict verdict_of(const ZoneTrust& trust)
{
    if (trust.security == Security::bogus) {
        Verdict broken = bogus(trust.failure, trust.sentence);
        broken.chain_broken = true;
        broken.zone = trust.zone;
        return broken;
    }
    Verdict verdict;
    verdict.security = trust.security;
    verdict.too_many_iterations = trust.too_many_iterations;
    verdict.sentence = trust.sentence;
    verdict.zone = trust.zone;
    return verdict;
}

/// What a proof comes to. `what` ends the sentence "example. does not prove that ...".
Verdict verdict_of(const dnssec::Denial& denial, DenialCheck& check, const Name& zone, const std::string& what)
{
    Verdict verdict;
    verdict.wildcard = denial.wildcard;
    verdict.zone = zone;
    verdict.proof = check.take_proof();
    switch (denial.outcome) {
        case DenialOutcome::proven:
            verdict.security = Security::secure;
            return verdict;
        case DenialOutcome::opt_out:
            verdict.security = Security::insecure;
            verdict.opt_out = true;
            return verdict;
        case DenialOutcome::too_many_iterations:
            verdict.security = Security::insecure;
            verdict.too_many_iterations = true;
            return verdict;
        case DenialOutcome::work_exhausted:
            return bogus(Failure::validation_budget_exhausted,
                         fmt::format("proving that {} takes more hashes than one query may cause", what));
        case DenialOutcome::unproven:
            break;
    }
    if (!check.refusal().empty())
        return bogus(check.failure(), check.refusal());
    return bogus(Failure::nsec_missing, fmt::format("{} does not prove that {}", zone.to_string(), what));
}

/// The worse of two, for a link that is made of several RRsets.
Verdict worse(Verdict a, Verdict b)
{
    const auto rank = [](const Verdict& verdict) {
        switch (verdict.security) {
            case Security::bogus:
                return 3;
            case Security::indeterminate:
                return 2;
            case Security::insecure:
                return 1;
            case Security::secure:
                break;
        }
        return 0;
    };
    Verdict& chosen = rank(b) >= rank(a) ? b : a;
    chosen.wildcard = a.wildcard || b.wildcard;
    if (!chosen.expanded_from)
        chosen.expanded_from = a.expanded_from ? a.expanded_from : b.expanded_from;
    chosen.opt_out = a.opt_out || b.opt_out;
    return std::move(chosen);
}

/// Records that have no signatures by nature (RFC 4035 §2.2).
bool is_unsignable(RRType type)
{
    return type == RRType::rrsig || type == RRType::sig;
}

}  // namespace

void TimeFloor::raise(WallSeconds proven)
{
    std::int64_t now = seconds_.load();
    const std::int64_t wanted = proven.time_since_epoch().count();
    while (wanted > now && !seconds_.compare_exchange_weak(now, wanted)) {
    }
}

Validator::Validator(const ValidatorRules& rules, const AnchorStore& anchors, TimeFloor& floor,
                     io::Scheduler& scheduler, const HashKey& key)
    : rules_(rules), walk_(std::make_unique<TrustWalk>(rules, anchors, floor, scheduler, key))
{
}

Validator::~Validator() = default;

void Validator::set_rules(const ValidatorRules& rules)
{
    rules_ = rules;
    walk_->set_rules(rules);
}

bool Validator::applies_to(const Name& name) const
{
    return rules_.enabled && walk_->anchors()->closest(name).has_value();
}

Name Validator::island(const Name& name) const
{
    const auto anchors = walk_->anchors();
    const NegativeAnchor* exempt = anchors->negative_for(name, walk_->time().now);
    return exempt != nullptr ? exempt->name : anchors->closest(name).value_or(Name{});
}

bool Validator::is_secure_zone(const Name& name)
{
    const SharedTrust trust = walk_->known_trust(name);
    return trust && trust->is_secure() && trust->zone == name;
}

std::uint64_t Validator::generation() const
{
    return walk_->anchors()->generation;
}

bool Validator::trusts_root_key(std::uint16_t tag) const
{
    const auto anchors = walk_->anchors();
    const WallSeconds now = walk_->time().now;
    return std::ranges::any_of(anchors->at(Name{}), [&](const dnssec::TrustAnchor* anchor) {
        return anchor->valid_at(now) && anchor->key_tag() == tag;
    });
}

io::Task<Verdict> Validator::validate(Part part, Name zone, Session& session)
{
    Verdict verdict;
    if (!applies_to(part.name))
        co_return verdict;
    verdict = co_await judge(part, zone, session);
    // The keys may be those from before the zone moved. Once: what is concluded then rests on what is known now.
    if (verdict.is_bogus() && walk_->forget_outdated(part.name, session))
        verdict = co_await judge(part, zone, session);
    co_return verdict;
}

io::Task<Verdict> Validator::judge(const Part& part, const Name& zone, Session& session)
{
    Verdict verdict;
    if (part.kind == EntryKind::nodata || part.kind == EntryKind::nxdomain) {
        verdict = co_await check_denial(part, zone, session);
        session.note(
            {JournalStep::What::denial, part.name, part.type, verdict.zone, 0, 0, verdict.security, verdict.sentence});
        co_return verdict;
    }
    verdict.security = Security::secure;
    for (RRset& set : part.records) {
        if (part.dname && set.type == RRType::cname) {
            set.ttl = part.records.front().ttl;  // made from the DNAME (RFC 6672 §3.1)
            continue;
        }
        Verdict one = co_await check_rrset(set, part, zone, session);
        session.note({JournalStep::What::rrset, set.owner, set.type, one.zone, one.key_tag, one.algorithm, one.security,
                      one.sentence});
        verdict = worse(std::move(verdict), std::move(one));
    }
    co_return verdict;
}

io::Task<Verdict> Validator::check_rrset(RRset& rrset, const Part& part, const Name& zone, Session& session)
{
    Verdict result;
    if (is_unsignable(rrset.type)) {
        result.security = Security::insecure;
        co_return result;
    }
    // In place of a DS an alias is the parent's, too: one of the child's says nothing about it (RFC 4035 §3.1.4.1).
    const bool above = (rrset.type == RRType::ds || part.type == RRType::ds) && rrset.owner == part.name;
    const auto signer = signer_of(rrset, above);
    if (!signer) {
        Name around = above && !rrset.owner.is_root() ? rrset.owner.parent() : rrset.owner;
        result = co_await check_unsigned(around, zone, Failure::rrsigs_missing, session);
        if (result.is_bogus() && result.sentence.empty())
            result.sentence = fmt::format("{} has no signature although its zone is signed", rrset.to_string());
        co_return result;
    }
    const Name& signing = *signer;
    SharedTrust trust = co_await walk_->trust_of(signing, session);
    if (!trust->is_secure())
        co_return verdict_of(*trust);
    if (trust->zone != signing)
        co_return bogus(Failure::bogus,
                        fmt::format("{} is signed by {}, which is not a zone", rrset.to_string(), signing.to_string()));
    co_return judge_rrset(rrset, part.proof, *trust, session);
}

Verdict Validator::judge_rrset(RRset& rrset, std::span<RRset> proof, ZoneTrust& trust, Session& session)
{
    Verdict result;
    result.zone = trust.zone;
    const auto refuse = [&](Failure failure, const dnssec::Unverified& why, std::string sentence) {
        result = bogus(failure, std::move(sentence));
        result.zone = trust.zone;
        result.key_tag = why.key_tag;
        result.algorithm = why.algorithm;
    };
    const auto accept = [&](const dnssec::SignatureFacts& by) {
        result.security = Security::secure;
        result.key_tag = by.key_tag;
        result.algorithm = by.algorithm;
    };
    if (rrset.type == RRType::dnskey) {
        const dnssec::KeyVerdict judged = walk_->judge_answer(rrset, trust, session.work);
        if (judged)
            accept(judged->by);
        else
            refuse(failure_of(judged.error()), judged.error().why, describe(rrset, judged.error()));
        return result;
    }
    const dnssec::RRsetVerdict verdict = walk_->verifier().authenticate(rrset, trust.keys, walk_->time(), session.work);
    if (const auto* why = std::get_if<dnssec::Unverified>(&verdict)) {
        refuse(dnssec::fact(why->problem).failure, *why, describe(rrset, trust.zone, *why));
        return result;
    }
    if (const auto* expanded = std::get_if<dnssec::Expanded>(&verdict))
        result = judge_expanded(rrset, proof, *expanded, trust, session);
    else
        result.security = Security::secure;
    result.zone = trust.zone;
    result.key_tag = facts_of(verdict)->key_tag;
    result.algorithm = facts_of(verdict)->algorithm;
    return result;
}

Verdict Validator::judge_expanded(const RRset& rrset, std::span<RRset> proof, const dnssec::Expanded& expanded,
                                  ZoneTrust& trust, Session& session)
{
    const dnssec::SignatureTime now = walk_->time();
    DenialCheck check(trust.keys, walk_->verifier(), now, session.work);
    for (RRset& set : proof)
        check.add(set);
    Verdict result = verdict_of(check.wildcard_answer(rrset.owner, expanded.encloser_labels()), check, trust.zone,
                                fmt::format("no name closer to {} than its wildcard exists", rrset.owner.to_string()));
    result.wildcard = true;
    result.expanded_from = expanded.wildcard;
    return result;
}

io::Task<Verdict> Validator::check_unsigned(Name name, Name zone, Failure failure, Session& session)
{
    Name around = name.is_at_or_below(zone) ? zone : name;
    const auto start = walk_->anchors()->closest(name);
    if (start && around.label_count() < start->label_count())
        around = *start;
    SharedTrust trust = co_await walk_->trust_of(around, session);
    // A zone cut may lie between the zone asked and the name, when one server has both zones.
    if (trust->is_secure())
        trust = co_await walk_->descend(trust, name, session);
    if (!trust->is_secure())
        co_return verdict_of(*trust);
    Verdict verdict = bogus(failure, "");
    verdict.zone = trust->zone;
    co_return verdict;
}

io::Task<Verdict> Validator::check_denial(const Part& part, const Name& zone, Session& session)
{
    Verdict result;
    const bool above = part.type == RRType::ds && !part.name.is_root();
    auto signer = denial_signer(part.proof, part.name, above);
    if (!signer)
        signer = denial_signer(part.records, part.name, above);
    if (!signer) {
        Name around = above ? part.name.parent() : part.name;
        const Failure failure = part.proof.empty() ? Failure::nsec_missing : Failure::rrsigs_missing;
        result = co_await check_unsigned(around, zone, failure, session);
        if (result.is_bogus() && result.sentence.empty())
            result.sentence = fmt::format("the denial of {} {} has no signature although its zone is signed",
                                          part.name.to_string(), dns::type_name(part.type));
        co_return result;
    }
    const Name& signing = *signer;
    SharedTrust trust = co_await walk_->trust_of(signing, session);
    if (!trust->is_secure())
        co_return verdict_of(*trust);
    if (trust->zone != signing)
        co_return bogus(Failure::bogus, fmt::format("the denial of {} is signed by {}, which is not a zone",
                                                    part.name.to_string(), signing.to_string()));
    result = judge_denial(part, *trust, session);
    result.zone = signing;
    co_return result;
}

Verdict Validator::judge_denial(const Part& part, ZoneTrust& trust, Session& session)
{
    const dnssec::SignatureTime now = walk_->time();
    for (RRset& set : part.records) {
        const dnssec::RRsetVerdict verdict = walk_->verifier().authenticate(set, trust.keys, now, session.work);
        if (const auto* why = std::get_if<dnssec::Unverified>(&verdict))
            return bogus(dnssec::fact(why->problem).failure, describe(set, trust.zone, *why));
        if (!std::holds_alternative<dnssec::Signed>(verdict))
            return bogus(Failure::bogus, fmt::format("{} came out of a wildcard", set.to_string()));
    }
    DenialCheck check(trust.keys, walk_->verifier(), now, session.work);
    for (RRset& set : part.proof)
        check.add(set);
    const bool name_error = part.kind == EntryKind::nxdomain;
    dnssec::Denial denial = name_error ? check.name_error(part.name) : check.no_data(part.name, part.type);
    const bool may_be_less = name_error && denial.outcome == DenialOutcome::unproven && !session.work.exhausted();
    const dnssec::Denial less = may_be_less ? check.no_data(part.name, part.type) : dnssec::Denial{};
    // The code is not signed, the proof is: servers that do not know empty non-terminals say NXDOMAIN for them.
    const bool only_no_data = less.outcome == DenialOutcome::proven;
    if (only_no_data)
        denial = less;
    Verdict verdict =
        verdict_of(denial, check, trust.zone,
                   name_error ? fmt::format("{} does not exist", part.name.to_string())
                              : fmt::format("{} has no {}", part.name.to_string(), dns::type_name(part.type)));
    verdict.only_no_data = only_no_data;
    return verdict;
}

}  // namespace rw::validate
