// SPDX-License-Identifier: EUPL-1.2
// Records of a chain of trust.
#include "resolver/iterate/chain_source.h"

#include <algorithm>

namespace rw::iterate
{

using dns::Name;
using dns::Question;
using dns::RRType;
using validate::Fetched;

namespace
{

Fetched fetched_from(Reading& reading, const Name& zone)
{
    Fetched fetched;
    fetched.zone = zone;
    switch (reading.kind) {
        case Reading::Kind::answer:
        case Reading::Kind::alias: {
            // An alias at the name, or above it, is all that the question about a DS or DNSKEY can show.
            const bool direct = reading.kind == Reading::Kind::answer && reading.links.size() == 1;
            fetched.kind = direct ? Fetched::Kind::answer : Fetched::Kind::alias;
            fetched.rrset = std::move(reading.links.front());
            break;
        }
        default:
            fetched.kind = reading.kind == Reading::Kind::nxdomain ? Fetched::Kind::nxdomain : Fetched::Kind::nodata;
            fetched.denial = std::move(reading.denial);
    }
    return fetched;
}

}  // namespace

std::optional<Fetched> ChainSource::from_cache(const Question& question) const
{
    const cache::Seconds now = context_.cache_now();
    const auto found = context_.answers.find(question.name, question.type, now, context_.root_view, context_.scratch);
    if (!found || found->entry.kind() != cache::EntryKind::positive ||
        found->entry.security() != cache::Security::secure)
        return std::nullopt;
    auto owned = found->entry.to_rrsets(question.name, now);
    if (owned.records.empty())
        return std::nullopt;
    Fetched fetched;
    fetched.kind = Fetched::Kind::answer;
    fetched.rrset = std::move(owned.records.front());
    fetched.secure = true;
    return fetched;
}

std::optional<Fetched> ChainSource::from_referral(const Name& zone) const
{
    const cache::Seconds now = context_.cache_now();
    auto delegation = context_.delegations.find(zone, now, context_.root_view, context_.scratch);
    if (!delegation || delegation->ds_state == cache::DsState::unknown || delegation->ds_expires <= now)
        return std::nullopt;
    const std::uint32_t left = delegation->ds_expires - now;
    Fetched fetched;
    fetched.secure = delegation->ds_security == cache::Security::secure;
    // The parent is not known here: somewhere above.
    fetched.zone = zone.parent();
    if (delegation->ds_state == cache::DsState::present) {
        fetched.kind = Fetched::Kind::answer;
        fetched.rrset = std::move(delegation->ds);
    } else {
        fetched.kind = Fetched::Kind::nodata;
        fetched.denial = std::move(delegation->denial);
        for (dns::RRset& set : fetched.denial)
            set.ttl = left;
    }
    fetched.rrset.ttl = left;
    return fetched;
}

ChainSource::Avoided& ChainSource::asked(const Question& question)
{
    const auto at = std::ranges::find(asked_, question, &Avoided::question);
    if (at != asked_.end())
        return *at;
    return asked_.emplace_back(Avoided{question, {}, {}});
}

std::optional<Fetched> ChainSource::at_hand(const Question& question) const
{
    auto known = question.type == RRType::ds ? from_referral(question.name) : std::nullopt;
    if (!known)
        known = from_cache(question);
    return known;
}

std::optional<Name> ChainSource::ds_servers_zone(const Name& name) const
{
    if (at_hand({name, RRType::ds, dns::RRClass::in}))
        return std::nullopt;
    const auto delegation = context_.delegations.closest_enclosing(name.parent(), context_.cache_now(),
                                                                   context_.root_view, context_.scratch);
    return delegation ? std::optional(delegation->zone) : std::nullopt;
}

io::Task<Fetched> ChainSource::fetch(Question question, unsigned attempt)
{
    if (attempt == 0) {
        auto known = at_hand(question);
        if (known)
            co_return std::move(*known);
    }
    if (attempt == 0)
        asked(question).servers.clear();
    const std::vector<Endpoint> avoid = asked(question).servers;
    Walked walked = co_await iterator_.walk(question, budget_, chain_, avoid);
    Fetched fetched;
    if (!walked) {
        fetched.failure = walked.error().failure;
        co_return fetched;
    }
    const std::unique_ptr<Final> found = std::move(*walked);
    Avoided& note = asked(question);
    note.servers.push_back(found->server);
    note.origin = found->position.origin;
    fetched = fetched_from(found->reading, found->position.zone.zone);
    co_return fetched;
}

void ChainSource::keep(const Question& question, const Fetched& fetched, cache::Security security)
{
    if (fetched.secure)
        return;  // it was kept when it was validated
    const cache::Seconds now = context_.cache_now();
    const bool present = fetched.kind == Fetched::Kind::answer;
    if (question.type == RRType::ds)
        context_.delegations.set_ds(question.name, present ? cache::DsState::present : cache::DsState::absent, security,
                                    fetched.rrset, now, context_.root_view, context_.scratch);
    const auto at = std::ranges::find(asked_, question, &Avoided::question);
    if (!present || at == asked_.end())
        return;
    cache::Answer answer{question.name, question.type, {}, {&fetched.rrset, 1}, {}};
    answer.facts.security = security;
    context_.answers.insert(answer, at->origin, now);
}

}  // namespace rw::iterate
