// SPDX-License-Identifier: EUPL-1.2
// The fast path of one worker: a client's octets to a reply, when the cache has it, without allocation, lock or
// coroutine. What is not at hand is joined to the questions in flight or resolved.
#pragma once

#include <memory>
#include <span>

#include "resolver/frontend/access_list.h"
#include "resolver/frontend/chaos_names.h"
#include "resolver/frontend/client_limits.h"
#include "resolver/frontend/client_query.h"
#include "resolver/frontend/counters.h"
#include "resolver/frontend/late_replies.h"
#include "resolver/frontend/reply.h"
#include "resolver/io/inbox.h"
#include "resolver/iterate/inflight.h"
#include "resolver/iterate/iterator.h"

namespace rw::frontend
{

class Server
{
 public:
    /// Everything is borrowed from the engine and outlives the server.
    Server(iterate::Context& context, iterate::Iterator& iterator, iterate::Inflight& inflight, io::Inbox& inbox,
           const AccessList& access, const ReplyRules& rules, Counters& counters);

    Served serve(Octets message, const Client& client, Door& door, std::span<std::uint8_t> out);

    /// From now on nothing new is resolved: what is not cached fails as shutting down, so that clients ask elsewhere.
    void drain() { draining_ = true; }
    /// Nobody waits for a reply, nor another worker for a resolution.
    [[nodiscard]] bool idle() const { return limits_.clients() == 0 && resolutions_.size() == 0; }

 private:
    std::optional<Octets> from_cache(const ClientQuery& query, std::span<std::uint8_t> out);
    Octets chaos(const ClientQuery& query, std::span<std::uint8_t> out);
    Octets refuse(const ClientQuery& query, Failure failure, std::span<std::uint8_t> out, bool cached = false);
    Served defer(const ClientQuery& query, Door& door, std::span<std::uint8_t> out);
    /// `client`: of those who wait, the one that asked first; its part of the root budget is drawn on.
    io::Task<void> resolve(iterate::Inflight::Question key, dns::Question question, IpAddress client);
    /// Remembers a failure, or that there is none any more.
    void note(const dns::Question& question, const iterate::Outcome& outcome, const iterate::WorkBudget& budget);
    Octets write(const ClientQuery& query, const iterate::Outcome& outcome, std::span<std::uint8_t> out);
    /// `reply` with what was composed, unless a sentinel name says that the client must not have it (RFC 8509 §3).
    Octets finish(const ClientQuery& query, ReplyWriter& reply, std::span<std::uint8_t> out);

    iterate::Context& context_;
    iterate::Iterator& iterator_;
    iterate::Inflight& inflight_;
    io::Inbox& inbox_;
    const AccessList& access_;
    const ReplyRules& rules_;
    Counters& counters_;
    ChaosNames chaos_;
    ClientLimits limits_;
    LateReplies late_replies_;
    io::TaskSet resolutions_;
    cache::Composer composer_;
    bool draining_ = false;
    std::unique_ptr<std::uint8_t[]> late_reply_;  ///< room for replies that were not ready at once
};

}  // namespace rw::frontend
