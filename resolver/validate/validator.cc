// SPDX-License-Identifier: EUPL-1.2
// Judging answers.
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
    chosen.opt_out = a.opt_out || b.opt_out;
    return std::move(chosen);
}

void note(Session& session, JournalStep step)
{
    if (session.journal != nullptr)
        session.journal->push_back(std::move(step));
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
    if (part.kind == EntryKind::nodata || part.kind == EntryKind::nxdomain) {
        verdict = co_await check_denial(part, zone, session);
        note(session,
             {JournalStep::What::denial, part.name, part.type, verdict.zone, 0, 0, verdict.security, verdict.sentence});
        co_return verdict;
    }
    verdict.security = Security::secure;
    for (RRset& set : part.records) {
        if (part.dname && set.type == RRType::cname) {
            set.ttl = part.records.front().ttl;  // made from the DNAME (RFC 6672 §3.1)
            continue;
        }
        Verdict one = co_await check_rrset(set, part.proof, zone, session);
        note(session, {JournalStep::What::rrset, set.owner, set.type, one.zone, one.key_tag, one.algorithm,
                       one.security, one.sentence});
        verdict = worse(std::move(verdict), std::move(one));
    }
    co_return verdict;
}

io::Task<Verdict> Validator::check_rrset(RRset& rrset, std::span<RRset> proof, const Name& zone, Session& session)
{
    Verdict result;
    if (is_unsignable(rrset.type)) {
        result.security = Security::insecure;
        co_return result;
    }
    const auto signer = signer_of(rrset);
    if (!signer) {
        Name around = rrset.type == RRType::ds ? rrset.owner.parent() : rrset.owner;
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
    const dnssec::SignatureTime now = walk_->time();
    const dnssec::RRsetVerdict verdict = walk_->verifier().verify(rrset, trust->keys, now, session.work);
    if (!verdict.valid()) {
        result = bogus(dnssec::fact(verdict.problem).failure, describe(rrset, signing, verdict));
    } else {
        rrset.ttl = verdict.ttl;
        result.security = Security::secure;
    }
    if (verdict.valid() && verdict.expanded) {
        DenialCheck check(trust->keys, walk_->verifier(), now, session.work);
        for (RRset& set : proof)
            check.add(set);
        result = verdict_of(check.wildcard_answer(rrset.owner, verdict.labels), check, signing,
                            fmt::format("no name closer to {} than its wildcard exists", rrset.owner.to_string()));
        result.wildcard = true;
    }
    result.zone = signing;
    result.key_tag = verdict.key_tag;
    result.algorithm = verdict.algorithm;
    co_return result;
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
        const dnssec::RRsetVerdict verdict = walk_->verifier().verify(set, trust.keys, now, session.work);
        if (!verdict.valid())
            return bogus(dnssec::fact(verdict.problem).failure, describe(set, trust.zone, verdict));
        set.ttl = verdict.ttl;
    }
    DenialCheck check(trust.keys, walk_->verifier(), now, session.work);
    for (RRset& set : part.proof)
        check.add(set);
    if (part.kind == EntryKind::nxdomain)
        return verdict_of(check.name_error(part.name), check, trust.zone,
                          fmt::format("{} does not exist", part.name.to_string()));
    return verdict_of(check.no_data(part.name, part.type), check, trust.zone,
                      fmt::format("{} has no {}", part.name.to_string(), dns::type_name(part.type)));
}

}  // namespace rw::validate
