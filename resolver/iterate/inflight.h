// SPDX-License-Identifier: EUPL-1.2
// Questions being resolved for clients, shared by the workers: identical ones join and share one outcome. Sharded by
// the key's hash. The one that comes first leads: it resolves; outcomes travel to each waiter's own worker through its
// inbox.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/cache/key.h"
#include "resolver/io/inbox.h"
#include "resolver/iterate/outcome.h"
#include "resolver/upstream/party.h"

namespace rw::iterate
{

using SharedOutcome = std::shared_ptr<const Outcome>;

/// Waiters kept for one question: what a busy forwarder may have outstanding; more are turned away, because a question
/// that is held open collects a flood (DNSBomb CVE-2024-33655). They are shared out among the clients
/// (base/fair_pool.h): one client never fills a question that others have.
inline constexpr std::size_t max_waiters = 500;

class Inflight
{
 public:
    using Deliver = std::function<void(const SharedOutcome&)>;

    /// What is resolved: the question, and whether validation is off for it (CD).
    struct Question {
        cache::Key key;
        bool checking_disabled = false;
        bool operator==(const Question&) const = default;
    };

    enum class Joined : std::uint8_t {
        leads,   ///< the caller must resolve and call finish()
        waits,   ///< `deliver` will be called on `home`'s thread
        refused  ///< this client has too many of the waiters already
    };

    /// One who waits.
    struct Waiter {
        io::Inbox* home;
        upstream::Claimant claimant;
        Deliver deliver;
    };
    /// The resolution that a question leads to.
    class Resolution
    {
     public:
        virtual ~Resolution() = default;
        /// On the thread of the one who leads: another client has joined.
        virtual void also_for(const upstream::Claimant& claimant) = 0;
    };

    /// `waiter.deliver` is also called for the caller that leads, when it finishes, and with a failure when others need
    /// the seat. Others that join are told to `resolution` when the caller leads.
    Joined join(const Question& question, Instant now, Waiter waiter, const std::shared_ptr<Resolution>& resolution);
    void finish(const Question& question, const SharedOutcome& outcome);
    [[nodiscard]] bool contains(const Question& question);
    /// Gives `outcome` to all who wait for anything: the daemon ends.
    void abandon(const SharedOutcome& outcome);

    [[nodiscard]] std::size_t size() const;

    /// One question in flight, for the operator.
    struct Waiting {
        Question question;
        Instant since{};
        std::uint32_t waiters = 0;
    };
    /// At most `limit`, oldest first.
    [[nodiscard]] std::vector<Waiting> waiting(std::size_t limit) const;

 private:
    struct Seat {
        Waiter waiter;
        FairPool::Place place;
    };
    using Seats = std::list<Seat>;
    struct Entry {
        Instant since{};
        io::Inbox* leader = nullptr;
        upstream::Claimant first;  ///< who the leader resolves for
        std::weak_ptr<Resolution> resolution;
        Seats seats;
        std::unique_ptr<FairPool> crowd;  ///< once there are many
    };
    [[nodiscard]] static bool seat(Entry& entry, Waiter waiter);
    [[nodiscard]] static bool share(Entry& entry, Seats::iterator seat);
    struct Hash {
        std::size_t operator()(const Question& question) const noexcept { return question.key.hash(); }
    };
    static constexpr std::size_t shard_count = 16;
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<Question, Entry, Hash> questions;
    };
    Shard& shard_of(const Question& question) { return shards_[question.key.hash() % shard_count]; }

    std::array<Shard, shard_count> shards_;
};

}  // namespace rw::iterate
