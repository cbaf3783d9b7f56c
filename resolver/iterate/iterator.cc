// SPDX-License-Identifier: EUPL-1.2
// The iterator.
#include "resolver/iterate/iterator.h"

#include <algorithm>

#include "resolver/iterate/chain_source.h"
#include "resolver/iterate/links.h"
#include "resolver/iterate/minimise.h"
#include "resolver/iterate/trace.h"

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::Question;
using dns::RRType;
using Kind = Reading::Kind;

/// Zones with fewer labels are shared by too many for one silence to speak for all: the root and the TLDs.
constexpr std::size_t shared_zone_labels = 2;
constexpr unsigned max_bogus_responses = 3;  // servers asked for better data (RFC 4035 §4.7)

bool may_try_otherwise(Failure failure)
{
    return failure != Failure::budget_exhausted && failure != Failure::time_exhausted &&
           failure != Failure::root_budget_exhausted && failure != Failure::root_preferred_only;
}

}  // namespace

io::Task<Outcome> Iterator::resolve_links(Question question, WorkBudget& budget, const Chain* outer, Checking checking,
                                          const Policy* policy)
{
    // A link that nobody may have is asked for again by itself; twice is enough for a reload or another worker's answer.
    constexpr std::size_t more_turns = 2;
    static const Policy no_rules;
    Outcome outcome;
    const Chain chain{question, outer, outer != nullptr ? outer->depth + 1 : 0};
    PolicyWalk rules(policy != nullptr ? *policy : no_rules, question.name);
    std::size_t aliases = 0;
    for (std::size_t turn = 0; turn <= limits::alias_chain + more_turns; ++turn) {
        Links links;
        KnownLink found = known(question, budget, checking);
        std::optional<Link> unjudged = found || checking == Checking::none ? std::nullopt : cached(question);
        if (unjudged) {
            std::optional<Link> judged = co_await judge_cached(std::move(*unjudged), budget, chain);
            if (judged)
                found = KnownLink(std::move(*judged));
        }
        if (found && !*found) {
            outcome.failure = found->error();
            co_return outcome;
        }
        if (found)
            links->push_back(std::move(**found));
        else
            links = co_await resolve_link(question, budget, chain, checking);
        if (!links) {
            outcome.failure = links.error().failure;
            outcome.detail = links.error().detail;
            outcome.configured_zone = links.error().configured_zone;
            co_return outcome;
        }
        for (Link& link : *links) {
            const bool alias = link.facts.kind == cache::EntryKind::alias;
            aliases += alias ? 1 : 0;
            if (aliases > limits::alias_chain)
                break;
            if (alias)
                question.name = dns::name_at(link.records.back().rdatas.front(), 0);
            outcome.links.push_back(std::move(link));
            if (!alias)
                co_return outcome;
            const auto ruled = rules.follow(question.name);
            if (ruled == config::PolicyAction::deny || ruled == config::PolicyAction::drop) {
                outcome.failure = Failure::policy_blocked;
                co_return outcome;
            }
        }
        if (aliases > limits::alias_chain)
            break;
    }
    outcome.failure = aliases > limits::alias_chain ? Failure::alias_chain_too_long : Failure::budget_exhausted;
    co_return outcome;
}

io::Task<bool> Iterator::renew(Question question, WorkBudget& budget, Checking checking)
{
    const Chain chain{question, nullptr, 0};
    if (context_.local.covers(question))
        co_return false;
    const Links links = co_await resolve_link(question, budget, chain, checking);
    co_return links.has_value() && !links->empty();
}

ZoneServers Iterator::root_zone() const
{
    ZoneServers zone;
    zone.port = context_.settings.outgoing.port;
    return zone;
}

Position Iterator::start(const Question& question)
{
    // DS lives above the cut (RFC 4035 §3.1.4.1).
    const Name from = question.type == RRType::ds ? question.name.parent() : question.name;
    const ConfiguredZonePtr& source = context_.configured.find(from);
    return start(from, source, source);
}

