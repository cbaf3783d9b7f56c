// SPDX-License-Identifier: EUPL-1.2
// The iterator.
#include "resolver/iterate/iterator.h"

#include <algorithm>

#include "resolver/iterate/chain_source.h"
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

cache::EntryKind kind_of(const Reading& reading)
{
    switch (reading.kind) {
        case Kind::nxdomain:
            return cache::EntryKind::nxdomain;
        case Kind::nodata:
            return cache::EntryKind::nodata;
        default:
            return cache::EntryKind::positive;
    }
}

/// The links that a usable, final reading of `question` is made of.
std::vector<Link> links_of(const Question& question, Reading& reading)
{
    std::vector<Link> links;
    Name name = question.name;
    std::optional<dns::RRset> dname;
    for (dns::RRset& set : reading.links) {
        if (set.type == RRType::dname && name.is_below(set.owner)) {
            dname = std::move(set);
            continue;
        }
        Link link{name, question.type, {}, {}, {}, 0};
        const bool alias = set.type == RRType::cname && question.type != RRType::cname;
        link.facts.kind = alias ? cache::EntryKind::alias : cache::EntryKind::positive;
        link.facts.dname = dname.has_value();
        if (alias)
            name = dns::name_at(set.rdatas.front(), 0);
        if (dname)
            link.records.push_back(std::move(*dname));
        dname.reset();
        link.records.push_back(std::move(set));
        links.push_back(std::move(link));
    }
    if (reading.kind == Kind::name_too_long && dname) {
        Link link{name, question.type, {}, {}, {}, 0};
        link.facts.name_too_long = true;
        link.records.push_back(std::move(*dname));
        links.push_back(std::move(link));
    }
    if (reading.kind == Kind::nodata || reading.kind == Kind::nxdomain) {
        Link link{name, question.type, {}, {}, {}, 0};
        link.facts.kind = kind_of(reading);
        for (dns::RRset& set : reading.denial)
            (set.type == RRType::soa ? link.records : link.proof).push_back(std::move(set));
        links.push_back(std::move(link));
    } else if (!links.empty()) {
        // What the response proves beside the answer belongs to its last link: a wildcard's expansion.
        std::ranges::copy_if(reading.denial, std::back_inserter(links.back().proof),
                             [](const dns::RRset& set) { return set.type != RRType::soa; });
    }
    return links;
}

/// Zones with fewer labels are shared by too many for one silence to speak for all: the root and the TLDs.
constexpr std::size_t shared_zone_labels = 2;
constexpr unsigned max_bogus_responses = 3;  // servers asked for better data (RFC 4035 §4.7)

bool may_try_whole_name(Failure failure)
{
    return failure != Failure::budget_exhausted && failure != Failure::time_exhausted &&
           failure != Failure::root_budget_exhausted && failure != Failure::root_preferred_only;
}

}  // namespace

io::Task<Outcome> Iterator::resolve(Question question, WorkBudget& budget, const Chain* outer, Checking checking)
{
    Outcome outcome;
    const Chain chain{question, outer, outer != nullptr ? outer->depth + 1 : 0};
    for (std::size_t aliases = 0; aliases <= limits::alias_chain;) {
        std::optional<Link> known = cached(question);
        Links links;
        if (known && checking == Checking::validate && known->facts.security == cache::Security::indeterminate)
            known = co_await judge_cached(std::move(*known), budget, chain);
        std::optional<std::expected<Link, Failure>> local;
        if (!known)
            local = context_.local.find(question);
        if (local && !*local) {
            outcome.failure = local->error();
            co_return outcome;
        }
        if (local)
            known = std::move(**local);
        if (!known)
            known = deduced(question, budget);
        if (known)
            links->push_back(std::move(*known));
        else
            links = co_await resolve_link(question, budget, chain, checking);
        if (!links) {
            outcome.failure = links.error().failure;
            outcome.detail = links.error().detail;
            co_return outcome;
        }
        for (Link& link : *links) {
            const bool alias = link.facts.kind == cache::EntryKind::alias;
            aliases += alias ? 1 : 0;
            if (aliases > limits::alias_chain)
                break;
            if (alias)
                question.name = dns::name_at(link.records.back().rdatas.front(), 0);
            const bool last = !alias;
            outcome.links.push_back(std::move(link));
            if (last)
                co_return outcome;
        }
    }
    outcome.failure = Failure::alias_chain_too_long;
    co_return outcome;
}

io::Task<bool> Iterator::renew(Question question, WorkBudget& budget, Checking checking)
{
    const Chain chain{question, nullptr, 0};
    const Links links = co_await resolve_link(question, budget, chain, checking);
    co_return links.has_value();
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
    Position position{root_zone(), std::nullopt, {context_.root_view.root, 0}};
    const ZoneServers* configured = context_.configured.find(from);
    if (configured != nullptr && configured->route == Route::forward) {
        position.zone = *configured;
        return position;
    }
    position.delegation =
        context_.delegations.closest_enclosing(from, context_.cache_now(), context_.root_view, context_.scratch);
    if (position.delegation &&
        (configured == nullptr || configured->zone.label_count() < position.delegation->zone.label_count())) {
        position.origin.lineage = position.delegation->zone.label_count() == 1
                                      ? context_.delegations.lineage(*position.delegation)
                                      : position.delegation->origin.lineage;
        position.zone = ZoneServers::from(*position.delegation, context_.settings.outgoing.port);
        return position;
    }
    position.delegation.reset();
    if (configured != nullptr)
        position.zone = *configured;
    return position;
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
    context_.delegations.insert(delegation, reading.lease, parent, context_.cache_now());
    if (delegation.zone.label_count() == 1)
        position.origin.lineage = context_.delegations.lineage(delegation);
    position.zone = ZoneServers::from(delegation, context_.settings.outgoing.port);
    position.delegation = std::move(delegation);
}

