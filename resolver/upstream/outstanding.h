// SPDX-License-Identifier: EUPL-1.2
// Queries that wait for an answer, of all clients and workers together: so many at one server, so many in all. One
// client's budget bounds what one question may cost; this bounds what many questions at once may do to one server, and
// to us when it does not answer (random names below a slow zone). Thread-safe without locks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

#include "resolver/base/address.h"
#include "resolver/base/siphash.h"

namespace rw::upstream
{

/// At a server that answers: 40,000 queries/s at 100 ms round-trip time, more than a busy resolver sends to any one.
inline constexpr std::uint32_t outstanding_at_server = 4000;
/// At a server that is failing: enough to find that it is back, too few to hold thousands of sockets and clients.
inline constexpr std::uint32_t outstanding_at_failing_server = 50;

class Outstanding
{
 public:
    /// Room for one query; given back when destroyed. Must not outlive the Outstanding it came from.
    class Place
    {
     public:
        Place(Outstanding& outstanding, std::size_t slot) : outstanding_(&outstanding), slot_(slot) {}
        Place(Place&& other) noexcept : outstanding_(std::exchange(other.outstanding_, nullptr)), slot_(other.slot_) {}
        Place& operator=(Place&& other) noexcept
        {
            std::swap(outstanding_, other.outstanding_);
            std::swap(slot_, other.slot_);
            return *this;
        }
        ~Place()
        {
            if (outstanding_ != nullptr)
                outstanding_->release(slot_);
        }

     private:
        Outstanding* outstanding_;
        std::size_t slot_;
    };

    /// At most `limit` queries in all: what the limit of open files leaves room for.
    Outstanding(const HashKey& key, std::uint32_t limit) : key_(key), limit_(limit) {}

    /// Nothing when the server has, or all servers together have, as many as they may.
    [[nodiscard]] std::optional<Place> claim(const Endpoint& server, bool failing);
    [[nodiscard]] std::uint32_t count() const { return all_.load(std::memory_order_relaxed); }

 private:
    void release(std::size_t slot);

    static constexpr std::size_t slots = 8192;  // servers share a counter by chance: the limit is then stricter

    HashKey key_;
    std::uint32_t limit_;
    std::atomic<std::uint32_t> all_ = 0;
    std::array<std::atomic<std::uint32_t>, slots> at_server_{};
};

}  // namespace rw::upstream
