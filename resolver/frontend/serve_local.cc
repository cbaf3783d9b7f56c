// SPDX-License-Identifier: EUPL-1.2
// Serving clients: what the operator says himself, in data and in rules.
#include "resolver/frontend/serve.h"

namespace rw::frontend
{

std::optional<Served> Server::from_local(const ClientQuery& query, std::span<std::uint8_t> out)
{
    // Made from several answers, or leading elsewhere: the business of a resolution.
    const bool embedding = rules_.dns64 && query.recursion_desired && !query.checking_disabled &&
                           (query.question.type == dns::RRType::aaaa || query.question.type == dns::RRType::ptr);
    if (embedding)
        return std::nullopt;
    dns::Question question = query.question;
    std::vector<iterate::Link> links;
    while (links.size() <= iterate::limits::alias_chain) {
        auto local = context_.local.find(question);
        if (local && !*local)
            return Served{refuse(query, local->error(), out)};
        if (!local)
            break;
        links.push_back(std::move(**local));
        const iterate::Link& last = links.back();
        if (last.facts.kind != cache::EntryKind::alias)
            break;
        question.name = dns::name_at(last.records.back().rdatas.front(), 0);
    }
    // Without recursion only what the operator wrote: the short answer to ANY is for those who want one looked for.
    if (!query.recursion_desired && query.question.type == dns::RRType::any && !context_.local.covers(query.question))
        return std::nullopt;
    const bool whole = !links.empty() && links.back().facts.kind != cache::EntryKind::alias;
    if (links.empty() || (query.recursion_desired && !whole))
        return std::nullopt;
    if (auto obeyed = obey_on_the_way(query, links, out))
        return obeyed;
    return Served{compose(query, links, QueryResult::policy, out)};
}

std::optional<Served> Server::obey_on_the_way(const ClientQuery& query, std::span<const iterate::Link> links,
                                              std::span<std::uint8_t> out)
{
    if (rules_.policy.empty())
        return std::nullopt;
    iterate::PolicyWalk rules(rules_.policy, query.question.name);
    for (const iterate::Link& link : links) {
        if (link.facts.kind != cache::EntryKind::alias)
            break;
        const auto ruled = rules.follow(dns::name_at(link.records.back().rdatas.front(), 0));
        auto obeyed = ruled ? obey(*ruled, query, out) : std::nullopt;
        if (obeyed)
            return obeyed;
    }
    return std::nullopt;
}

Octets Server::compose(const ClientQuery& query, std::span<const iterate::Link> links, QueryResult result,
                       std::span<std::uint8_t> out)
{
    ReplyWriter reply(query, rules_.reply, out);
    const cache::Seconds now = context_.cache_now();
    composer_.begin(reply.message(), {.now = now, .dnssec_ok = query.dnssec_ok});
    std::size_t base = dns::header_octets;
    for (const iterate::Link& link : links) {
        const auto entry = cache::encode_entry(link.answer(), link.ttl);
        if (!entry)
            return refuse(query, Failure::answer_too_large, out);
        composer_.add(cache::EntryView(*entry, now + link.ttl), base);
        if (link.facts.kind == cache::EntryKind::alias)
            base = composer_.next_base();
    }
    composer_.finish();
    tally_.counters.of(query.client.transport, result).add();
    // AA is about the first owner name (RFC 1035 §4.1.1).
    const bool authoritative = !links.empty() && links.front().facts.rank == cache::Rank::zone;
    return complete(query, reply, out, {}, authoritative);
}

std::string Server::advice_on(const std::optional<dns::Name>& configured_zone) const
{
    if (!configured_zone)
        return {};
    const iterate::ConfiguredZonePtr& zone = context_.configured.find(*configured_zone);
    return zone != nullptr ? zone->advice() : std::string{};
}

}  // namespace rw::frontend
