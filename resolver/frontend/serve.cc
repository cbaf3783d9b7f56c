// SPDX-License-Identifier: EUPL-1.2
// Serving clients: what can be answered at once.
#include "resolver/frontend/serve.h"

#include <algorithm>

#include "resolver/frontend/name_servers.h"
#include "resolver/frontend/sentinel.h"

namespace rw::frontend
{

namespace
{

constexpr std::uint32_t stale_ttl = 30;  // seconds; RFC 8767 §4
/// Renewed when less than a tenth of its time is left, as peers do: often asked names are hit in that tenth.
constexpr std::uint32_t renewal_part = 10;

constexpr ExtendedError stale_answer{3, "the name servers do not answer; this is from the cache and has expired"};
constexpr ExtendedError stale_nxdomain{19,
                                       "the name servers do not answer; this denial is from the cache and has expired"};

/// Adds what the operator's own data says of `question`, the target of an alias, to the end of the chain; false when it
/// does not say all, or leads on and `may_lead_on` is not set.
bool add_local(cache::Composer& composer, const iterate::LocalAnswers& data, dns::Question question, std::size_t base,
               cache::Seconds now, bool may_lead_on)
{
    for (std::size_t links = 0; links <= iterate::limits::alias_chain; ++links) {
        const auto link = data.find(question);
        const auto entry = link && *link ? cache::encode_entry((*link)->answer(), (*link)->ttl) : std::nullopt;
        if (!entry)
            return false;
        const cache::EntryView view(*entry, now + (*link)->ttl);
        composer.add(view, base);
        if (view.kind() != cache::EntryKind::alias)
            return true;
        if (!may_lead_on)
            return false;
        base = composer.next_base();
        question.name = view.target();
    }
    return false;
}

ExtendedError remark_for(Rcode rcode, cache::Seconds stale)
{
    if (stale == 0)
        return {};
    return rcode == Rcode::nxdomain ? stale_nxdomain : stale_answer;
}

}  // namespace

Welcome Server::welcome(const IpAddress& client) const
{
    switch (rules_.access.action_for(client)) {
        case config::AccessAction::drop:
            return Welcome::leave;
        case config::AccessAction::refuse:
            return Welcome::ask_once;
        case config::AccessAction::allow:
        case config::AccessAction::allow_snoop:
            break;
    }
    return Welcome::stay;
}

Served Server::serve(Octets message, const Client& client, Door& door, std::span<std::uint8_t> out)
{
    const auto action = rules_.access.action_for(client.from.address);
    const auto read = read_query(message, client);
    if (!read || action == config::AccessAction::drop) {
        tally_.counters.of(client.transport, QueryResult::dropped).add();
        return {};
    }
    const ClientQuery& query = read->query;
    if (action == config::AccessAction::refuse)
        return {refuse(query, Failure::access_refused, out)};
    if (read->failure)
        return {refuse(query, *read->failure, out)};
    if (query.question.rrclass == dns::RRClass::ch)
        return {chaos(query, out)};
    if (!rules_.policy.empty()) {
        if (const auto decided = apply_policy(query, out))
            return *decided;
    }
    if (!query.recursion_desired)
        return serve_without_recursion(query, action == config::AccessAction::allow_snoop, out);
    if (const auto served = from_cache(query, out)) {
        tally_.counters.of(client.transport, QueryResult::hit).add();
        ++hits_of_batch_;
        return *served;
    }
    return without_answer(query, door, out);
}

Served Server::serve_without_recursion(const ClientQuery& query, bool may_snoop, std::span<std::uint8_t> out)
{
    // The operator's own data tells nothing of what others asked. What is cached does: not without being asked to
    // recurse (RFC 1035 §4.1.1).
    if (const auto local = from_local(query, out))
        return *local;
    const auto cached = may_snoop ? from_cache(query, out) : std::nullopt;
    if (!cached)
        return {refuse(query, Failure::not_authoritative_rd0, out)};
    tally_.counters.of(query.client.transport, QueryResult::hit).add();
    ++hits_of_batch_;
    return *cached;
}

void Server::batch_sent()
{
    if (hits_of_batch_ == 0)
        return;
    tally_.counters.hit_latency.add(context_.scheduler.clock().monotonic() - context_.scheduler.now(), hits_of_batch_);
    hits_of_batch_ = 0;
}

bool Server::validates(const ClientQuery& query) const
{
    return context_.settings.dnssec.enabled && !query.checking_disabled;
}

Octets Server::chaos(const ClientQuery& query, std::span<std::uint8_t> out)
{
    const std::optional<OctetBuffer> text = chaos_.find(query.question);
    if (!text)
        return refuse(query, Failure::unsupported_class, out);
    tally_.counters.of(query.client.transport, QueryResult::policy).add();
    ReplyWriter reply(query, rules_.reply, out);
    reply.message().add_record(dns::Section::answer, query.question.name, dns::RRType::txt, dns::RRClass::ch, 0, *text);
    return reply.finish(Rcode::noerror);
}

Octets Server::refuse(const ClientQuery& query, Failure failure, std::span<std::uint8_t> out, bool cached,
                      std::string_view text)
{
    QueryResult result = QueryResult::refused;
    if (failure == Failure::policy_blocked || failure == Failure::policy_refused)
        result = QueryResult::policy;
    else if (fact(failure).rcode == Rcode::servfail)
        result = QueryResult::servfail;
    else if (fact(failure).rcode == Rcode::formerr)
        result = QueryResult::malformed;
    tally_.counters.of(query.client.transport, result).add();
    tally_.counters.count(failure);
    ReplyWriter reply(query, rules_.reply, out);
    return reply.finish(failure, cached, text);
}

std::optional<Served> Server::apply_policy(const ClientQuery& query, std::span<std::uint8_t> out)
{
    const auto action = rules_.policy.action_for(query.question.name);
    return action ? obey(*action, query, out) : std::nullopt;
}

std::optional<Served> Server::obey(config::PolicyAction action, const ClientQuery& query, std::span<std::uint8_t> out)
{
    if (action == config::PolicyAction::deny)
        return Served{refuse(query, Failure::policy_blocked, out)};
    Counter& counter = tally_.counters.of(query.client.transport, QueryResult::policy);
    if (action == config::PolicyAction::drop) {
        counter.add();
        return Served{};
    }
    // Over TCP the client has shown that it is who it says.
    if (action == config::PolicyAction::truncate && query.client.transport == Transport::udp) {
        counter.add();
        ReplyWriter reply(query, rules_.reply, out);
        return Served{reply.truncate()};
    }
    return std::nullopt;
}

bool Server::needs_synthesis(const ClientQuery& query, const cache::EntryView& entry) const
{
    if (query.question.type != dns::RRType::aaaa || query.checking_disabled)
        return false;
    if (entry.kind() != cache::EntryKind::positive)
        return entry.kind() == cache::EntryKind::nodata;
    const auto records = entry.to_rrsets(query.question.name, 0).records;
    return !records.empty() &&
           std::all_of(records.back().rdatas.begin(), records.back().rdatas.end(),
                       [](Octets rdata) { return rdata.size() == 16 && iterate::Dns64::is_excluded(rdata); });
}

std::optional<Served> Server::from_cache(const ClientQuery& query, std::span<std::uint8_t> out, cache::Seconds stale)
{
    const cache::Seconds now = context_.cache_now();
    const bool validate = validates(query);
    ReplyWriter reply(query, rules_.reply, out);
    composer_.begin(reply.message(), {.now = now, .dnssec_ok = query.dnssec_ok, .stale_ttl = stale_ttl});
    dns::Name name = query.question.name;
    std::optional<iterate::PolicyWalk> rules;
    std::size_t base = dns::header_octets;
    for (std::size_t links = 0; links <= iterate::limits::alias_chain; ++links) {
        const auto found =
            context_.answers.find(name, query.question.type, now, context_.root_view, context_.scratch, stale);
        if (!found && links > 0 && !rules_.dns64 &&
            add_local(composer_, context_.local, {name, query.question.type, query.question.rrclass}, base, now,
                      rules_.policy.empty())) {
            composer_.finish();
            return Served{complete(query, reply, out, remark_for(composer_.rcode(), stale))};
        }
        if (!found || (validate && found->entry.security() == cache::Security::indeterminate))
            return std::nullopt;
        if (rules_.dns64 && needs_synthesis(query, found->entry))
            return std::nullopt;
        composer_.add(found->entry, base);
        const bool ends_soon = context_.settings.cache.prefetch && stale == 0 &&
                               found->entry.remaining(now) < found->entry.original_ttl() / renewal_part;
        if (found->entry.kind() != cache::EntryKind::alias) {
            composer_.finish();
            if (ends_soon)
                prefetch(query, name);
            return Served{complete(query, reply, out, remark_for(composer_.rcode(), stale))};
        }
        base = composer_.next_base();
        const dns::Name next = found->entry.target();
        if (ends_soon)
            prefetch(query, name);  // the entry must not be used after this
        name = next;
        if (rules_.policy.empty())
            continue;
        if (!rules)
            rules.emplace(rules_.policy, query.question.name);
        if (const auto ruled = rules->follow(name)) {
            if (auto obeyed = obey(*ruled, query, out))
                return obeyed;
        }
    }
    return std::nullopt;
}

bool Server::is_withheld(const ClientQuery& query)
{
    const auto sentinel =
        context_.settings.dnssec.sentinel && !query.checking_disabled ? read_sentinel(query.question) : std::nullopt;
    return sentinel && composer_.authentic() &&
           context_.validator.trusts_root_key(sentinel->key_tag) != sentinel->is_trusted;
}

Octets Server::complete(const ClientQuery& query, ReplyWriter& reply, std::span<std::uint8_t> out,
                        const ExtendedError& remark, bool authoritative)
{
    if (is_withheld(query)) {
        ReplyWriter refusal(query, rules_.reply, out);
        return refusal.finish(Rcode::servfail);
    }
    // With AD every record of the authority section must be authentic (RFC 4035 §3.2.3): these are not.
    if (!context_.settings.answer.minimal && !authoritative && composer_.rcode() == Rcode::noerror &&
        !composer_.truncated() && !composer_.authentic())
        add_name_servers(reply.message(), query.question.name, context_);
    const Octets message = reply.finish(composer_, remark, authoritative);
    if (!rules_.rewrite.empty())
        rules_.rewrite.apply(out.first(message.size()));
    return message;
}

}  // namespace rw::frontend
