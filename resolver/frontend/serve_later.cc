// SPDX-License-Identifier: EUPL-1.2
// Serving clients: what is not at hand. Questions join those in flight or are resolved; who waited is answered when the
// outcome comes, or with expired data before that (RFC 8767).
#include "config/values.h"
#include "resolver/base/log.h"
#include "resolver/frontend/serve.h"
#include "resolver/iterate/resolve_dns64.h"

namespace rw::frontend
{

namespace
{

/// Later than this nobody waits for a reply any more.
constexpr Duration client_patience = 5s;
/// So many names with signatures of another time, and nothing that validates: it is the clock, not the names.
constexpr std::uint64_t clock_suspects = 3;
/// Queries that wait for a reply at one worker: 15 MB, and 100 ms of a flood of 200,000 a second. A client's own limit is
/// far below (client_limits.h), but there may be many clients, and forged ones.
constexpr std::size_t max_waiting = 20'000;
/// Resolutions of one worker: 20,000 a second when each takes 200 ms. With 20 KB for each it bounds memory to 80 MB
/// (Unbound: 2,048 of a thread, PowerDNS: 2,048 in all).
constexpr std::size_t max_in_flight = 4096;

QueryResult result_of(iterate::Source source)
{
    switch (source) {
        case iterate::Source::servers:
            return QueryResult::miss;
        case iterate::Source::knowledge:
            return QueryResult::hit;
        case iterate::Source::local:
            break;
    }
    return QueryResult::policy;
}

}  // namespace

/// A query that waits; shared because callbacks are copied into the inbox.
struct Server::Deferred {
    ClientQuery query;
    std::unique_ptr<ReplyTo> reply_to;  ///< none once it is answered
    upstream::Claimant claimant;
    std::optional<ClientLimits::Place> place;
    FairPool::Place among_waiting;
    Instant asked;
};

/// What is resolved for those who wait, in the name of the one who holds least.
class Server::Resolution final : public iterate::Inflight::Resolution
{
 public:
    Resolution(const FairPool& in_flight, Instant deadline, const upstream::Claimant& claimant, upstream::ZoneKey zone)
        : budget(deadline, claimant), in_flight_(in_flight), zone_(zone)
    {
    }

    [[nodiscard]] Party party() const { return upstream::party(budget.claimant(), zone_); }
    void also_for(const upstream::Claimant& claimant) override
    {
        const Party present = party();
        const Party other = upstream::party(claimant, zone_);
        const auto held = [this](const Party& of) { return std::uint64_t{in_flight_.held_by(of)}; };
        if (held(other) * present.clients < held(present) * other.clients)
            budget.pass_to(claimant, other);
    }

    iterate::WorkBudget budget;

 private:
    const FairPool& in_flight_;
    upstream::ZoneKey zone_;
};

Server::Server(iterate::Context& context, iterate::Iterator& iterator, iterate::Inflight& inflight, io::Inbox& inbox,
               const Rules& rules, const Tally& tally)
    : context_(context),
      iterator_(iterator),
      inflight_(inflight),
      inbox_(inbox),
      rules_(rules),
      tally_(tally),
      chaos_(context.settings.server),
      waiting_(max_waiting),
      in_flight_(max_in_flight),
      late_replies_(context.scheduler),
      stale_replies_(context.scheduler),
      late_reply_(std::make_unique<std::uint8_t[]>(max_reply_octets)),
      resolutions_(*this, context.scheduler)
{
}

Served Server::without_answer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out)
{
    if (const auto local = from_local(query, out))
        return *local;
    const auto failed = context_.failures.find(query.question.name, query.question.type, context_.cache_now(),
                                               context_.root_view, context_.scratch);
    // Who checks by himself gets data that failed our checks (RFC 4035 §3.2.2).
    if (!failed || (query.checking_disabled && is_validation_failure(failed->failure)))
        return defer(query, door, out);
    if (const auto target = stale_target(query))
        return defer_to_target(query, *target, failed->failure, door, out);
    if (const auto stale = from_stale(query, out))
        return *stale;
    return {refuse(query, failed->failure, out, true, advice_on(failed->configured_zone))};
}

std::optional<Served> Server::from_stale(const ClientQuery& query, std::span<std::uint8_t> out)
{
    const config::ServeStaleSettings& settings = context_.settings.cache.serve_stale;
    if (!settings.enabled)
        return std::nullopt;
    const auto reply = from_cache(query, out, static_cast<cache::Seconds>(settings.max.count()));
    if (reply)
        tally_.counters.of(query.client.transport, QueryResult::stale).add();
    return reply;
}

