// SPDX-License-Identifier: EUPL-1.2
// What one client address may have outstanding at one worker, and how fast replies that were long in coming are
// released to it. Without both, someone who forges a victim's address and owns a slow server collects replies for
// seconds and has them sent all at once (DNSBomb, CVE-2024-33655). Bounded memory; no client is remembered longer than
// needed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/keyed_table.h"

namespace rw::frontend
{

/// Queries of one address that wait at one worker: as many as Unbound lets wait. A forwarder that asks 3,000 questions
/// a second, one in twenty of them for servers that are dead, has 700; with fewer places its sound questions fail.
inline constexpr std::uint32_t max_waiting_per_client = 1000;
/// A reply that took longer counts as held back.
inline constexpr Duration held_back_after = 400ms;
/// Held-back replies to one address: 200 a second, at most 10 at once.
inline constexpr Duration held_back_interval = 5ms;
inline constexpr Duration held_back_burst = 50ms;
/// Addresses whose pace is known; all others share one.
inline constexpr std::size_t max_paced_clients = 10'000;

class ClientLimits
{
    using Waiting = KeyedMap<IpAddress, std::uint32_t>;

 public:
    explicit ClientLimits(const HashKey& key) : waiting_(std::make_shared<Waiting>(key)), next_release_(key) {}

    /// A place among those that wait; it is given back with the object.
    class Place
    {
     public:
        Place(std::shared_ptr<Waiting> waiting, const IpAddress& client) : waiting_(std::move(waiting)), client_(client)
        {
        }
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        ~Place();

     private:
        std::shared_ptr<Waiting> waiting_;  ///< none when moved from
        IpAddress client_;
    };

    /// Nothing when the client has too many queries waiting. The place may outlive the limits: at the end of the
    /// process questions are still in flight.
    std::optional<Place> admit(const IpAddress& client);

    /// When a reply to `client` may leave that was asked for at `asked`: now, or later when it was held back and others
    /// were as well.
    Instant release_time(const IpAddress& client, Instant asked, Instant now);

    [[nodiscard]] std::size_t clients() const { return waiting_->size(); }

 private:
    std::shared_ptr<Waiting> waiting_;
    KeyedMap<IpAddress, Instant> next_release_;  // theoretical arrival times of a leaky bucket
};

}  // namespace rw::frontend
