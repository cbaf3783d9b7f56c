// SPDX-License-Identifier: EUPL-1.2
// How many queries may go to the root: one bucket over all identities and all workers, so that trouble with one is
// never made up for by flooding the others. Asked by iterate/round before each query to the root, and by priming,
// monitor and probes. Knows no servers and sends nothing; who gets no token waits in a bounded queue or fails.
//
//   |0             |reserve          |2 x reserve                          |burst
//   | known TLDs,  | and TLDs asked  | and TLDs nobody has heard of        |
//   | root itself  | for again       |                                     |
//
// A client's own part of the bucket is divided in the same way.
//
// A query whose response names a TLD gives its token back: there are about 1,500 of them and each is cached for a day
// or two, so such queries bound themselves. What the budget is spent on is junk: names that the root denies. Every
// denial also names its two neighbours (NSEC), so a flood of random names teaches which TLDs exist, and those draw on
// the reserve.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "config/settings.h"
#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/keyed_table.h"
#include "resolver/dns/message_view.h"

namespace rw::root
{

/// Share of the bucket that only known TLDs and the root itself may use; as much again is kept for TLDs asked for
/// again.
inline constexpr std::uint32_t reserve_parts = 5;  // a fifth
/// One client's part of the bucket and of its refill: one that floods never gets all of what comes back. No less,
/// because behind one address there may be a whole institution.
inline constexpr double client_share = 0.8;
/// Questions that wait for a token: in all, and of one client (who has 500 places at a worker for everything). A flood
/// fills it at once; more would only wait in vain (50 a second for as long as a client waits is 225).
inline constexpr std::size_t max_root_queue = 500;
inline constexpr std::size_t max_root_queue_per_client = 200;
/// How often those that wait look again.
inline constexpr Duration root_queue_pause = std::chrono::milliseconds{50};
/// How long they wait: so much less than the 4.5 s a query may take that the refusal still reaches the client in time,
/// however many are refused with it (replies held back are sent at 200 a second).
inline constexpr Duration root_queue_patience = std::chrono::milliseconds{3500};
/// Clients with a count of their own; all others share one. An attacker who forges addresses only reaches that one.
inline constexpr std::size_t max_root_clients = 10'000;
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

    /// Takes one token; false when there is none for that need, or the client (nothing: ourselves) has had its part.
    [[nodiscard]] bool take(Need need, const std::optional<IpAddress>& client);

    /// A place among those that wait for a token; given back with the object.
    class Place
    {
     public:
        Place(QueryBudget& budget, std::optional<IpAddress> client) : budget_(&budget), client_(client) {}
        Place(Place&& other) noexcept : budget_(other.budget_), client_(other.client_) { other.budget_ = nullptr; }
        Place& operator=(Place&& other) noexcept
        {
            std::swap(budget_, other.budget_);
            std::swap(client_, other.client_);
            return *this;
        }
        ~Place();

     private:
        QueryBudget* budget_;
        std::optional<IpAddress> client_;
    };
    /// Called when take() failed. Nothing when too many wait. The budget must outlive the place.
    [[nodiscard]] std::optional<Place> queue(const dns::Question& question, const std::optional<IpAddress>& client);

    /// What the root said about `question`: gives the token back when it names a TLD, and learns which TLDs exist.
    void note_response(const dns::Question& question, const dns::MessageView& response,
                       const std::optional<IpAddress>& client);

    /// Queries that got no token and no place, since the start.
    [[nodiscard]] std::uint64_t refused() const;
    [[nodiscard]] std::size_t known_tlds() const;

 private:
    struct Bucket {
        double level = 0;
        Instant updated{};
    };
    /// Of one client, everybody who asks from one IPv6 network counting as one.
    struct ClientPart {
        Bucket bucket;
        std::size_t waiting = 0;
    };

    static void refill(Bucket& bucket, double capacity, double rate, Instant now);
    ClientPart& part_of(const IpAddress& client, Instant now);
    void give_back(const std::optional<IpAddress>& client, Instant now);
    void learn(const dns::Name& name);
    /// Stands for the TLD of `name` in the sets below. Keyed: clients choose these names.
    [[nodiscard]] std::uint64_t tld_of(const dns::Name& name) const;
    void leave(const std::optional<IpAddress>& client);

    const Clock& clock_;
    const HashKey key_;
    double burst_;
    double rate_;  // tokens a second
    double reserve_;
    mutable std::mutex mutex_;
    Bucket all_;
    Bucket refunds_;
    KeyedMap<IpAddress, ClientPart> clients_{key_};
    ClientPart strangers_;  // clients there is no room for
    Instant next_sweep_{};
    std::size_t waiting_ = 0;
    using Tlds = std::unordered_set<std::uint64_t, AlreadyKeyed>;
    Tlds known_;
    Tlds refused_tlds_;
    Tlds refused_before_;  // the older generation
    std::uint64_t refused_ = 0;
};

}  // namespace rw::root
