// SPDX-License-Identifier: EUPL-1.2
// The chain of trust.
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

void note(Session& session, JournalStep step)
{
    if (session.journal != nullptr)
        session.journal->push_back(std::move(step));
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

dnssec::SignatureTime TrustWalk::time() const
{
    return {floor_.at_least(scheduler_.clock().wall_seconds()), skew_};
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

SharedTrust TrustWalk::find_known(const Name& name, const Name& start, std::uint64_t generation)
{
    for (std::size_t labels = name.label_count() + 1; labels-- > start.label_count();) {
        SharedTrust known = cache_.find(name.ancestor(labels), scheduler_.now(), generation);
        // Everything below an insecure zone is insecure, below a bogus one bogus; below a secure one it depends.
        if (known && (labels == name.label_count() || !known->is_secure()))
            return known;
    }
    return nullptr;
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
        trust = make(name, Security::insecure, 0,
                     fmt::format("a negative trust anchor for {} says not to validate", negative->name.to_string()));
        note(session, {JournalStep::What::anchor, negative->name, RRType::none, negative->name, 0, 0,
                       Security::insecure, trust->sentence});
        co_return trust;
    }
    if (SharedTrust known = find_known(name, *start, anchors->generation))
        co_return known;
    while (under_way_.contains(name)) {
        trust = co_await wait_for(name, session);
        if (trust)
            co_return trust;
    }
    under_way_.try_emplace(name);
    if (*start == name)
        trust = co_await from_anchor(name, session);
    else
        trust = co_await walk(name, session);
    if (trust->zone == name)
        cache_.insert(name, trust, trust->expires, anchors->generation);
    const auto walked = under_way_.extract(name);  // lives through the loop with compilers before P2718, too
    for (const auto& waiter : walked.mapped())
        waiter->put(trust);
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::wait_for(Name name, Session& session)
{
    auto mailbox = std::make_shared<io::Mailbox<SharedTrust>>();
    under_way_[name].push_back(mailbox);
    std::optional<SharedTrust> trust = co_await mailbox->next(session.deadline);
    if (!trust) {
        SharedTrust late = make_bogus(name, Failure::time_exhausted, "the keys of its zone came too late");
        co_return late;
    }
    // Another query's exhausted budget is not ours: then we look ourselves.
    const bool passing = (*trust)->security == Security::bogus && is_passing((*trust)->failure);
    co_return passing ? nullptr : *trust;
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

io::Task<SharedTrust> TrustWalk::walk(Name name, Session& session)
{
    SharedTrust trust = co_await judge_servers_zone(name, session);
    if (trust)
        co_return trust;
    const dns::Question question{name, RRType::ds, dns::RRClass::in};
    for (unsigned attempt = 0; attempt < max_attempts; ++attempt) {
        Fetched fetched = co_await session.source.fetch(question, attempt);
        if (fetched.kind == Kind::failed && trust)
            break;  // nobody else to ask: what was wrong before stands
        Vouchers vouchers;
        trust = co_await judge_ds(name, fetched, vouchers, session);
        if (!trust) {
            trust = co_await fetch_keys(name, vouchers, fetched.rrset.ttl, session);
            // Since the DS was cached the parent may have another, for other keys. What it says now is its last word.
            const bool outdated = fetched.secure && trust->failure == Failure::dnskey_missing;
            if (outdated)
                continue;
            break;
        }
        // What is wrong further up is not mended by another answer here.
        const bool here = trust->security == Security::bogus && trust->zone == name;
        if (!here || is_passing(trust->failure) || fetched.kind == Kind::failed)
            break;
    }
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::judge_ds(const Name& name, Fetched& fetched, Vouchers& vouchers, Session& session)
{
    SharedTrust trust;
    if (fetched.kind == Kind::failed) {
        trust = co_await judge_failed_ds(name, fetched.failure, session);
        co_return trust;
    }
    const bool denied = fetched.kind == Kind::nodata || fetched.kind == Kind::nxdomain;
    if (denied && fetched.secure) {
        trust = make(name, Security::insecure, fetched.rrset.ttl,
                     fmt::format("{} was proven to have no DS", name.to_string()));
        co_return trust;
    }
    const auto signer = denied ? denial_signer(fetched.denial, name, true) : signer_of(fetched.rrset);
    if (!signer || *signer == name) {
        trust = co_await judge_unsigned_ds(name, fetched, session);
        co_return trust;
    }
    Name above = *signer;
    SharedTrust parent = co_await trust_of(above, session);
    if (!parent->is_secure())
        co_return parent;
    if (parent->zone != above) {
        trust = make_bogus(name, Failure::bogus,
                           fmt::format("{} signs for {} but is not a zone", above.to_string(), name.to_string()));
        co_return trust;
    }
    if (denied)
        co_return judge_denial(name, fetched, parent, session);
    if (fetched.kind == Kind::alias)
        co_return judge_alias(name, fetched, parent, session);
    dnssec::RRsetVerdict verdict;
    verdict.problem = dnssec::RrsigProblem::none;
    verdict.ttl = fetched.rrset.ttl;
    if (!fetched.secure)
        verdict = verifier_.verify(fetched.rrset, parent->keys, time(), session.work);
    if (!verdict.valid()) {
        trust = make_bogus(name, dnssec::fact(verdict.problem).failure, describe(fetched.rrset, above, verdict));
        note(session, {JournalStep::What::ds, name, RRType::ds, above, verdict.key_tag, verdict.algorithm,
                       Security::bogus, trust->sentence});
        co_return trust;
    }
    fetched.rrset.ttl = verdict.ttl;
    const dns::Question question{name, RRType::ds, dns::RRClass::in};
    session.source.keep(question, fetched, Security::secure);
    vouchers.ds = dnssec::usable_ds(fetched.rrset.rdatas, verifier_.policy());
    if (vouchers.empty())
        trust =
            make(name, Security::insecure, verdict.ttl,
                 fmt::format("every DS of {} has an algorithm or digest type that is not supported", name.to_string()));
    note(session, {JournalStep::What::ds, name, RRType::ds, above, verdict.key_tag, verdict.algorithm,
                   trust ? Security::insecure : Security::secure, trust ? trust->sentence : std::string()});
    co_return trust;
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
    note(session, {JournalStep::What::ds, name, RRType::ds, zone, 0, 0, Security::bogus, trust->sentence});
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

SharedTrust TrustWalk::judge_denial(const Name& name, Fetched& fetched, const SharedTrust& parent, Session& session)
{
    const dnssec::SignatureTime now = time();
    DenialCheck check(parent->keys, verifier_, now, session.work);
    for (dns::RRset& set : fetched.denial)
        check.add(set);
    const dnssec::DsDenial denial = check.no_ds(name);
    JournalStep step{JournalStep::What::denial, name, RRType::ds, parent->zone, 0, 0, Security::secure, ""};
    SharedTrust trust;
    switch (denial) {
        case dnssec::DsDenial::no_delegation:
            step.sentence = "it is no zone cut";
            cache_.insert(name, parent, expiry(check.ttl()), anchors_.current()->generation);
            trust = parent;
            break;
        case dnssec::DsDenial::insecure_delegation:
        case dnssec::DsDenial::too_many_iterations:
            trust = make(name, Security::insecure, check.ttl(),
                         fmt::format("{} proves that {} has no DS", parent->zone.to_string(), name.to_string()));
            trust->too_many_iterations = denial == dnssec::DsDenial::too_many_iterations;
            step.sentence = trust->sentence;
            break;
        case dnssec::DsDenial::work_exhausted:
        case dnssec::DsDenial::unproven: {
            const bool exhausted = session.work.exhausted();
            const Failure failure = exhausted ? Failure::validation_budget_exhausted : check.failure();
            trust = make_bogus(name, failure,
                               !check.refusal().empty() ? check.refusal()
                                                        : fmt::format("{} does not prove that {} has no DS",
                                                                      parent->zone.to_string(), name.to_string()));
            step.security = Security::bogus;
            step.sentence = trust->sentence;
            break;
        }
    }
    note(session, std::move(step));
    if (!trust->is_secure() && trust->security != Security::bogus) {
        const dns::Question question{name, RRType::ds, dns::RRClass::in};
        fetched.rrset.ttl = check.ttl();
        session.source.keep(question, fetched, Security::secure);
    }
    return trust;
}

// A CNAME at the name, or a DNAME above it, leaves no room for a zone cut.
SharedTrust TrustWalk::judge_alias(const Name& name, Fetched& fetched, SharedTrust parent, Session& session)
{
    const dnssec::RRsetVerdict verdict = verifier_.verify(fetched.rrset, parent->keys, time(), session.work);
    if (verdict.valid()) {
        cache_.insert(name, parent, expiry(verdict.ttl), anchors_.current()->generation);
        return parent;
    }
    return make_bogus(name, dnssec::fact(verdict.problem).failure, describe(fetched.rrset, parent->zone, verdict));
}

io::Task<SharedTrust> TrustWalk::from_anchor(Name zone, Session& session)
{
    const auto anchors = anchors_.current();
    Vouchers vouchers;
    dns::RdataList ds;
    const WallSeconds now = time().now;
    for (const dnssec::TrustAnchor* anchor : anchors->at(zone)) {
        if (!anchor->valid_at(now))
            continue;
        if (anchor->type == RRType::ds)
            ds.add(anchor->rdata);
        else if (dnssec::is_supported(anchor->algorithm(), verifier_.policy()))
            vouchers.keys.push_back(anchor->rdata);
        note(session, {JournalStep::What::anchor, zone, anchor->type, zone, anchor->key_tag(), anchor->algorithm(),
                       Security::secure, ""});
    }
    vouchers.ds = dnssec::usable_ds(ds, verifier_.policy());
    SharedTrust trust;
    if (vouchers.empty()) {
        trust = make(zone, Security::insecure, TrustCache::bogus_time / std::chrono::seconds{1},
                     fmt::format("no trust anchor of {} is valid now and of a supported algorithm", zone.to_string()));
        note(session, {JournalStep::What::anchor, zone, RRType::none, zone, 0, 0, Security::insecure, trust->sentence});
        co_return trust;
    }
    trust = co_await fetch_keys(zone, vouchers, max_trust_seconds, session);
    co_return trust;
}

io::Task<SharedTrust> TrustWalk::fetch_keys(const Name& zone, const Vouchers& vouchers, std::uint32_t ttl,
                                            Session& session)
{
    SharedTrust trust;
    const dns::Question question{zone, RRType::dnskey, dns::RRClass::in};
    for (unsigned attempt = 0; attempt < max_attempts; ++attempt) {
        Fetched fetched = co_await session.source.fetch(question, attempt);
        if (fetched.kind == Kind::failed && trust)
            break;
        trust = judge_keys(zone, fetched, vouchers, ttl, session);
        if (trust->is_secure() || is_passing(trust->failure) || fetched.kind == Kind::failed)
            break;
    }
    co_return trust;
}

SharedTrust TrustWalk::judge_keys(const Name& zone, Fetched& fetched, const Vouchers& vouchers, std::uint32_t ttl,
                                  Session& session)
{
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
    dnssec::ZoneKeys keys(fetched.rrset);
    const KeyMatch match = match_keys(fetched.rrset, keys, vouchers, fetched.secure, verifier_, time(), session.work);
    note(session,
         {JournalStep::What::dnskey, zone, RRType::dnskey, zone, match.verdict.key_tag, match.verdict.algorithm,
          match.secure() ? Security::secure : Security::bogus, match.secure() ? std::string() : match.sentence});
    if (!match.secure())
        return make_bogus(zone, match.failure, match.sentence);
    // Only owners of anchors are believed about the time: anyone else could push it as far as our clock is ahead.
    if (!anchors_.current()->at(zone).empty())
        raise_floor(match.verdict);
    fetched.rrset.ttl = match.verdict.ttl;
    const dns::Question question{zone, RRType::dnskey, dns::RRClass::in};
    session.source.keep(question, fetched, Security::secure);
    SharedTrust trust = make(zone, Security::secure, std::min(ttl, fetched.rrset.ttl), "");
    trust->keys = std::move(keys);
    return trust;
}

void TrustWalk::raise_floor(const dnssec::RRsetVerdict& verdict)
{
    const WallSeconds wall = scheduler_.clock().wall_seconds();
    const WallSeconds proven{std::chrono::seconds{verdict.inception}};
    if (proven <= wall)  // within the skew it may lie ahead
        floor_.raise(proven);
}

}  // namespace rw::validate
