// SPDX-License-Identifier: EUPL-1.2
// What the iterator knows without asking anybody, and what it keeps for others: answers, names below a denied one,
// answers that follow from denials and wildcards.
#include <algorithm>

#include "resolver/iterate/iterator.h"

namespace rw::iterate
{

using dns::Name;
using dns::Question;

Iterator::KnownLink Iterator::known(const Question& question, WorkBudget& budget, Checking checking)
{
    if (auto local = context_.local.find(question))
        return local;
    auto link = cached(question);
    if (link && checking == Checking::validate && link->facts.security == cache::Security::indeterminate)
        link.reset();
    if (!link)
        link = deduced(question, budget);
    return link ? KnownLink(std::move(*link)) : std::nullopt;
}

std::optional<Link> Iterator::cached(const Question& question)
{
    const cache::Seconds now = context_.cache_now();
    const auto found = context_.answers.find(question.name, question.type, now, context_.root_view, context_.scratch);
    if (!found)
        return std::nullopt;
    auto owned = found->entry.to_rrsets(question.name, now);
    return Link{question.name,          question.type,
                found->entry.facts(),   std::move(owned.records),
                std::move(owned.proof), found->entry.remaining(now)};
}

std::optional<cache::EntryKind> Iterator::cached_kind(const Question& question)
{
    if (context_.local.covers(question))
        return std::nullopt;
    const auto found =
        context_.answers.find(question.name, question.type, context_.cache_now(), context_.root_view, context_.scratch);
    return found ? std::optional(found->entry.kind()) : std::nullopt;
}

io::Task<std::optional<Link>> Iterator::judge_cached(Link link, WorkBudget& budget, const Chain& chain)
{
    std::optional<Link> judged;
    const Question question{link.name, link.type, dns::RRClass::in};
    Position position = start(question);
    std::vector<Link> links;
    links.push_back(std::move(link));
    const std::optional<Trouble> trouble = co_await check(links, position.zone.zone, budget, chain);
    if (!trouble) {
        judged = links.front();  // given also when the cache does not take it anew: it was there already
        keep(links, position);
    }
    co_return judged;
}

io::Task<std::optional<Link>> Iterator::from_referral(Question question, WorkBudget& budget, const Chain& chain,
                                                      Checking checking)
{
    std::optional<Link> said;
    const cache::Seconds now = context_.cache_now();
    auto delegation = context_.delegations.find(question.name, now, context_.root_view, context_.scratch);
    if (!delegation || delegation->ds_state == cache::DsState::unknown || delegation->ds_expires <= now)
        co_return said;
    Position position = start(question);
    const cache::EntryFacts facts(cache::Rank::answer);  // the parent says so without AA
    std::vector<Link> links(1, Link{question.name, question.type, facts, {}, {}, 0});
    Link& link = links.front();
    if (delegation->ds_state == cache::DsState::present) {
        link.records.push_back(std::move(delegation->ds));
    } else {
        auto soa = context_.synthesiser.soa(position.zone.zone, now, context_.root_view);
        if (!soa)
            co_return said;
        link.facts.kind = cache::EntryKind::nodata;
        link.facts.rank = cache::Rank::denial;
        link.records.push_back(std::move(*soa));
        link.proof = std::move(delegation->denial);
    }
    const std::uint32_t left = delegation->ds_expires - now;
    for (std::vector<dns::RRset>* sets : {&link.records, &link.proof}) {
        for (dns::RRset& set : *sets)
            set.ttl = std::min(set.ttl, left);
    }
    std::optional<Trouble> trouble;
    if (checking == Checking::validate)
        trouble = co_await check(links, position.zone.zone, budget, chain);
    if (trouble)
        co_return said;
    keep(links, position);
    if (!links.empty())
        said = std::move(links.front());
    co_return said;
}

std::optional<Link> Iterator::deduced(const Question& question, WorkBudget& budget)
{
    // A delegation that is cached is no older than what its parent's denials say about the name: those stay out.
    const Name from =
        question.type == dns::RRType::ds && !question.name.is_root() ? question.name.parent() : question.name;
    const auto delegation =
        context_.delegations.closest_enclosing(from, context_.cache_now(), context_.root_view, context_.scratch);
    // What the zone around a configured one says is no word on names in that; nor is it where the operator placed an
    // anchor, or said not to validate: everything may be forwarded to somebody who knows other names.
    const ConfiguredZonePtr& source = context_.configured.find(from);
    Name edge = context_.validator.island(from);
    if (source != nullptr && source->name().is_below(edge))
        edge = source->name();
    if (auto denied = cut(question, edge))
        return denied;
    if (auto alias = renamed(question, edge))
        return alias;
    const Name top = delegation && delegation->zone.is_below(edge) ? delegation->zone : edge;
    auto made =
        context_.synthesiser.answer(question, top, context_.cache_now(), context_.root_view, budget.validation());
    if (!made)
        return std::nullopt;
    const cache::EntryFacts facts(cache::Rank::followed_answer);
    Link link{question.name, question.type, facts, std::move(made->records), std::move(made->proof), 0};
    link.facts.kind = made->kind;
    link.facts.security = cache::Security::secure;
    link.facts.wildcard = made->wildcard;
    link.ttl = context_.answers.ttl_of(link.answer());
    return link;
}

std::optional<Link> Iterator::cut(const Question& question, const Name& edge)
{
    const cache::Seconds now = context_.cache_now();
    const auto denied = context_.answers.find_cut(question.name, now, context_.root_view, context_.scratch);
    if (!denied || denied->labels < edge.label_count())
        return std::nullopt;
    const cache::EntryView& entry = denied->found.entry;
    auto owned = entry.to_rrsets(question.name.ancestor(denied->labels), now);
    return Link{question.name,          question.type,       entry.facts(), std::move(owned.records),
                std::move(owned.proof), entry.remaining(now)};
}

std::optional<Link> Iterator::renamed(const Question& question, const Name& edge)
{
    const cache::Seconds now = context_.cache_now();
    const auto above = context_.answers.find_dname(question.name, edge, now, context_.root_view, context_.scratch);
    if (!above)
        return std::nullopt;
    auto owned = above->found.entry.to_rrsets(question.name.ancestor(above->labels), now);
    dns::RRset& dname = owned.records.front();
    auto cname = cname_of(dname, question.name);
    if (!cname)
        return std::nullopt;  // too long: the servers say so
    Link link{question.name, question.type, above->found.entry.facts(), {}, {}, dname.ttl};
    link.facts.kind = cache::EntryKind::alias;
    link.facts.security = cache::Security::secure;
    link.facts.dname = true;
    link.records.push_back(std::move(dname));
    link.records.push_back(std::move(*cname));
    return link;
}

bool Iterator::known_inside(const Question& question)
{
    const auto found =
        context_.answers.find(question.name, question.type, context_.cache_now(), context_.root_view, context_.scratch);
    return found && found->entry.kind() != cache::EntryKind::nxdomain;
}

bool Iterator::is_responsible(const Position& position, const Name& name) const
{
    const ConfiguredZonePtr& source = context_.configured.find(name);
    // A reload may have made it anew.
    return source == position.source ||
           (source != nullptr && position.source != nullptr && *source == *position.source);
}

bool Iterator::may_say(const Position& position, const Link& link) const
{
    if (context_.local.covers({link.name, link.type, dns::RRClass::in}))
        return false;
    return is_responsible(position, link.type == dns::RRType::ds ? link.name.parent() : link.name);
}

void Iterator::cut_off(std::vector<Link>& links, const Position& position) const
{
    const auto foreign = std::ranges::find_if(links, [&](const Link& link) { return !may_say(position, link); });
    if (foreign == links.end())
        return;
    // Proofs stand with the last link: one may be of an alias that a wildcard gave.
    std::vector<dns::RRset> proof = std::move(links.back().proof);
    links.erase(foreign, links.end());
    if (!links.empty())
        links.back().proof = std::move(proof);
}

bool Iterator::is_parents_word(const Link& link) const
{
    const bool for_every_type =
        link.facts.kind == cache::EntryKind::alias || link.facts.kind == cache::EntryKind::nxdomain;
    if (link.type != dns::RRType::ds || !for_every_type)
        return false;
    return context_.local.covers({link.name, dns::RRType::soa, dns::RRClass::in}) ||
           context_.configured.find(link.name) != context_.configured.find(link.name.parent());
}

void Iterator::keep(std::vector<Link>& links, const Position& position)
{
    const cache::Seconds now = context_.cache_now();
    for (auto link = links.begin(); link != links.end(); ++link) {
        link->ttl = context_.answers.ttl_of(link->answer());
        const bool given = may_say(position, *link) &&
                           (is_parents_word(*link) || context_.answers.insert(link->answer(), position.origin, now) !=
                                                          cache::AnswerCache::Kept::outranked);
        if (!given) {
            links.erase(link, links.end());
            return;
        }
        if (link->facts.security != cache::Security::secure)
            continue;
        if (!link->proof.empty())
            keep_denial(*link, position.origin);
        if (link->facts.dname && !link->expanded_from)
            keep_dname(*link, position.origin);
    }
}

void Iterator::keep_dname(const Link& link, const cache::Origin& origin)
{
    cache::EntryFacts facts(cache::Rank::followed_answer);  // nobody asked for the DNAME itself
    facts.security = cache::Security::secure;
    const cache::Answer answer{link.records.front().owner, dns::RRType::dname, facts, {link.records.data(), 1}, {}};
    if (!context_.local.covers({answer.name, answer.type, dns::RRClass::in}))
        context_.answers.insert(answer, origin, context_.cache_now());
}

void Iterator::keep_denial(const Link& link, const cache::Origin& origin)
{
    const cache::Seconds now = context_.cache_now();
    context_.synthesiser.keep(link.prover, link.records, link.proof, link.ttl, origin, now);
    // What a wildcard gave is what it holds: kept under the wildcard's own name for other names that it answers.
    if (!link.expanded_from || link.records.size() != 1)
        return;
    std::vector<dns::RRset> records = link.records;
    records.front().owner = *link.expanded_from;
    cache::Answer answer{records.front().owner, link.type, link.facts, records, {}};
    answer.facts.wildcard = false;
    answer.facts.rank = cache::Rank::followed_answer;  // nobody asked for the wildcard itself
    if (context_.local.covers({answer.name, answer.type, dns::RRClass::in}))
        return;
    context_.answers.insert(answer, origin, now);
}

}  // namespace rw::iterate
