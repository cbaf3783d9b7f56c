// SPDX-License-Identifier: EUPL-1.2
// Serving clients.
#include "resolver/frontend/serve.h"

#include "resolver/base/log.h"
#include "resolver/frontend/sentinel.h"

namespace rw::frontend
{

namespace
{

/// A query that waits; shared because callbacks are copied into the inbox.
struct Deferred {
    ClientQuery query;
    std::unique_ptr<ReplyTo> reply_to;
    ClientLimits::Place place;
    Instant asked;
};

/// Later than this nobody waits for a reply any more.
constexpr Duration client_patience = 5s;

}  // namespace

Server::Server(iterate::Context& context, iterate::Iterator& iterator, iterate::Inflight& inflight, io::Inbox& inbox,
               const AccessList& access, const ReplyRules& rules, Counters& counters)
    : context_(context),
      iterator_(iterator),
      inflight_(inflight),
      inbox_(inbox),
      access_(access),
      rules_(rules),
      counters_(counters),
      chaos_(context.settings.server),
      late_replies_(context.scheduler),
      resolutions_(context.scheduler),
      late_reply_(std::make_unique<std::uint8_t[]>(max_reply_octets))
{
}

Served Server::serve(Octets message, const Client& client, Door& door, std::span<std::uint8_t> out)
{
    (client.transport == Transport::udp ? counters_.udp_queries : counters_.tcp_queries).add();
    const auto action = access_.action_for(client.from.address);
    const auto read = read_query(message, client);
    if (!read || action == config::AccessAction::drop) {
        counters_.dropped.add();
        return {};
    }
    const ClientQuery& query = read->query;
    if (action == config::AccessAction::refuse)
        return {refuse(query, Failure::access_refused, out)};
    if (read->failure)
        return {refuse(query, *read->failure, out)};
    if (query.question.rrclass == dns::RRClass::ch)
        return {chaos(query, out)};
    // What is cached tells what others asked: not without being asked to recurse (RFC 1035 §4.1.1).
    if (!query.recursion_desired && action != config::AccessAction::allow_snoop)
        return {refuse(query, Failure::not_authoritative_rd0, out)};
    if (const auto reply = from_cache(query, out)) {
        counters_.hits.add();
        return {*reply};
    }
    if (!query.recursion_desired)
        return {refuse(query, Failure::not_authoritative_rd0, out)};
    counters_.misses.add();
    const auto failed = context_.failures.find(query.question.name, query.question.type, context_.cache_now(),
                                               context_.root_view, context_.scratch);
    // Who checks by himself gets data that failed our checks (RFC 4035 §3.2.2).
    if (failed && !(query.checking_disabled && is_validation_failure(failed->failure)))
        return {refuse(query, failed->failure, out, true)};
    return defer(query, door, out);
}

Octets Server::chaos(const ClientQuery& query, std::span<std::uint8_t> out)
{
    const std::optional<OctetBuffer> text = chaos_.find(query.question);
    if (!text)
        return refuse(query, Failure::unsupported_class, out);
    ReplyWriter reply(query, rules_, out);
    reply.message().add_record(dns::Section::answer, query.question.name, dns::RRType::txt, dns::RRClass::ch, 0, *text);
    return reply.finish(Rcode::noerror);
}

Octets Server::refuse(const ClientQuery& query, Failure failure, std::span<std::uint8_t> out, bool cached)
{
    switch (fact(failure).rcode) {
        case Rcode::servfail:
            counters_.failures.add();
            break;
        case Rcode::formerr:
            counters_.malformed.add();
            break;
        default:
            counters_.refused.add();
    }
    ReplyWriter reply(query, rules_, out);
    return reply.finish(failure, cached);
}

std::optional<Octets> Server::from_cache(const ClientQuery& query, std::span<std::uint8_t> out)
{
    const cache::Seconds now = context_.cache_now();
    const bool validate = context_.settings.dnssec.enabled && !query.checking_disabled;
    ReplyWriter reply(query, rules_, out);
    composer_.begin(reply.message(), {.now = now, .dnssec_ok = query.dnssec_ok});
    dns::Name name = query.question.name;
    std::size_t base = dns::header_octets;
    for (std::size_t links = 0; links <= iterate::limits::alias_chain; ++links) {
        const auto found = context_.answers.find(name, query.question.type, now, context_.root_view, context_.scratch);
        if (!found || (validate && found->entry.security() == cache::Security::indeterminate))
            return std::nullopt;
        composer_.add(found->entry, base);
        if (found->entry.kind() != cache::EntryKind::alias) {
            composer_.finish();
            return finish(query, reply, out);
        }
        base = composer_.next_base();
        name = found->entry.target();
    }
    return std::nullopt;
}

Served Server::defer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out)
{
    if (draining_)
        return {refuse(query, Failure::shutting_down, out)};
    auto place = limits_.admit(query.client.from.address);
    if (!place)
        return {refuse(query, Failure::too_many_waiters, out)};
    const iterate::Inflight::Question key{context_.answers.key(query.question.name, query.question.type),
                                          query.checking_disabled};
    auto deferred = std::make_shared<Deferred>(query, door.defer(), std::move(*place), context_.scheduler.now());
    const auto joined =
        inflight_.join(key, inbox_, context_.scheduler.now(), [this, deferred](const iterate::SharedOutcome& outcome) {
            const Instant now = context_.scheduler.now();
            const auto send = [this, deferred, outcome] {
                const std::span<std::uint8_t> room(late_reply_.get(), max_reply_octets);
                deferred->reply_to->reply(write(deferred->query, *outcome, room));
            };
            // Only UDP can be made to answer somebody who never asked.
            const bool udp = deferred->query.client.transport == Transport::udp;
            const IpAddress& client = deferred->query.client.from.address;
            const Instant due = udp ? limits_.release_time(client, deferred->asked, now) : now;
            if (due <= now)
                send();
            else if (due - deferred->asked < client_patience)
                late_replies_.add(due, send);
        });
    if (joined == iterate::Inflight::Joined::refused)
        return {refuse(query, Failure::too_many_waiters, out)};
    if (joined == iterate::Inflight::Joined::leads)
        resolutions_.spawn(resolve(key, query.question, query.client.from.address));
    return {};
}