io::Task<Walked> Iterator::walk(const Question& question, WorkBudget& budget, const Chain& chain,
                                const std::vector<Endpoint>& avoid)
{
    auto final = std::make_unique<Final>();
    Position& position = final->position;
    position = start(question);
    position.zone.excluded = avoid;
    Minimiser minimiser(question, context_.settings.qname_minimisation);
    const bool relaxed = context_.settings.qname_minimisation.mode == config::MinimisationMode::relaxed;
    if (position.zone.route == Route::forward)
        minimiser.give_up();
    while (true) {
        const Question shown = minimiser.next(position.zone.zone);
        if (!minimiser.shows_all() && known_inside(shown)) {
            minimiser.reveal_more();
            continue;
        }
        const std::optional<Failure> recent = recent_failure(position.zone, shown.type);
        if (recent)
            co_return std::unexpected(Trouble{*recent, {}, false});
        const bool may_show_all = relaxed && !minimiser.shows_all();
        const bool hasty = may_show_all && position.zone.zone.label_count() >= shared_zone_labels;
        const Duration patience = hasty ? limits::minimised_time : limits::answer_time;
        std::expected<std::unique_ptr<Asked>, Failure> asked =
            co_await ask(context_, *this, position.zone, shown, budget, chain, patience);
        if (!asked) {
            if (!may_show_all || !may_try_whole_name(asked.error())) {
                note_failure(position.zone, shown.type, asked.error());
                co_return std::unexpected(Trouble{asked.error(), {}, false});
            }
            minimiser.give_up();
            continue;
        }
        Reading& reading = (*asked)->reading;
        if (reading.kind == Kind::referral) {
            descend(position, reading);
            position.zone.excluded = avoid;
            continue;
        }
        if (minimiser.shows_all() || (reading.kind == Kind::nxdomain && !relaxed)) {
            final->reading = std::move(reading);
            final->server = (*asked)->server;
            co_return final;
        }
        if (reading.kind == Kind::nxdomain) {
            minimiser.give_up();  // servers that do not know empty non-terminals say so (RFC 9156 §3)
            continue;
        }
        std::vector<Link> links = links_of(shown, reading);
        keep(links, position);
        minimiser.reveal_more();
    }
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
            const upstream::ServerState state = context_.stats.state(zone.endpoint(server, address));
            if (!state.silent(type) && (address.is_v4() || !state.failing(type)))
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
            trouble = Trouble{*verdict.failure, std::move(verdict.sentence), verdict.chain_broken};
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

io::Task<bool> Iterator::find_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain)
{
    if (chain.depth >= limits::nesting)
        co_return false;
    while (true) {
        // Servers without any address come first; glue that did not work may be out of date.
        ZoneServers::Server* next = nullptr;
        for (ZoneServers::Server& server : zone.servers) {
            // Only the servers that have just failed could tell the address of one of their own names.
            const bool circular = server.name.is_at_or_below(zone.zone);
            if (server.looked_up || circular)
                continue;
            if (next == nullptr || (server.addresses.empty() && !next->addresses.empty()))
                next = &server;
        }
        if (next == nullptr || !budget.spend_address_lookup())
            co_return add_parent_glue(zone);
        next->looked_up = true;
        bool found = false;
        if (context_.settings.outgoing.ipv4)
            found = co_await look_up(*next, RRType::a, budget, chain);
        if (!found && context_.settings.outgoing.ipv6)
            found = co_await look_up(*next, RRType::aaaa, budget, chain);
        if (found)
            co_return true;
    }
}

bool Iterator::add_parent_glue(ZoneServers& zone)
{
    if (zone.parent_glue_used || zone.zone.is_root())
        return false;
    zone.parent_glue_used = true;
    bool added = false;
    for (ZoneServers::Server& server : zone.servers) {
        const auto delegation = context_.delegations.closest_enclosing(server.name, context_.cache_now(),
                                                                       context_.root_view, context_.scratch);
        if (!delegation || delegation->zone == zone.zone)
            continue;
        for (const auto& other : delegation->servers) {
            if (!(other.name == server.name))
                continue;
            for (const IpAddress& address : other.glue) {
                if (std::ranges::count(server.addresses, address) > 0)
                    continue;
                server.addresses.push_back(address);
                added = true;
            }
        }
    }
    return added;
}

io::Task<bool> Iterator::look_up(ZoneServers::Server& server, RRType type, WorkBudget& budget, const Chain& chain)
{
    const Question question{server.name, type, dns::RRClass::in};
    if (chain.contains(question))
        co_return false;
    const Outcome outcome = co_await resolve(question, budget, &chain, Checking::none);
    if (outcome.failure || outcome.links.back().facts.kind != cache::EntryKind::positive ||
        outcome.links.back().facts.name_too_long)
        co_return false;
    bool added = false;
    for (const Octets rdata : outcome.links.back().records.back().rdatas) {
        const IpAddress address = IpAddress::from_octets(rdata);
        if (server.addresses.size() >= 2 * limits::addresses_per_server ||
            std::ranges::count(server.addresses, address) > 0)
            continue;
        server.addresses.push_back(address);
        added = true;
    }
    co_return added;
}

}  // namespace rw::iterate