// Only what cannot be refreshed is stale (RFC 8767 §4): behind an alias whose servers are silent the target's may answer.
std::optional<dns::Question> Server::stale_target(const ClientQuery& query)
{
    const config::ServeStaleSettings& settings = context_.settings.cache.serve_stale;
    if (!settings.enabled)
        return std::nullopt;
    const cache::Seconds now = context_.cache_now();
    dns::Question question = query.question;
    for (std::size_t links = 0; links <= iterate::limits::alias_chain; ++links) {
        const auto found = context_.answers.find(question.name, question.type, now, context_.root_view,
                                                 context_.scratch, static_cast<cache::Seconds>(settings.max.count()));
        const bool fresh = found && found->entry.remaining(now) > 0;
        if (links == 0 && (!found || fresh))
            return std::nullopt;
        if (links > 0 && !fresh)
            break;
        if (found->entry.kind() != cache::EntryKind::alias)
            return std::nullopt;
        question.name = found->entry.target();
    }
    const bool failed =
        context_.failures.find(question.name, question.type, now, context_.root_view, context_.scratch).has_value();
    return failed ? std::nullopt : std::optional(question);
}

void Server::refresh(const ClientQuery& query, const upstream::Claimant& claimant, const dns::Question& target,
                     iterate::Inflight::Deliver deliver)
{
    const iterate::Inflight::Question key{context_.answers.key(target.name, target.type), query.checking_disabled};
    const ResolutionPtr resolution = resolution_for(claimant, target);
    if (inflight_.join(key, context_.scheduler.now(), {&inbox_, claimant, std::move(deliver)}, resolution) ==
            iterate::Inflight::Joined::leads &&
        start(key, resolution))
        resolutions_.spawn(&Server::resolve, key, target, resolution);
}

Served Server::defer_to_target(const ClientQuery& query, const dns::Question& target, Failure failure, Door& door,
                               std::span<std::uint8_t> out)
{
    const upstream::Claimant claimant = claimant_of(query.client.from.address);
    const Party party = upstream::party(claimant, context_.outstanding.keys().zone(target.name));
    auto place = limits_.admit(claimant);
    if (draining_ || !place || !waiting_.make_room(party))
        return {refuse(query, draining_ ? Failure::shutting_down : Failure::too_many_waiters, out)};
    auto deferred = std::make_shared<Deferred>(query, door.defer(), claimant, std::move(*place), FairPool::Place{},
                                               context_.scheduler.now());
    wait(deferred, party);
    const auto from_what_is_there = [this, deferred, failure] {
        const std::span<std::uint8_t> room(late_reply_.get(), max_reply_octets);
        if (!deferred->reply_to)
            return;
        const auto reply = from_stale(deferred->query, room);
        answer(*deferred, reply ? *reply : Served{refuse(deferred->query, failure, room, true)});
    };
    // The target's servers may be silent as well: then the client waits no longer than for its own question's.
    stale_replies_.add(deferred->asked + context_.settings.cache.serve_stale.client_wait, from_what_is_there);
    refresh(query, claimant, target, [from_what_is_there](const iterate::SharedOutcome&) { from_what_is_there(); });
    return {};
}

upstream::Claimant Server::claimant_of(const IpAddress& client) const
{
    return context_.outstanding.keys().claimant(client, rules_.access.clients_behind(client));
}

Server::ResolutionPtr Server::resolution_for(const upstream::Claimant& claimant, const dns::Question& question) const
{
    return std::make_shared<Resolution>(in_flight_, context_.scheduler.now() + iterate::limits::answer_time, claimant,
                                        context_.outstanding.keys().zone(question.name));
}

Served Server::defer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out)
{
    if (draining_)
        return {refuse(query, Failure::shutting_down, out)};
    const upstream::Claimant claimant = claimant_of(query.client.from.address);
    const ResolutionPtr resolution = resolution_for(claimant, query.question);
    const Party party = resolution->party();
    auto place = limits_.admit(claimant);
    if (!place || !waiting_.make_room(party))
        return {refuse(query, Failure::too_many_waiters, out)};
    const iterate::Inflight::Question key{context_.answers.key(query.question.name, query.question.type),
                                          query.checking_disabled};
    const Instant now = context_.scheduler.now();
    auto deferred =
        std::make_shared<Deferred>(query, door.defer(), claimant, std::move(*place), FairPool::Place{}, now);
    const auto deliver = [this, deferred](const iterate::SharedOutcome& outcome) { settle(deferred, outcome); };
    const auto joined = inflight_.join(key, now, {&inbox_, claimant, deliver}, resolution);
    if (joined == iterate::Inflight::Joined::refused)
        return {refuse(query, Failure::too_many_waiters, out)};
    wait(deferred, party);
    answer_stale_later(deferred);
    if (joined == iterate::Inflight::Joined::leads && start(key, resolution))
        resolutions_.spawn(&Server::resolve, key, query.question, resolution);
    return {};
}