io::Task<void> Server::resolve(iterate::Inflight::Question key, dns::Question question, IpAddress client)
{
    iterate::WorkBudget budget(context_.scheduler.now() + iterate::limits::answer_time, client);
    const bool validate = context_.settings.dnssec.enabled && !key.checking_disabled;
    const auto checking = validate ? iterate::Checking::validate : iterate::Checking::none;
    iterate::Outcome outcome = co_await iterator_.resolve(question, budget, nullptr, checking);
    note(question, outcome, budget);
    inflight_.finish(key, std::make_shared<const iterate::Outcome>(std::move(outcome)));
}

void Server::note(const dns::Question& question, const iterate::Outcome& outcome, const iterate::WorkBudget& budget)
{
    const cache::Seconds now = context_.cache_now();
    if (!outcome.failure) {
        context_.failures.forget(question.name, question.type, now, context_.scratch);
        return;
    }
    const cache::Origin origin{context_.root_view.root, 0};
    // A line so bad that time ran out on the way: the client's next try finds what this one learnt, and gets further.
    const bool on_the_way = *outcome.failure == Failure::time_exhausted && budget.progressed();
    if (!on_the_way)
        context_.failures.note(question.name, question.type, *outcome.failure, origin, now, context_.scratch);
    log(LogLevel::debug, "{} {}: {}{}{}", question.name.to_string(), dns::type_name(question.type),
        fact(*outcome.failure).text, outcome.detail.empty() ? "" : ": ", outcome.detail);
}

Octets Server::write(const ClientQuery& query, const iterate::Outcome& outcome, std::span<std::uint8_t> out)
{
    if (outcome.failure)
        return refuse(query, *outcome.failure, out);
    ReplyWriter reply(query, rules_, out);
    const cache::Seconds now = context_.cache_now();
    composer_.begin(reply.message(), {.now = now, .dnssec_ok = query.dnssec_ok});
    std::size_t base = dns::header_octets;
    for (const iterate::Link& link : outcome.links) {
        const auto entry = cache::encode_entry(link.answer(), link.ttl);
        if (!entry)
            return refuse(query, Failure::answer_too_large, out);
        composer_.add(cache::EntryView(*entry, now + link.ttl), base);
        if (link.facts.kind == cache::EntryKind::alias)
            base = composer_.next_base();
    }
    composer_.finish();
    return finish(query, reply, out);
}

Octets Server::finish(const ClientQuery& query, ReplyWriter& reply, std::span<std::uint8_t> out)
{
    const auto sentinel =
        context_.settings.dnssec.sentinel && !query.checking_disabled ? read_sentinel(query.question) : std::nullopt;
    const bool withheld = sentinel && composer_.authentic() &&
                          context_.validator.trusts_root_key(sentinel->key_tag) != sentinel->is_trusted;
    if (!withheld)
        return reply.finish(composer_);
    ReplyWriter refusal(query, rules_, out);
    return refusal.finish(Rcode::servfail);
}

}  // namespace rw::frontend