Position Iterator::start(const Name& name, const ConfiguredZonePtr& source, const ConfiguredZonePtr& asked)
{
    Position position{source, false, root_zone(), std::nullopt, {context_.root_view.root, 0}};
    const bool has_servers = asked != nullptr && !asked->from_root();
    if (has_servers && asked->servers.route == Route::forward) {
        position.zone = asked->servers;
        return position;
    }
    position.delegation =
        context_.delegations.closest_enclosing(name, context_.cache_now(), context_.root_view, context_.scratch);
    if (position.delegation && (!has_servers || position.delegation->zone.is_below(asked->name()))) {
        position.origin.lineage = position.delegation->zone.label_count() == 1
                                      ? context_.delegations.lineage(*position.delegation)
                                      : position.delegation->origin.lineage;
        position.zone = ZoneServers::from(*position.delegation, context_.settings.outgoing.port);
        return position;
    }
    position.delegation.reset();
    if (has_servers)
        position.zone = asked->servers;
    return position;
}

bool Iterator::fall_back(Position& position, const Question& question, Failure failure)
{
    if (position.source == nullptr || !position.source->fallback || position.fell_back || !may_try_otherwise(failure))
        return false;
    const ConfiguredZonePtr source = position.source;
    const std::vector<Endpoint> avoid = std::move(position.zone.excluded);
    const Name from = question.type == RRType::ds ? question.name.parent() : question.name;
    position = start(from, source, context_.configured.around(*source));
    position.fell_back = true;
    position.zone.excluded = avoid;
    return true;
}

void Iterator::descend(Position& position, Reading& reading)
{
    cache::Delegation& delegation = reading.delegation;
    delegation.origin = position.origin;
    if (delegation.ds_state == cache::DsState::unknown && !reading.denial.empty()) {
        delegation.ds_state = cache::DsState::absent;
        delegation.denial = std::move(reading.denial);
    }
    const cache::Delegation* parent = position.delegation ? &*position.delegation : nullptr;
    // Who is asked below a name that was configured meanwhile is the operator's to say.
    if (is_responsible(position, delegation.zone))
        context_.delegations.insert(delegation, reading.lease, parent, context_.cache_now());
    if (delegation.zone.label_count() == 1)
        position.origin.lineage = context_.delegations.lineage(delegation);
    position.zone = ZoneServers::from(delegation, context_.settings.outgoing.port);
    position.zone.known = Known::just_told;
    position.delegation = std::move(delegation);
}

void Iterator::follow_parent(Position& position) const
{
    auto delegation =
        context_.delegations.find(position.zone.zone, context_.cache_now(), context_.root_view, context_.scratch);
    if (!delegation)
        return;
    if (delegation->zone.label_count() == 1)
        position.origin.lineage = context_.delegations.lineage(*delegation);
    position.delegation = std::move(delegation);
}

