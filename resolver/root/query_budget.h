// SPDX-License-Identifier: EUPL-1.2
// How many queries may go to the root: one bucket over all identities and all workers, so that trouble with one is
// never made up for by flooding the others. Asked by iterate/round before each query to the root, and by priming,
// monitor and probes. Knows no servers and sends nothing; who gets no token waits in a bounded queue or fails.
//
//   |0             |reserve          |2 x reserve                          |burst
//   | known TLDs,  | and TLDs asked  | and TLDs nobody has heard of        |
//   | root itself  | for again       |                                     |
//
// No client empties the bucket: what it may have spent, of the tokens that have not come back yet, is a few times what is
// left for others. One client alone stops at four fifths, two at four ninths each, and there is always something left
// for one who has spent nothing. (Choudhury and Hahne, "Dynamic queue length thresholds", 1998.)
//
// A query whose response names a TLD gives its token back: there are about 1,500 of them and each is cached for a day
// or two, so such queries bound themselves. What the budget is spent on is junk: names that the root denies. Every
// denial also names its two neighbours (NSEC), so a flood of random names teaches which TLDs exist, and those draw on
// the reserve.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "config/settings.h"
#include "resolver/base/clock.h"
#include "resolver/base/keyed_table.h"
#include "resolver/dns/message_view.h"
#include "resolver/upstream/party.h"

namespace rw::root
{

/// Share of the bucket that only known TLDs and the root itself may use; as much again is kept for TLDs asked for
/// again.
inline constexpr std::uint32_t reserve_parts = 5;  // a fifth
/// What one client may have spent, as a multiple of what is left. No less, because behind one address there may be a
/// whole institution; one that counts as many clients (access[].clients) may have so much for each.
inline constexpr double client_multiple = 4;
/// Questions that wait for a token: in all, shared out among clients, and of one client, for each that it counts as. A
/// flood fills it at once; more would only wait in vain (50 a second for as long as a client waits is 225).
inline constexpr std::size_t max_root_queue = 500;
inline constexpr std::size_t max_root_queue_per_client = 200;
/// How often those that wait look again.
inline constexpr Duration root_queue_pause = std::chrono::milliseconds{50};
/// How long they wait: so much less than the 4.5 s a query may take that the refusal still reaches the client in time,
/// however many are refused with it (replies held back are sent at 200 a second).
inline constexpr Duration root_queue_patience = std::chrono::milliseconds{3500};
/// Names of TLDs remembered: more than there are (1,450 in 2026), so only a broken root fills it.
inline constexpr std::size_t max_known_tlds = 4096;
/// Unknown TLDs remembered as refused, so that asking again helps: in two generations of this many, half a minute of a
/// flood of 1,700 a second. Attack: asking for everything twice; it then has no more than the reserves leave.
inline constexpr std::size_t max_refused_tlds = 32'768;
/// Tokens that may be given back at once, as a multiple of the burst; refilled at a tenth of the rate. Attack: a cache
/// too small to keep delegations would otherwise make every query free.
inline constexpr std::uint32_t refund_bursts = 4;

class QueryBudget
{
 public:
    /// `clock` must outlive the budget.
    QueryBudget(const Clock& clock, const config::QueryBudgetSettings& settings, const HashKey& key);
    QueryBudget(const QueryBudget&) = delete;
    QueryBudget& operator=(const QueryBudget&) = delete;

    /// Takes the TLDs in `list`, one a line, for known.
    void expect(std::string_view list);

    /// Has this rate and burst from now on; a reload calls it.
    void follow(const config::QueryBudgetSettings& settings);

    /// How much of the bucket a question may draw on.
    enum class Need : std::uint8_t { unknown, asked_again, known };
    [[nodiscard]] Need need_of(const dns::Question& question) const;

    /// Takes one token; false when there is none for that need, or `claimant` (ourselves not counted) has spent its part.
    [[nodiscard]] bool take(Need need, const upstream::Claimant& claimant);

    /// A place among those that wait for a token; given back with the object. It is taken away when the queue is full
    /// and others have fewer.
    class Place
    {
     public:
        Place(QueryBudget& budget, FairPool::Place place);
        Place(Place&& other) noexcept = default;
        Place& operator=(Place&& other) noexcept
        {
            std::swap(budget_, other.budget_);
            std::swap(place_, other.place_);
            return *this;
        }
        ~Place();

        [[nodiscard]] bool held() const;

     private:
        QueryBudget* budget_;
        std::unique_ptr<FairPool::Place> place_;  // under the budget's lock; none when moved from
    };
    /// Called when take() failed. Nothing when too many wait. The budget must outlive the place.
    [[nodiscard]] std::optional<Place> queue(const dns::Question& question, const upstream::Claimant& claimant);

    /// What the root said about `question`: gives the token back when it names a TLD, and learns which TLDs exist.
    void note_response(const dns::Question& question, const dns::MessageView& response,
                       const upstream::Claimant& claimant);

    /// Queries that got no token and no place, since the start.
    [[nodiscard]] std::uint64_t refused() const;
    [[nodiscard]] std::size_t known_tlds() const;

 private:
    struct Bucket {
        double level = 0;
        Instant updated{};
    };
    /// Tokens of one client that have not come back.
    struct Spent {
        std::uint32_t tokens = 0;
        std::uint32_t given_back = 0;  ///< of those in `spent_by_`: a response showed that they were not spent on junk
    };

    static void refill(Bucket& bucket, double capacity, double rate, Instant now);
    void refill_all(Instant now);
    void spend(std::uint64_t network);
    void forget_oldest();
    [[nodiscard]] std::uint32_t spent_by(std::uint64_t network) const;
    void give_back(const upstream::Claimant& claimant, Instant now);
    void learn(const dns::Name& name);
    /// Stands for the TLD of `name` in the sets below. Keyed: clients choose these names.
    [[nodiscard]] std::uint64_t tld_of(const dns::Name& name) const;

    const Clock& clock_;
    const HashKey key_;
    double burst_;
    double rate_;  // tokens a second
    double reserve_;
    mutable std::mutex mutex_;
    Bucket all_;
    Bucket refunds_;
    /// Who spent the tokens that are missing from the bucket, oldest first, by Claimant::network (ourselves, and for what
    /// bounds itself: 0). As long as the burst at most, and `clients_` with it.
    std::deque<std::uint64_t> spent_by_;
    std::size_t given_back_ = 0;
    std::unordered_map<std::uint64_t, Spent, AlreadyKeyed> clients_;
    FairPool queue_{max_root_queue};
    using Tlds = std::unordered_set<std::uint64_t, AlreadyKeyed>;
    Tlds known_;
    Tlds refused_tlds_;
    Tlds refused_before_;  // the older generation
    std::uint64_t refused_ = 0;
};

}  // namespace rw::root
