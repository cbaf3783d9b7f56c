// SPDX-License-Identifier: EUPL-1.2
// The fast path of one worker: a client's octets to a reply, when the cache has it, without allocation, lock or
// coroutine (serve.cc). What is not at hand is joined to the questions in flight or resolved (serve_later.cc).
#pragma once

#include <memory>
#include <span>

#include "resolver/frontend/chaos_names.h"
#include "resolver/frontend/client_limits.h"
#include "resolver/frontend/client_query.h"
#include "resolver/frontend/counters.h"
#include "resolver/frontend/late_replies.h"
#include "resolver/frontend/recent_failures.h"
#include "resolver/frontend/rules.h"
#include "resolver/io/inbox.h"
#include "resolver/iterate/inflight.h"
#include "resolver/iterate/iterator.h"

namespace rw::frontend
{

/// Where a server notes what happens.
struct Tally {
    Counters& counters;
    RecentFailures& failures;
};

class Server
{
 public:
    /// Everything is borrowed from the engine and outlives the server. `rules` change between two queries.
    Server(iterate::Context& context, iterate::Iterator& iterator, iterate::Inflight& inflight, io::Inbox& inbox,
           const Rules& rules, const Tally& tally);

    [[nodiscard]] Welcome welcome(const IpAddress& client) const;
    /// In whose name what `client` asks for is done.
    [[nodiscard]] upstream::Claimant claimant_of(const IpAddress& client) const;
    Served serve(Octets message, const Client& client, Door& door, std::span<std::uint8_t> out);
    /// The replies of this turn's hits have left: how long they took.
    void batch_sent();

    /// From now on nothing new is resolved: what is not cached fails as shutting down, so that clients ask elsewhere.
    void drain() { draining_ = true; }
    /// Nobody waits for a reply, nor another worker for a resolution.
    [[nodiscard]] bool idle() const { return limits_.clients() == 0 && resolutions_.size() == 0; }

 private:
    struct Deferred;
    using DeferredPtr = std::shared_ptr<Deferred>;
    class Resolution;
    using ResolutionPtr = std::shared_ptr<Resolution>;

    // serve.cc
    [[nodiscard]] bool validates(const ClientQuery& query) const;
    /// What the operator's own data and the cache say without recursion, or a refusal.
    Served serve_without_recursion(const ClientQuery& query, bool may_snoop, std::span<std::uint8_t> out);
    /// `stale`: seconds that what is used may have been expired for. Nothing that the operator has data of his own or
    /// other servers for is cached (Iterator::keep), so that nothing need be asked before the cache.
    std::optional<Served> from_cache(const ClientQuery& query, std::span<std::uint8_t> out, cache::Seconds stale = 0);
    /// The reply that was composed, with what the settings add to it or change in it.
    Octets complete(const ClientQuery& query, ReplyWriter& reply, std::span<std::uint8_t> out,
                    const ExtendedError& remark = {}, bool authoritative = false);
    /// Whether a cached answer to a question for AAAA is to be made from A records instead.
    [[nodiscard]] bool needs_synthesis(const ClientQuery& query, const cache::EntryView& entry) const;
    Octets chaos(const ClientQuery& query, std::span<std::uint8_t> out);
    Octets refuse(const ClientQuery& query, Failure failure, std::span<std::uint8_t> out, bool cached = false,
                  std::string_view text = {});
    /// The reply that a rule of the operator's policy makes of a query; nothing when it goes on.
    std::optional<Served> obey(config::PolicyAction action, const ClientQuery& query, std::span<std::uint8_t> out);
    /// A sentinel name says that the client must not have what was composed (RFC 8509 §3).
    [[nodiscard]] bool is_withheld(const ClientQuery& query);
    /// What a rule of the operator's makes of the query; nothing when it goes on.
    std::optional<Served> apply_policy(const ClientQuery& query, std::span<std::uint8_t> out);