io::Task<Walked> Iterator::walk(const Question& question, WorkBudget& budget, const Chain& chain,
                                const std::vector<Endpoint>& avoid)
{
    auto final = std::make_unique_for_overwrite<Final>();  // its members begin empty by themselves: nothing to zero
    Position& position = final->position;
    position = start(question);
    position.zone.excluded = avoid;
    std::optional<Minimiser> minimiser;
    minimiser.emplace(question, context_.settings.qname_minimisation);
    const bool relaxed = context_.settings.qname_minimisation.mode == config::MinimisationMode::relaxed;
    while (true) {
        if (position.zone.route == Route::forward)
            minimiser->give_up();
        const Question shown = minimiser->next(position.zone.zone);
        if (!minimiser->shows_all() && known_inside(shown)) {
            minimiser->reveal_more();
            continue;
        }
        const bool may_show_all = relaxed && !minimiser->shows_all();
        std::expected<std::unique_ptr<Asked>, Failure> asked =
            co_await ask_servers(position, shown, budget, chain, may_show_all);
        if (position.zone.parent_asked)
            follow_parent(position);
        if (!asked && position.zone.withdrawn) {
            position = start(question);
            position.zone.excluded = avoid;
            minimiser->begin_again();
            continue;
        }
        if (!asked && may_show_all && may_try_otherwise(asked.error())) {
            minimiser->give_up();
            continue;
        }
        if (!asked && fall_back(position, question, asked.error())) {
            minimiser.emplace(question, context_.settings.qname_minimisation);
            continue;
        }
        if (!asked)
            co_return std::unexpected(Trouble{asked.error(), {}, false, {}});
        Reading& reading = (*asked)->reading;
        if (reading.kind == Kind::referral) {
            descend(position, reading);
            position.zone.excluded = avoid;
            continue;
        }
        if (minimiser->shows_all() || (reading.kind == Kind::nxdomain && !relaxed)) {
            final->reading = std::move(reading);
            final->server = (*asked)->server;
            co_return final;
        }
        if (reading.kind == Kind::nxdomain) {
            minimiser->give_up();  // servers that do not know empty non-terminals say so (RFC 9156 §3)
            continue;
        }
        std::vector<Link> links = links_of(shown, reading);
        keep(links, position);
        minimiser->reveal_more();
    }
}

io::Task<std::expected<std::unique_ptr<Asked>, Failure>> Iterator::ask_servers(Position& position, Question shown,
                                                                               WorkBudget& budget, const Chain& chain,
                                                                               bool hasty)
{
    const std::optional<Failure> recent = recent_failure(position.zone, shown.type);
    if (recent)
        co_return std::unexpected(*recent);
    // Where somebody else can be asked a third of the time is enough.
    const bool replaceable = position.source != nullptr && position.source->fallback && !position.fell_back;
    const bool impatient = replaceable || (hasty && position.zone.zone.label_count() >= shared_zone_labels);
    const Duration patience = impatient ? limits::minimised_time : limits::answer_time;
    std::expected<std::unique_ptr<Asked>, Failure> asked =
        co_await ask(context_, *this, position.zone, shown, budget, chain, patience);
    if (!asked && !(hasty && may_try_otherwise(asked.error())))
        note_failure(position.zone, shown.type, asked.error());
    co_return asked;
}

std::optional<Failure> Iterator::recent_failure(const ZoneServers& zone, RRType type)
{
    if (zone.zone.label_count() < shared_zone_labels)
        return std::nullopt;
    const auto failed =
        context_.failures.find_dead(zone.zone, context_.cache_now(), context_.root_view, context_.scratch);
    return failed && all_silent(zone, type) ? std::optional(failed->failure) : std::nullopt;
}

bool Iterator::all_silent(const ZoneServers& zone, RRType type) const
{
    for (const ZoneServers::Server& server : zone.servers) {
        for (const IpAddress& address : server.addresses) {
            const upstream::ServerState state = context_.stats.state(zone.endpoint(server, address), zone.zone);
            const bool no_ipv6 = !address.is_v4() && (state.doubtful() || state.failing(type));
            if (!state.silent(type) && !no_ipv6)
                return false;
        }
    }
    return true;
}

void Iterator::note_failure(const ZoneServers& zone, RRType type, Failure failure)
{
    const bool silent = failure == Failure::no_reachable_authority || failure == Failure::time_exhausted;
    if (!silent || zone.zone.label_count() < shared_zone_labels || !all_silent(zone, type))
        return;
    const cache::Origin origin{context_.root_view.root, 0};
    context_.failures.note_dead(zone.zone, failure, origin, context_.cache_now(), context_.scratch);
}

