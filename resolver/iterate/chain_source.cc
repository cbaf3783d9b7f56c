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
            fetched.denial = std::move(reading.denial);
            break;
        }
        default:
            fetched.kind = reading.kind == Reading::Kind::nxdomain ? Fetched::Kind::nxdomain : Fetched::Kind::nodata;
            fetched.denial = std::move(reading.denial);
    }
    return fetched;
}

bool says_the_same(const Fetched& one, const Fetched& other)
{
    return one.kind == other.kind && one.rrset.rdatas == other.rrset.rdatas;
}

}  // namespace

std::optional<ChainSource::Known> ChainSource::from_judge(const Question& question) const
{
    auto kept = context_.chains.find(question.name, question.type, context_.validator.generation(),
                                     context_.cache_now(), context_.root_view, context_.scratch);
    if (!kept)
        return std::nullopt;
    Fetched fetched;
    fetched.kind = kept->rrset ? Fetched::Kind::answer : Fetched::Kind::nodata;
    fetched.zone = question.name.parent();
    fetched.secure = true;
    if (kept->rrset)
        fetched.rrset = std::move(*kept->rrset);
    fetched.rrset.ttl = kept->ttl;
    return Known{std::move(fetched), {}, kept->learnt};
}

std::optional<ChainSource::Known> ChainSource::from_referral(const Name& zone) const
{
    const cache::Seconds now = context_.cache_now();
    auto delegation = context_.delegations.find(zone, now, context_.root_view, context_.scratch);
    if (!delegation || delegation->ds_state == cache::DsState::unknown || delegation->ds_expires <= now)
        return std::nullopt;
    const std::uint32_t left = delegation->ds_expires - now;
    Fetched fetched;
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
    return Known{std::move(fetched), delegation->origin, delegation->learnt};
}

ChainSource::Avoided& ChainSource::asked(const Question& question)
{
    const auto at = std::ranges::find(asked_, question, &Avoided::question);
    if (at != asked_.end())
        return *at;
    return asked_.emplace_back(Avoided{question, {}, {}, false});
}

std::optional<ChainSource::Known> ChainSource::known(const Question& question) const
{
    auto judged = from_judge(question);
    if (question.type != RRType::ds)
        return judged;
    // What the parent said last counts: a later referral may have another DS.
    auto referred = from_referral(question.name);
    const bool newer = referred && (!judged || referred->learnt > judged->learnt);
    if (judged && (!newer || says_the_same(judged->fetched, referred->fetched)))
        return judged;
    return referred;
}

std::optional<Name> ChainSource::ds_servers_zone(const Name& name) const
{
    if (known({name, RRType::ds, dns::RRClass::in}))
        return std::nullopt;
    const auto delegation = context_.delegations.closest_enclosing(name.parent(), context_.cache_now(),
                                                                   context_.root_view, context_.scratch);
    return delegation ? std::optional(delegation->zone) : std::nullopt;
}

Fetched ChainSource::last_word(const Name& zone) const
{
    auto said = known({zone, RRType::ds, dns::RRClass::in});
    return said ? std::move(said->fetched) : Fetched{};
}

io::Task<Fetched> ChainSource::fetch(Question question, unsigned attempt)
{
    if (attempt == 0) {
        auto cached = known(question);
        Avoided& note = asked(question);
        note.servers.clear();
        note.served = false;
        if (cached) {
            note.origin = cached->origin;
            co_return std::move(cached->fetched);
        }
    }
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
    note.served = true;
    note.origin = found->position.origin;
    fetched = fetched_from(found->reading, found->position.zone.zone);
    co_return fetched;
}

void ChainSource::keep(const Question& question, const Fetched& fetched, cache::Security security)
{
    const auto at = std::ranges::find(asked_, question, &Avoided::question);
    if (fetched.secure || security != cache::Security::secure || at == asked_.end())
        return;  // it was kept when it was judged
    const cache::Seconds now = context_.cache_now();
    const bool present = fetched.kind == Fetched::Kind::answer;
    context_.chains.keep(question.name, question.type, present ? &fetched.rrset : nullptr, fetched.rrset.ttl,
                         fetched.generation, at->origin, now);
    if (!present || !at->served)
        return;
    // It is an answer as well, for clients that ask for it.
    const cache::EntryFacts facts(cache::Rank::authoritative_answer);
    cache::Answer answer{question.name, question.type, facts, {&fetched.rrset, 1}, {}};
    answer.facts.security = security;
    context_.answers.insert(answer, at->origin, now);
}

}  // namespace rw::iterate