void Server::wait(const DeferredPtr& deferred, const Party& party)
{
    auto place = waiting_.claim(party, [this, displaced = deferred.get()] {
        const std::span<std::uint8_t> room(late_reply_.get(), max_reply_octets);
        if (displaced->reply_to)
            answer(*displaced, {refuse(displaced->query, Failure::too_many_waiters, room)});
    });
    if (place)
        deferred->among_waiting = std::move(*place);
}

bool Server::start(const iterate::Inflight::Question& key, const ResolutionPtr& resolution)
{
    auto place = in_flight_.claim(resolution->party(), [budget = &resolution->budget] { budget->revoke(); });
    if (!place) {
        iterate::Outcome outcome;
        outcome.failure = Failure::servers_busy;
        inflight_.finish(key, std::make_shared<const iterate::Outcome>(std::move(outcome)));
        return false;
    }
    resolution->budget.hold(std::move(*place));
    return true;
}

void Server::settle(const DeferredPtr& deferred, const iterate::SharedOutcome& outcome)
{
    const Instant now = context_.scheduler.now();
    const auto send = [this, deferred, outcome] {
        const std::span<std::uint8_t> room(late_reply_.get(), max_reply_octets);
        if (deferred->reply_to)
            answer(*deferred, write(deferred->query, *outcome, room), outcome->source);
    };
    // Only UDP can be made to answer somebody who never asked.
    const bool udp = deferred->query.client.transport == Transport::udp;
    const Instant due = udp ? limits_.release_time(deferred->claimant, deferred->asked, now) : now;
    if (due <= now)
        send();
    else if (due - deferred->asked < client_patience)
        late_replies_.add(due, send);
}

void Server::answer_stale_later(const DeferredPtr& deferred)
{
    const config::ServeStaleSettings& settings = context_.settings.cache.serve_stale;
    if (!settings.enabled)
        return;
    if (const auto target = stale_target(deferred->query))
        refresh(deferred->query, deferred->claimant, *target, [](const iterate::SharedOutcome&) {});
    // RFC 8767 §5: the client gets what has expired while the resolution goes on. Once that is over there is nobody to
    // answer any more, and nothing to hold.
    stale_replies_.add(deferred->asked + settings.client_wait, [this, waiting = std::weak_ptr(deferred)] {
        const DeferredPtr late = waiting.lock();
        const std::span<std::uint8_t> room(late_reply_.get(), max_reply_octets);
        const auto reply = late && late->reply_to ? from_stale(late->query, room) : std::nullopt;
        if (reply)
            answer(*late, *reply);
    });
}

void Server::answer(Deferred& deferred, const Served& served, iterate::Source source)
{
    const std::unique_ptr<ReplyTo> way = std::move(deferred.reply_to);
    deferred.place.reset();
    deferred.among_waiting.release();
    if (!served.reply.empty())
        way->reply(served.reply);
    const Duration took = context_.scheduler.now() - deferred.asked;
    if (source == iterate::Source::servers)
        tally_.counters.miss_latency.add(took);
    else if (source == iterate::Source::knowledge)
        tally_.counters.hit_latency.add(took);
}

void Server::prefetch(const ClientQuery& query, const dns::Name& link)
{
    const iterate::Inflight::Question key{context_.answers.key(query.question.name, query.question.type),
                                          query.checking_disabled};
    // Looked at before joining: every hit until the renewal is done comes by here.
    if (draining_ || inflight_.contains(key))
        return;
    // Our own work: who asks often must not pay for what all need.
    const ResolutionPtr resolution = resolution_for({}, query.question);
    const auto nobody = [](const iterate::SharedOutcome&) {};
    const auto joined =
        inflight_.join(key, context_.scheduler.now(), {&inbox_, upstream::Claimant{}, nobody}, resolution);
    if (joined == iterate::Inflight::Joined::leads && start(key, resolution))
        resolutions_.spawn(&Server::renew, key, query.question, link, resolution);
}

io::Task<void> Server::renew(iterate::Inflight::Question key, dns::Question question, dns::Name link,
                             ResolutionPtr resolution)
{
    iterate::WorkBudget& budget = resolution->budget;
    const bool validate = context_.settings.dnssec.enabled && !key.checking_disabled;
    const auto checking = validate ? iterate::Checking::validate : iterate::Checking::none;
    const dns::Question expiring{link, question.type, question.rrclass};
    co_await io::Yield();
    const bool renewed = co_await iterator_.renew(expiring, budget, checking);
    if (renewed)
        context_.work.prefetched.add();
    // Clients may have joined meanwhile. A failed renewal is no failure yet: what is cached still holds.
    iterate::Outcome outcome = co_await iterator_.answer(question, budget, checking);
    inflight_.finish(key, std::make_shared<const iterate::Outcome>(std::move(outcome)));
}

