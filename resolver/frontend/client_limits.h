// SPDX-License-Identifier: EUPL-1.2
// What one client may have outstanding at one worker, and how fast replies that were long in coming are released to it.
// A client is what upstream/party.h takes for one. Without both, someone who forges a victim's address and owns a slow server collects replies for
// seconds and has them sent all at once (DNSBomb, CVE-2024-33655). Bounded memory; no client is remembered longer than
// needed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/base/keyed_table.h"
#include "resolver/upstream/party.h"

namespace rw::frontend
{

/// Queries of one client that wait at one worker, for each that it counts as: as many as Unbound lets wait. A forwarder
/// that asks 3,000 questions a second, one in twenty of them for servers that are dead, has 700; with fewer places its
/// sound questions fail.
inline constexpr std::uint32_t max_waiting_per_client = 1000;
/// A reply that took longer counts as held back.
inline constexpr Duration held_back_after = 400ms;
/// Held-back replies to one address: 200 a second, at most 10 at once.
inline constexpr Duration held_back_interval = 5ms;
inline constexpr Duration held_back_burst = 50ms;
/// Paces that are kept; two clients share one by chance, which nobody can bring about. A power of two.
inline constexpr std::size_t paces = 16'384;

class ClientLimits
{
    using Waiting = std::unordered_map<std::uint64_t, std::uint32_t, AlreadyKeyed>;  // by Claimant::network

 public:
    /// A place among those that wait; it is given back with the object.
    class Place
    {
     public:
        Place(std::shared_ptr<Waiting> waiting, std::uint64_t network) : waiting_(std::move(waiting)), network_(network)
        {
        }
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        ~Place();

     private:
        std::shared_ptr<Waiting> waiting_;  ///< none when moved from
        std::uint64_t network_;
    };

    /// Nothing when the client has too many queries waiting. The place may outlive the limits: at the end of the
    /// process questions are still in flight.
    std::optional<Place> admit(const upstream::Claimant& client);

    /// When a reply to `client` may leave that was asked for at `asked`: now, or later when it was held back and others
    /// were as well.
    Instant release_time(const upstream::Claimant& client, Instant asked, Instant now);

    [[nodiscard]] std::size_t clients() const { return waiting_->size(); }

 private:
    std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
    std::vector<Instant> next_release_ = std::vector<Instant>(paces);  // theoretical arrival times of leaky buckets
};

}  // namespace rw::frontend