io::Task<Iterator::Links> Iterator::resolve_link(const Question& question, WorkBudget& budget, const Chain& chain,
                                                 Checking checking)
{
    if (question.type == RRType::ds) {
        std::optional<Link> said = co_await from_referral(question, budget, chain, checking);
        if (said) {
            std::vector<Link> links;
            links.push_back(std::move(*said));
            co_return links;
        }
    }
    std::vector<Endpoint> avoid;
    std::optional<Trouble> bogus;
    while (avoid.size() < max_bogus_responses) {
        Walked walked = co_await walk(question, budget, chain, avoid);
        if (!walked)
            co_return std::unexpected(bogus ? std::move(*bogus) : std::move(walked.error()));
        const std::unique_ptr<Final> found = std::move(*walked);
        std::vector<Link> links = links_of(question, found->reading);
        const std::size_t whole = links.size();
        cut_off(links, found->position);
        // Proofs of a whole response are sorted out when they are judged, and otherwise with the link that they came for.
        if (links.size() < whole && !links.empty() && checking == Checking::none)
            links.back().proof.clear();
        if (checking == Checking::validate) {
            std::optional<Trouble> trouble = co_await check(links, found->position.zone.zone, budget, chain);
            if (trouble) {
                avoid.push_back(found->server);
                if (trouble->lasting)
                    co_return std::unexpected(std::move(*trouble));
                if (!bogus)
                    bogus = std::move(trouble);
                continue;
            }
        }
        keep(links, found->position);
        co_return links;
    }
    co_return std::unexpected(std::move(*bogus));
}

void Iterator::blame_configured_zone(Trouble& trouble, const Link& link, const Name& zone) const
{
    const Name from = link.type == RRType::ds ? link.name.parent() : link.name;
    const ConfiguredZonePtr& source = context_.configured.find(from);
    if (source == nullptr || source->from_root())
        return;
    // A zone below the configured one that is broken by itself is broken for everybody.
    if (!source->name().is_at_or_below(zone) && context_.validator.is_secure_zone(source->name()))
        return;
    trouble.configured_zone = source->name();
    trouble.detail = source->advice() + ": " + trouble.detail;
}

io::Task<std::optional<Trouble>> Iterator::check(std::vector<Link>& links, const Name& zone, WorkBudget& budget,
                                                 const Chain& chain)
{
    std::optional<Trouble> trouble;
    if (links.empty())
        co_return trouble;
    ChainSource source(*this, context_, budget, chain);
    Trace* trace = budget.trace();
    validate::Session session{source, budget.validation(), trace != nullptr ? &trace->journal : nullptr,
                              budget.deadline()};
    std::vector<dns::RRset> proof = links.back().proof;  // of the whole response
    for (Link& link : links) {
        validate::Part part{link.name, link.type, link.facts.kind, link.facts.dname, link.records, proof};
        co_await io::Yield();  // a chain of signatures is long work
        validate::Verdict verdict = co_await context_.validator.validate(part, zone, session);
        context_.work.count(verdict.security);
        if (verdict.is_bogus()) {
            trouble = Trouble{*verdict.failure, std::move(verdict.sentence), verdict.chain_broken, {}};
            blame_configured_zone(*trouble, link, verdict.zone);
            co_return trouble;
        }
        const bool judged = verdict.security != cache::Security::indeterminate;
        link.facts.security = judged ? verdict.security : cache::Security::insecure;  // no anchor above: not secure
        link.facts.wildcard = verdict.wildcard;
        link.facts.opt_out = verdict.opt_out;
        link.facts.too_many_iterations = verdict.too_many_iterations;
        if (verdict.only_no_data)
            link.facts.kind = cache::EntryKind::nodata;
        const bool negative =
            link.facts.kind == cache::EntryKind::nodata || link.facts.kind == cache::EntryKind::nxdomain;
        link.proof.clear();
        if (negative || verdict.wildcard)
            link.proof = verdict.proof.empty() ? proof : std::move(verdict.proof);
        link.prover = verdict.zone;
        link.expanded_from = verdict.expanded_from;
    }
    co_return trouble;
}

}  // namespace rw::iterate
