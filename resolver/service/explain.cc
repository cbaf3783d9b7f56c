// SPDX-License-Identifier: EUPL-1.2
// From a trace to an explanation.
#include "resolver/service/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "resolver/iterate/iterator.h"
#include "resolver/service/anchors.h"
#include "resolver/service/shared.h"

namespace rw::service
{

namespace
{

using cache::Security;
using iterate::Hop;
using validate::JournalStep;
using What = JournalStep::What;

/// The caches of one resolution that starts with nothing, and an iterator on them.
struct CleanSlate {
    CleanSlate(const iterate::Context& live, const validate::AnchorStore& anchors, validate::TimeFloor& floor)
        : store(store_octets, live.answers.secret()),
          answers(store, live.answers.limits()),
          delegations(store, live.answers.limits().max_ttl),
          chains(store),
          failures(store),
          denials(store_octets, store.secret()),
          validator(validator_rules(live.settings.dnssec), anchors, floor, live.scheduler, store.secret()),
          synthesiser(denials, answers, scratch),
          context{live.settings,    live.scheduler,   live.network,    live.random,      live.tcp,
                  live.prober,      live.leftovers,   live.stats,      live.outstanding, live.root_servers,
                  live.root_counts, live.root_budget, live.root_board, answers,          delegations,
                  chains,           failures,         validator,       synthesiser,      scratch,
                  live.configured,  live.local,       live.policy,     live.work,        live.root_view},
          iterator(context)
    {
    }

    static constexpr std::size_t store_octets = cache::Store::min_octets;
    cache::Store store;
    cache::AnswerCache answers;
    cache::DelegationCache delegations;
    cache::ChainCache chains;
    cache::FailureCache failures;
    cache::DenialCache denials;
    cache::Scratch scratch;
    validate::Validator validator;
    validate::Synthesiser synthesiser;
    iterate::Context context;
    iterate::Iterator iterator;
};

std::string_view name_of(What what)
{
    switch (what) {
        case What::anchor:
            return "anchor";
        case What::ds:
            return "ds";
        case What::dnskey:
            return "dnskey";
        case What::denial:
            return "denial";
        case What::rrset:
            break;
    }
    return "rrset";
}

bool is_final(const Hop& hop)
{
    return hop.outcome == "answer" || hop.outcome == "alias" || hop.outcome == "nodata" || hop.outcome == "nxdomain";
}

/// Whether the response of `hop` may have held what `step` is about.
bool gave(const Hop& hop, const JournalStep& step)
{
    if (step.what == What::anchor)
        return false;
    const bool asked = is_final(hop) && hop.question.name == step.name && hop.question.type == step.type;
    if (step.type == dns::RRType::ds || step.what == What::dnskey)
        return asked || (step.type == dns::RRType::ds && hop.leads_to == step.name && !step.name.is_root());
    // A response may hold several links of a chain of aliases.
    const bool alias = step.type == dns::RRType::cname || step.type == dns::RRType::dname;
    return asked || (is_final(hop) && step.name.is_at_or_below(hop.zone) && (alias || hop.question.type == step.type));
}

/// The hop whose response `step` judged. The same records may have come from several servers, one try after the other:
/// `later` steps about them follow.
const Hop* source_of(const JournalStep& step, const iterate::Trace& trace, std::ptrdiff_t later)
{
    const Hop* source = nullptr;
    for (const Hop& hop : std::views::reverse(trace.hops)) {
        if (!gave(hop, step))
            continue;
        source = &hop;
        if (later-- == 0)
            break;
    }
    return source;
}

control::ExplainStep view_of(const JournalStep& step, const iterate::Trace& trace, std::ptrdiff_t later)
{
    control::ExplainStep view;
    view.kind = name_of(step.what);
    view.name = step.name;
    view.type = step.type;
    view.zone = step.zone;
    if (step.algorithm != 0) {
        view.key_tag = step.key_tag;
        view.algorithm = dnssec::algorithm_name(step.algorithm);
    }
    view.security = security_name(step.security);
    view.sentence = step.sentence;
    if (const Hop* hop = source_of(step, trace, later)) {
        view.server = hop->server;
        if (hop->letter)
            view.identity = hop->letter->letter;
    }
    return view;
}

/// The first step that is not secure, or else the last one that says something.
std::string reason(const iterate::Trace& trace)
{
    for (const JournalStep& step : trace.journal) {
        const bool proven_absent = step.what == What::denial && step.type == dns::RRType::ds && !step.sentence.empty();
        if ((step.security != Security::secure || proven_absent) && !step.sentence.empty())
            return step.sentence;
    }
    return "no trust anchor stands above it";
}

std::string sentence_of(const control::LookupRequest& request, const iterate::Outcome& outcome,
                        const iterate::Trace& trace)
{
    if (outcome.failure)
        return outcome.detail.empty() ? std::string(fact(*outcome.failure).text) : outcome.detail;
    const std::string subject = fmt::format("{} {}", request.name.to_string(), dns::type_name(request.type));
    if (trace.journal.empty())
        return fmt::format("{} was not validated: it is answered from local data, or validation is off", subject);
    if (security_of(outcome) != Security::secure)
        return fmt::format("{} is insecure: {}", subject, reason(trace));
    const JournalStep& last = trace.journal.back();
    const auto anchor = std::ranges::find(trace.journal, What::anchor, &JournalStep::what);
    const std::string from = anchor != trace.journal.end() ? anchor->name.to_string() : std::string("a cached zone");
    return fmt::format("{} is secure: {} hangs on the trust anchor of {}", subject, last.zone.to_string(), from);
}

}  // namespace

std::string_view security_name(Security security)
{
    switch (security) {
        case Security::insecure:
            return "insecure";
        case Security::secure:
            return "secure";
        case Security::bogus:
            return "bogus";
        case Security::indeterminate:
            break;
    }
    return "indeterminate";
}

Security security_of(const iterate::Outcome& outcome)
{
    if (outcome.failure)
        return is_validation_failure(*outcome.failure) ? Security::bogus : Security::indeterminate;
    Security weakest = outcome.links.empty() ? Security::indeterminate : Security::secure;
    for (const iterate::Link& link : outcome.links) {
        if (link.facts.security != Security::secure)
            weakest = link.facts.security;
    }
    return weakest;
}

io::Task<iterate::Outcome> resolve_afresh(const iterate::Context& context, const validate::AnchorStore& anchors,
                                          validate::TimeFloor& floor, dns::Question question,
                                          iterate::WorkBudget& budget)
{
    auto slate = std::make_unique<CleanSlate>(context, anchors, floor);
    const auto checking = context.settings.dnssec.enabled ? iterate::Checking::validate : iterate::Checking::none;
    iterate::Outcome outcome = co_await slate->iterator.resolve(question, budget, nullptr, checking);
    co_return outcome;
}

io::Task<void> explain(const iterate::Context& context, Shared& shared, dns::Question question,
                       Engine::ResolvedHandler done)
{
    iterate::Trace trace;
    iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time, {}, &trace);
    const iterate::Outcome outcome =
        co_await resolve_afresh(context, shared.anchors, shared.time_floor, question, budget);
    done({outcome, trace});
}

