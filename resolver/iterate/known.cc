// SPDX-License-Identifier: EUPL-1.2
// What the iterator knows without asking anybody, and what it keeps for others: answers, names below a denied one,
// answers that follow from denials and wildcards.
#include "resolver/dnssec/rrsig.h"
#include "resolver/iterate/iterator.h"

namespace rw::iterate
{

using dns::Name;
using dns::Question;

std::optional<Link> Iterator::cached(const Question& question, Checking checking)
{
    const cache::Seconds now = context_.cache_now();
    const auto found = context_.answers.find(question.name, question.type, now, context_.root_view, context_.scratch);
    if (!found)
        return std::nullopt;
    if (checking == Checking::validate && found->entry.security() == cache::Security::indeterminate)
        return std::nullopt;
    auto owned = found->entry.to_rrsets(question.name, now);
    return Link{question.name,          question.type,
                found->entry.facts(),   std::move(owned.records),
                std::move(owned.proof), found->entry.remaining(now)};
}

std::optional<Link> Iterator::deduced(const Question& question, WorkBudget& budget)
{
    if (context_.configured.find(question.name) != nullptr)
        return std::nullopt;
    if (auto denied = cut(question))
        return denied;
    // A delegation that is at hand is no older than what its parent's denials say about the name: those stay out.
    const Name from = question.type == dns::RRType::ds ? question.name.parent() : question.name;
    const auto delegation =
        context_.delegations.closest_enclosing(from, context_.cache_now(), context_.root_view, context_.scratch);
    auto made = context_.synthesiser.answer(question, delegation ? delegation->zone : Name{}, context_.cache_now(),
                                            context_.root_view, budget.validation());
    if (!made)
        return std::nullopt;
    Link link{question.name, question.type, {}, std::move(made->records), std::move(made->proof), 0};
    link.facts.kind = made->kind;
    link.facts.security = cache::Security::secure;
    link.facts.wildcard = made->wildcard;
    link.ttl = context_.answers.ttl_of(link.answer());
    return link;
}

std::optional<Link> Iterator::cut(const Question& question)
{
    const cache::Seconds now = context_.cache_now();
    const auto denied = context_.answers.find_cut(question.name, now, context_.root_view, context_.scratch);
    if (!denied)
        return std::nullopt;
    const cache::EntryView& entry = denied->found.entry;
    auto owned = entry.to_rrsets(question.name.ancestor(denied->labels), now);
    return Link{question.name,          question.type,       entry.facts(), std::move(owned.records),
                std::move(owned.proof), entry.remaining(now)};
}

bool Iterator::known_inside(const Question& question)
{
    const auto found =
        context_.answers.find(question.name, question.type, context_.cache_now(), context_.root_view, context_.scratch);
    return found && found->entry.kind() != cache::EntryKind::nxdomain;
}

void Iterator::keep(std::vector<Link>& links, const Position& position)
{
    const cache::Seconds now = context_.cache_now();
    for (Link& link : links) {
        link.ttl = context_.answers.ttl_of(link.answer());
        context_.answers.insert(link.answer(), position.origin, now);
        if (link.facts.security == cache::Security::secure && !link.proof.empty())
            keep_denial(link, position.origin);
    }
}

void Iterator::keep_denial(const Link& link, const cache::Origin& origin)
{
    const cache::Seconds now = context_.cache_now();
    context_.synthesiser.keep(link.prover, link.records, link.proof, link.ttl, origin, now);
    // What a wildcard gave is what it holds: kept under the wildcard's own name for other names that it answers.
    const bool negative = link.facts.kind == cache::EntryKind::nodata || link.facts.kind == cache::EntryKind::nxdomain;
    if (negative || !link.facts.wildcard || link.records.size() != 1 || link.records.front().signatures.empty())
        return;
    const auto rrsig = dnssec::Rrsig::parse(link.records.front().signatures.front());
    if (!rrsig || !rrsig->is_expanded(link.name))
        return;
    std::vector<dns::RRset> records = link.records;
    records.front().owner = rrsig->signed_owner(link.name);
    cache::Answer answer{records.front().owner, link.type, link.facts, records, {}};
    answer.facts.wildcard = false;
    context_.answers.insert(answer, origin, now);
}

}  // namespace rw::iterate
