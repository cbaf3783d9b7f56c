// SPDX-License-Identifier: EUPL-1.2
// Walking from a name up to what is trusted and down again.
#include "resolver/validate/trust_walk.h"

#include <fmt/format.h>

#include "resolver/validate/denial_check.h"
#include "resolver/validate/signature_facts.h"

namespace rw::validate
{

using cache::Security;
using dns::Name;
using dns::RRType;
using Kind = Fetched::Kind;

namespace
{

constexpr std::uint32_t max_trust_seconds = 86400;  // a withdrawn DS is noticed within a day whatever its TTL

/// The query ran out of something: says nothing about the zone.
bool is_passing(Failure failure)
{
    return failure == Failure::validation_budget_exhausted || failure == Failure::budget_exhausted ||
           failure == Failure::time_exhausted || failure == Failure::shutting_down;
}

}  // namespace

TrustWalk::TrustWalk(const ValidatorRules& rules, const AnchorStore& anchors, TimeFloor& floor,
                     io::Scheduler& scheduler, const HashKey& key)
    : anchors_(anchors),
      floor_(floor),
      scheduler_(scheduler),
      skew_(rules.skew),
      verifier_(rules.algorithms),
      cache_(key),
      under_way_(key)
{
}

Instant TrustWalk::expiry(std::uint32_t ttl) const
{
    return scheduler_.now() + std::chrono::seconds{std::min(ttl, max_trust_seconds)};
}

SharedTrust TrustWalk::make(const Name& zone, Security security, std::uint32_t ttl, std::string sentence) const
{
    auto trust = std::make_shared<ZoneTrust>();
    trust->zone = zone;
    trust->security = security;
    trust->made = scheduler_.now();
    trust->expires = expiry(ttl);
    trust->sentence = std::move(sentence);
    return trust;
}

SharedTrust TrustWalk::make_bogus(const Name& zone, Failure failure, std::string sentence) const
{
    SharedTrust trust = make(zone, Security::bogus, 0, std::move(sentence));
    trust->failure = failure;
    trust->expires = is_passing(failure) ? scheduler_.now() : scheduler_.now() + TrustCache::bogus_time;
    return trust;
}

io::Task<SharedTrust> TrustWalk::trust_of(Name name, Session& session)
{
    name = name.lowercase();  // as it came from a response it has our own random case
    const auto anchors = anchors_.current();
    SharedTrust trust;
    const auto start = anchors->closest(name);
    if (!start) {
        trust = make(name, Security::indeterminate, 0, "no trust anchor stands above it");
        co_return trust;
    }
    if (const NegativeAnchor* negative = anchors->negative_for(name, time().now)) {
        trust = make(name, Security::insecure, 0, negative->sentence());
        session.note({JournalStep::What::anchor, negative->name, RRType::none, negative->name, 0, 0, Security::insecure,
                      trust->sentence});
        co_return trust;
    }
    if (SharedTrust known = cache_.find_deciding(name, *start, scheduler_.now(), anchors->generation))
        co_return known;
    while (under_way_.contains(name)) {
        trust = co_await wait_for(name, session);
        if (trust)
            co_return trust;
    }
    under_way_.try_emplace(name);
    const Step step{name, session, anchors->generation};
    if (*start == name)
        trust = co_await from_anchor(step);
    else
        trust = co_await walk(step);
    if (trust->zone == name)
        cache_.insert(trust, anchors->generation);
    const auto walked = under_way_.extract(name);  // lives through the loop with compilers before P2718, too
    for (const auto& waiter : walked.mapped())
        waiter->put(trust);
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::wait_for(Name name, Session& session)
{
    auto mailbox = std::make_shared<io::Mailbox<SharedTrust>>();
    under_way_[name].push_back(mailbox);
    const std::uint64_t generation = anchors_.current()->generation;
    std::optional<SharedTrust> trust = co_await mailbox->next(session.deadline);
    if (!trust) {
        SharedTrust late = make_bogus(name, Failure::time_exhausted, "the keys of its zone came too late");
        co_return late;
    }
    // Another query's exhausted budget is not ours, nor are anchors of before: then we look ourselves.
    const bool passing = (*trust)->security == Security::bogus && is_passing((*trust)->failure);
    co_return passing || generation != anchors_.current()->generation ? nullptr : *trust;
}

// Old servers of insecure zones refuse the question for a DS, take it for one about the child, or never answer. The
// zone's own security, which a DS from its servers would need anyway, makes that question unnecessary.
io::Task<SharedTrust> TrustWalk::judge_servers_zone(const Name& name, Session& session)
{
    SharedTrust trust;
    std::optional<Name> zone = session.source.ds_servers_zone(name);
    const auto start = anchors_.current()->closest(name);
    if (!zone || (start && zone->label_count() < start->label_count()))
        co_return trust;
    trust = co_await trust_of(*zone, session);
    if (trust->is_secure())
        trust.reset();
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::walk(const Step& step)
{
    SharedTrust trust = co_await judge_servers_zone(step.name, step.session);
    if (trust)
        co_return trust;
    const dns::Question question{step.name, RRType::ds, dns::RRClass::in};
    for (unsigned attempt = 0; attempt < max_attempts; ++attempt) {
        Fetched fetched = co_await step.session.source.fetch(question, attempt);
        if (fetched.kind == Kind::failed && trust)
            break;  // nobody else to ask: what was wrong before stands
        dnssec::Vouchers vouchers(verifier_.policy());
        trust = co_await judge_ds(step, fetched, vouchers);
        if (!trust) {
            trust = co_await fetch_keys(step, vouchers, fetched.rrset.ttl);
            // Since the DS was cached the parent may have another, for other keys. What it says now is its last word.
            const bool outdated = fetched.secure && trust->failure == Failure::dnskey_missing;
            if (outdated)
                continue;
            break;
        }
        // What is wrong further up is not mended by another answer here.
        const bool here = trust->security == Security::bogus && trust->zone == step.name;
        if (!here || is_passing(trust->failure) || fetched.kind == Kind::failed)
            break;
    }
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::judge_ds(const Step& step, Fetched& fetched, dnssec::Vouchers& vouchers)
{
    const Name& name = step.name;
    SharedTrust trust;
    if (fetched.kind == Kind::failed) {
        trust = co_await judge_failed_ds(name, fetched.failure, step.session);
        co_return trust;
    }
    const bool denied = fetched.kind == Kind::nodata || fetched.kind == Kind::nxdomain;
    if (denied && fetched.secure) {
        trust = make(name, Security::insecure, fetched.rrset.ttl,
                     fmt::format("{} was proven to have no DS", name.to_string()));
        co_return trust;
    }
    const auto signer =
        denied ? denial_signer(fetched.denial, name, true) : signer_of(fetched.rrset, fetched.rrset.owner == name);
    if (!signer || *signer == name) {
        trust = co_await judge_unsigned_ds(name, fetched, step.session);
        co_return trust;
    }
    Name above = *signer;
    SharedTrust parent = co_await trust_of(above, step.session);
    if (!parent->is_secure())
        co_return parent;
    if (parent->zone != above) {
        trust = make_bogus(name, Failure::bogus,
                           fmt::format("{} signs for {} but is not a zone", above.to_string(), name.to_string()));
        co_return trust;
    }
    if (denied)
        co_return judge_denial(step, fetched, parent);
    if (fetched.kind == Kind::alias)
        co_return judge_alias(step, fetched, parent);
    dnssec::RRsetVerdict verdict = dnssec::Signed{{0, 0, fetched.rrset.ttl, 0, 0}};
    if (!fetched.secure)
        verdict = verifier_.authenticate(fetched.rrset, parent->keys, time(), step.session.work);
    if (const auto* why = std::get_if<dnssec::Unverified>(&verdict))
        co_return refuse_ds(step, fetched, parent, *why);
    if (const auto* expanded = std::get_if<dnssec::Expanded>(&verdict))
        co_return judge_expanded(step, fetched, parent, *expanded);
    const dns::Question question{name, RRType::ds, dns::RRClass::in};
    fetched.generation = step.generation;
    step.session.source.keep(question, fetched, Security::secure);
    vouchers.add_ds(fetched.rrset.rdatas);
    const dnssec::SignatureFacts& by = *facts_of(verdict);
    if (vouchers.empty())
        trust =
            make(name, Security::insecure, by.ttl,
                 fmt::format("every DS of {} has an algorithm or digest type that is not supported", name.to_string()));
    step.session.note({JournalStep::What::ds, name, RRType::ds, above, by.key_tag, by.algorithm,
                       trust ? Security::insecure : Security::secure, trust ? trust->sentence : std::string()});
    co_return trust;
}

SharedTrust TrustWalk::refuse_ds(const Step& step, const Fetched& fetched, const SharedTrust& parent,
                                 const dnssec::Unverified& why)
{
    SharedTrust trust =
        make_bogus(step.name, dnssec::fact(why.problem).failure, describe(fetched.rrset, parent->zone, why));
    step.session.note({JournalStep::What::ds, step.name, RRType::ds, parent->zone, why.key_tag, why.algorithm,
                       Security::bogus, trust->sentence});
    return trust;
}

// Below an insecure zone nothing needs a DS (RFC 4035 §5.2); below a secure one its servers must say whether there is
// one.
io::Task<SharedTrust> TrustWalk::judge_failed_ds(const Name& name, Failure failure, Session& session)
{
    Name above = name.parent();
    SharedTrust trust = co_await trust_of(above, session);
    if (!trust->is_secure())
        co_return trust;
    trust = make_bogus(name, failure,
                       fmt::format("the DS RRset of {} cannot be had: {}", name.to_string(), fact(failure).text));
    trust->expires = scheduler_.now();
    co_return trust;
}

// No signature, so that the response does not say which zone it is from. It must come from an insecure zone between a
// secure one and the name, or it is bogus.
io::Task<SharedTrust> TrustWalk::judge_unsigned_ds(const Name& name, const Fetched& fetched, Session& session)
{
    Name zone = name.is_below(fetched.zone) ? fetched.zone : name.parent();
    const auto start = anchors_.current()->closest(name);
    if (start && zone.label_count() < start->label_count())
        zone = *start;
    SharedTrust trust = co_await trust_of(zone, session);
    if (trust->is_secure()) {
        Name parent = name.parent();
        trust = co_await descend(trust, parent, session);
    }
    if (!trust->is_secure())
        co_return trust;
    const bool nothing = fetched.kind != Kind::answer && fetched.denial.size() < 2;
    trust = make_bogus(name, nothing ? Failure::nsec_missing : Failure::rrsigs_missing,
                       fmt::format("the answer about a DS RRset of {} is not signed although {} is", name.to_string(),
                                   trust->zone.to_string()));
    session.note({JournalStep::What::ds, name, RRType::ds, zone, 0, 0, Security::bogus, trust->sentence});
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::descend(SharedTrust from, Name name, Session& session)
{
    SharedTrust trust = std::move(from);
    for (std::size_t labels = trust->zone.label_count() + 1; labels <= name.label_count(); ++labels) {
        Name step = name.ancestor(labels);
        SharedTrust next = co_await trust_of(step, session);
        trust = std::move(next);
        if (!trust->is_secure())
            break;
    }
    co_return trust;
}

SharedTrust TrustWalk::judge_denial(const Step& step, Fetched& fetched, const SharedTrust& parent)
{
    const dnssec::SignatureTime now = time();
    DenialCheck check(parent->keys, verifier_, now, step.session.work);
    for (dns::RRset& set : fetched.denial)
        check.add(set);
    const dnssec::DsDenial denial = check.no_ds(step.name);
    const std::string unproven =
        fmt::format("{} does not prove that {} has no DS", parent->zone.to_string(), step.name.to_string());
    return conclude(step, denial, check, check.ttl(), parent, unproven);
}

SharedTrust TrustWalk::conclude(const Step& step, dnssec::DsDenial denial, const DenialCheck& check, std::uint32_t ttl,
                                const SharedTrust& parent, const std::string& unproven)
{
    const Name& name = step.name;
    JournalStep entry{JournalStep::What::denial, name, RRType::ds, parent->zone, 0, 0, Security::secure, ""};
    SharedTrust trust;
    switch (denial) {
        case dnssec::DsDenial::no_delegation:
            entry.sentence = "it is no zone cut";
            cache_.insert_inside(name, parent->zone, expiry(ttl), step.generation);
            trust = parent;
            break;
        case dnssec::DsDenial::insecure_delegation:
        case dnssec::DsDenial::too_many_iterations: {
            trust = make(name, Security::insecure, ttl,
                         fmt::format("{} proves that {} has no DS", parent->zone.to_string(), name.to_string()));
            trust->too_many_iterations = denial == dnssec::DsDenial::too_many_iterations;
            entry.sentence = trust->sentence;
            Fetched nothing;
            nothing.kind = Kind::nodata;
            nothing.rrset.ttl = ttl;
            nothing.generation = step.generation;
            step.session.source.keep({name, RRType::ds, dns::RRClass::in}, nothing, Security::secure);
            break;
        }
        case dnssec::DsDenial::work_exhausted:
        case dnssec::DsDenial::unproven: {
            const bool exhausted = step.session.work.exhausted();
            const Failure failure = exhausted ? Failure::validation_budget_exhausted : check.failure();
            trust = make_bogus(name, failure, !check.refusal().empty() ? check.refusal() : unproven);
            entry.security = Security::bogus;
            entry.sentence = trust->sentence;
            break;
        }
    }
    step.session.note(std::move(entry));
    return trust;
}

// A CNAME at the name, or a DNAME above it, leaves no room for a zone cut: when it is the name's own.
SharedTrust TrustWalk::judge_alias(const Step& step, Fetched& fetched, const SharedTrust& parent)
{
    const dnssec::RRsetVerdict verdict = verifier_.authenticate(fetched.rrset, parent->keys, time(), step.session.work);
    if (const auto* why = std::get_if<dnssec::Unverified>(&verdict))
        return make_bogus(step.name, dnssec::fact(why->problem).failure, describe(fetched.rrset, parent->zone, *why));
    if (const auto* expanded = std::get_if<dnssec::Expanded>(&verdict))
        return judge_expanded(step, fetched, parent, *expanded);
    cache_.insert_inside(step.name, parent->zone, expiry(fetched.rrset.ttl), step.generation);
    return parent;
}

SharedTrust TrustWalk::judge_expanded(const Step& step, Fetched& fetched, const SharedTrust& parent,
                                      const dnssec::Expanded& expanded)
{
    const dnssec::SignatureTime now = time();
    DenialCheck check(parent->keys, verifier_, now, step.session.work);
    for (dns::RRset& set : fetched.denial)
        check.add(set);
    const dnssec::DsDenial denial = check.no_cut_at_expanded(fetched.rrset.owner, expanded);
    const std::string unproven = fmt::format("{} came out of {} although it is not proven that it does not exist",
                                             fetched.rrset.to_string(), expanded.wildcard.lowercase().to_string());
    return conclude(step, denial, check, std::min(fetched.rrset.ttl, check.ttl()), parent, unproven);
}

io::Task<SharedTrust> TrustWalk::from_anchor(const Step& step)
{
    const Name& zone = step.name;
    const auto anchors = anchors_.current();
    dnssec::Vouchers vouchers(verifier_.policy());
    const WallSeconds now = time().now;
    for (const dnssec::TrustAnchor* anchor : anchors->at(zone)) {
        if (!anchor->valid_at(now))
            continue;
        vouchers.add(*anchor);
        step.session.note({JournalStep::What::anchor, zone, anchor->type, zone, anchor->key_tag(), anchor->algorithm(),
                           Security::secure, ""});
    }
    SharedTrust trust;
    if (vouchers.empty()) {
        trust = make(zone, Security::insecure, TrustCache::bogus_time / std::chrono::seconds{1},
                     fmt::format("no trust anchor of {} is valid now and of a supported algorithm", zone.to_string()));
        step.session.note(
            {JournalStep::What::anchor, zone, RRType::none, zone, 0, 0, Security::insecure, trust->sentence});
        co_return trust;
    }
    trust = co_await fetch_keys(step, vouchers, max_trust_seconds);
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::fetch_keys(const Step& step, const dnssec::Vouchers& vouchers, std::uint32_t ttl)
{
    SharedTrust trust;
    const dns::Question question{step.name, RRType::dnskey, dns::RRClass::in};
    for (unsigned attempt = 0; attempt < max_attempts; ++attempt) {
        Fetched fetched = co_await step.session.source.fetch(question, attempt);
        if (fetched.kind == Kind::failed && trust)
            break;
        trust = judge_keys(step, fetched, vouchers, ttl);
        if (trust->is_secure() || is_passing(trust->failure) || fetched.kind == Kind::failed)
            break;
    }
    co_return trust;
}

SharedTrust TrustWalk::judge_keys(const Step& step, Fetched& fetched, const dnssec::Vouchers& vouchers,
                                  std::uint32_t ttl)
{
    const Name& zone = step.name;
    if (fetched.kind == Kind::failed) {
        SharedTrust trust = make_bogus(
            zone, fetched.failure,
            fmt::format("the DNSKEY RRset of {} cannot be had: {}", zone.to_string(), fact(fetched.failure).text));
        trust->expires = scheduler_.now();
        return trust;
    }
    if (fetched.kind != Kind::answer || fetched.rrset.owner != zone)
        return make_bogus(zone, Failure::dnskey_missing,
                          fmt::format("{} has no DNSKEY RRset although it should be signed", zone.to_string()));
    const dnssec::SignatureTime now = time();
    dnssec::KeyJudge judge(verifier_, now, step.session.work);
    dnssec::KeyVerdict judged =
        fetched.secure ? judge.judge_kept(fetched.rrset, vouchers) : judge.judge(fetched.rrset, vouchers);
    if (!judged) {
        const dnssec::Unverified& why = judged.error().why;
        SharedTrust trust = make_bogus(zone, failure_of(judged.error()), describe(fetched.rrset, judged.error()));
        step.session.note({JournalStep::What::dnskey, zone, RRType::dnskey, zone, why.key_tag, why.algorithm,
                           Security::bogus, trust->sentence});
        return trust;
    }
    step.session.note({JournalStep::What::dnskey, zone, RRType::dnskey, zone, judged->by.key_tag, judged->by.algorithm,
                       Security::secure, std::string()});
    // Only owners of anchors are believed about the time: anyone else could push it as far as our clock is ahead.
    if (!anchors_.current()->at(zone).empty())
        raise_floor(judged->by);
    const dns::Question question{zone, RRType::dnskey, dns::RRClass::in};
    fetched.generation = step.generation;
    step.session.source.keep(question, fetched, Security::secure);
    SharedTrust trust = make(zone, Security::secure, std::min(ttl, fetched.rrset.ttl), "");
    trust->keys = std::move(judged->keys);
    return trust;
}

dnssec::KeyVerdict TrustWalk::judge_answer(dns::RRset& dnskeys, const ZoneTrust& trust, dnssec::Work& work)
{
    dnssec::Vouchers vouchers(verifier_.policy());
    for (const Octets key : trust.keys.vouched())
        vouchers.add_key(key);
    const dnssec::SignatureTime now = time();
    return dnssec::KeyJudge(verifier_, now, work).judge(dnskeys, vouchers);
}

void TrustWalk::raise_floor(const dnssec::SignatureFacts& by)
{
    const WallSeconds wall = scheduler_.clock().wall_seconds();
    const WallSeconds proven{std::chrono::seconds{by.inception}};
    if (proven <= wall)  // within the skew it may lie ahead
        floor_.raise(proven);
}

}  // namespace rw::validate