std::vector<control::HopView> hops_of(const iterate::Trace& trace)
{
    std::vector<control::HopView> views;
    for (const Hop& hop : trace.hops) {
        control::HopView view;
        view.zone = hop.zone.lowercase();  // a referral repeats our own random case
        view.question = hop.question.name;
        view.type = hop.question.type;
        view.server = hop.server;
        if (hop.letter)
            view.identity = hop.letter->letter;
        view.transport = hop.tcp ? "tcp" : "udp";
        view.time = hop.time;
        view.outcome = hop.outcome;
        views.push_back(std::move(view));
    }
    return views;
}

control::ExplainView explain_view(const control::LookupRequest& request, const iterate::Outcome& outcome,
                                  const iterate::Trace& trace)
{
    control::ExplainView view;
    view.name = request.name;
    view.type = request.type;
    view.security = security_name(security_of(outcome));
    view.sentence = sentence_of(request, outcome, trace);
    if (outcome.failure) {
        const FailureFact& row = fact(*outcome.failure);
        view.rcode = row.rcode;
        if (row.ede)
            view.errors.push_back({*row.ede, std::string(row.text)});
    } else if (!outcome.links.empty() && outcome.links.back().facts.kind == cache::EntryKind::nxdomain) {
        view.rcode = Rcode::nxdomain;
    }
    for (auto step = trace.journal.begin(); step != trace.journal.end(); ++step) {
        const auto later = std::count_if(step + 1, trace.journal.end(), [&](const JournalStep& other) {
            return other.what == step->what && other.name == step->name && other.type == step->type;
        });
        view.steps.push_back(view_of(*step, trace, later));
    }
    view.hops = hops_of(trace);
    return view;
}

}  // namespace rw::service