    // serve_local.cc
    /// The answer that the operator's own data is, as far as it goes: without recursion it may end with an alias.
    std::optional<Served> from_local(const ClientQuery& query, std::span<std::uint8_t> out);
    Octets compose(const ClientQuery& query, std::span<const iterate::Link> links, QueryResult result,
                   std::span<std::uint8_t> out);
    /// What the rules say about the names that an answer leads through.
    std::optional<Served> obey_on_the_way(const ClientQuery& query, std::span<const iterate::Link> links,
                                          std::span<std::uint8_t> out);
    /// What the client is told of a failure that a stub or forward zone is to blame for; empty: what the table says.
    [[nodiscard]] std::string advice_on(const std::optional<dns::Name>& configured_zone) const;

    // serve_later.cc
    /// With a failure that is remembered, or by asking.
    Served without_answer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out);
    Served defer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out);
    [[nodiscard]] ResolutionPtr resolution_for(const upstream::Claimant& claimant, const dns::Question& question) const;
    /// Takes a place among those that wait; who loses it is told so at once.
    void wait(const DeferredPtr& deferred, const Party& party);
    /// A reply for one who waited, now or when its time has come.
    void settle(const DeferredPtr& deferred, const iterate::SharedOutcome& outcome);
    void answer_stale_later(const DeferredPtr& deferred);
    /// The one reply to a query that waited, or none; it waits no more.
    void answer(Deferred& deferred, const Served& served, iterate::Source source = iterate::Source::servers);
    std::optional<Served> from_stale(const ClientQuery& query, std::span<std::uint8_t> out);
    /// What is to be asked for when an alias has expired: the first link behind it that has, too, unless it failed just now.
    std::optional<dns::Question> stale_target(const ClientQuery& query);
    /// Joins the resolution of `target` on behalf of `query`'s client, or starts it.
    void refresh(const ClientQuery& query, const upstream::Claimant& claimant, const dns::Question& target,
                 iterate::Inflight::Deliver deliver);
    /// For a question that failed a moment ago with `failure`: answers once `target` has been resolved.
    Served defer_to_target(const ClientQuery& query, const dns::Question& target, Failure failure, Door& door,
                           std::span<std::uint8_t> out);
    /// Renews a cached answer that was asked for shortly before it expires.
    void prefetch(const ClientQuery& query, const dns::Name& link);
    /// Gives a resolution its place in flight; false when its client has too many there, and all who wait are told.
    bool start(const iterate::Inflight::Question& key, const ResolutionPtr& resolution);
    io::Task<void> resolve(iterate::Inflight::Question key, dns::Question question, ResolutionPtr resolution);
    io::Task<void> renew(iterate::Inflight::Question key, dns::Question question, dns::Name link,
                         ResolutionPtr resolution);
    /// Remembers a failure, or that there is none any more.
    void note(const dns::Question& question, const iterate::Outcome& outcome, const iterate::WorkBudget& budget);
    /// Says so when it is this host's time that signatures do not fit.
    void suspect_clock(Failure failure);
    Served write(const ClientQuery& query, const iterate::Outcome& outcome, std::span<std::uint8_t> out);

    iterate::Context& context_;
    iterate::Iterator& iterator_;
    iterate::Inflight& inflight_;
    io::Inbox& inbox_;
    const Rules& rules_;
    Tally tally_;
    ChaosNames chaos_;
    ClientLimits limits_;
    FairPool waiting_;    ///< queries
    FairPool in_flight_;  ///< resolutions
    LateReplies late_replies_;
    LateReplies stale_replies_;
    cache::Composer composer_;
    std::uint32_t hits_of_batch_ = 0;
    std::uint64_t out_of_time_ = 0;  ///< names whose signatures are of another time
    bool draining_ = false;
    std::unique_ptr<std::uint8_t[]> late_reply_;  ///< room for replies that were not ready at once
    io::TaskSet<Server> resolutions_;
};

}  // namespace rw::frontend