io::Task<void> Server::resolve(iterate::Inflight::Question key, dns::Question question, ResolutionPtr resolution)
{
    iterate::WorkBudget& budget = resolution->budget;
    co_await io::Yield();  // first those of the batch that are in the cache
    const bool validate = context_.settings.dnssec.enabled && !key.checking_disabled;
    const auto checking = validate ? iterate::Checking::validate : iterate::Checking::none;
    const bool local = context_.local.find(question).has_value();
    iterate::Outcome outcome;
    // Who checks by himself must see what is signed (RFC 6147 §5.5).
    const bool embedding = rules_.dns64 && !key.checking_disabled;
    if (embedding) {
        const iterate::Dns64 dns64 = *rules_.dns64;
        outcome = co_await iterate::resolve_with_dns64(iterator_, dns64, question, budget, checking);
    } else {
        outcome = co_await iterator_.answer(question, budget, checking);
    }
    // With DNS64 a failed AAAA question is none for those who get addresses made from A records.
    if (embedding || !rules_.dns64 || question.type != dns::RRType::aaaa || !outcome.failure)
        note(question, outcome, budget);
    if (budget.untouched())
        outcome.source = local ? iterate::Source::local : iterate::Source::knowledge;
    inflight_.finish(key, std::make_shared<const iterate::Outcome>(std::move(outcome)));
}

void Server::note(const dns::Question& question, const iterate::Outcome& outcome, const iterate::WorkBudget& budget)
{
    const cache::Seconds now = context_.cache_now();
    if (!outcome.failure) {
        context_.failures.forget(question.name, question.type, now, context_.scratch);
        return;
    }
    // What a rule of the operator's says is no failure: it holds until the rule changes, and no longer.
    if (*outcome.failure == Failure::policy_blocked || *outcome.failure == Failure::policy_refused)
        return;
    const cache::Origin origin{context_.root_view.root, 0};
    // A line so bad that time ran out on the way: the client's next try finds what this one learnt, and gets further.
    const bool out_of_time =
        *outcome.failure == Failure::time_exhausted || *outcome.failure == Failure::no_reachable_authority;
    const bool on_the_way = out_of_time && budget.progressed() && context_.scheduler.now() >= budget.deadline();
    if (!on_the_way)
        context_.failures.note(question.name, question.type, *outcome.failure, origin, now, context_.scratch,
                               outcome.configured_zone);
    tally_.failures.note(question, *outcome.failure, outcome.detail, context_.scheduler.now());
    suspect_clock(*outcome.failure);
    if (outcome.configured_zone && tally_.failures.tell(*outcome.configured_zone, context_.scheduler.now()))
        log(LogLevel::warning, "{} {} failed: {}", question.name.to_string(), dns::type_name(question.type),
            outcome.detail);
    log(LogLevel::debug, "failed name={} type={} reason={} text=\"{}\" detail=\"{}\"", question.name.to_string(),
        dns::type_name(question.type), fact(*outcome.failure).name, fact(*outcome.failure).text, outcome.detail);
}

void Server::suspect_clock(Failure failure)
{
    if (failure != Failure::signature_expired && failure != Failure::signature_not_yet_valid)
        return;
    const auto secure = static_cast<std::size_t>(cache::Security::secure);
    if (++out_of_time_ < clock_suspects || context_.work.validated[secure].value() > 0)
        return;
    log(LogLevel::warning,
        "no signature is valid at the time of this host, {}: its clock is probably {}; set it (`timedatectl status`, "
        "or "
        "`date -u`)",
        config::write_value(context_.scheduler.clock().wall_seconds()),
        failure == Failure::signature_expired ? "ahead" : "behind");
}

Served Server::write(const ClientQuery& query, const iterate::Outcome& outcome, std::span<std::uint8_t> out)
{
    if (auto obeyed = obey_on_the_way(query, outcome.links, out))
        return *obeyed;
    if (!outcome.failure)
        return {compose(query, outcome.links, result_of(outcome.source), out)};
    // Data that does not validate is none: what did before goes on, as it does for those who could not wait for it.
    const bool failed = fact(*outcome.failure).rcode == Rcode::servfail;
    const auto stale = failed ? from_stale(query, out) : std::nullopt;
    return stale ? *stale : Served{refuse(query, *outcome.failure, out, false, advice_on(outcome.configured_zone))};
}

}  // namespace rw::frontend
