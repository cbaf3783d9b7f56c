// SPDX-License-Identifier: EUPL-1.2
// Packets under way: fixed-size buffers from a pool, ordered by the time they are due. The router puts delayed
// packets in and takes due ones out. Bounded: a full line drops, as a real queue does.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tests/lab/router/device.h"

namespace rw::lab
{

using Instant = std::chrono::steady_clock::time_point;

// Largest IP packet that crosses the router, octets. The devices have an MTU of 1500.
inline constexpr std::size_t kPacketLimit = 2048;

struct DelayedPacket {
    std::array<std::uint8_t, kPacketLimit> octets{};
    std::size_t length = 0;
    const Device* device = nullptr;  // where it goes
};

class DelayLine
{
 public:
    // Packets under way at most: 131,072, that is 256 MiB; reached only by a flood over a slow path.
    static constexpr std::size_t kLimit = 131072;

    // False when the line is full.
    bool put(Instant due, const Device* device, std::span<const std::uint8_t> packet)
    {
        if (free_.empty() && !grow()) {
            return false;
        }
        DelayedPacket* slot = free_.back();
        free_.pop_back();
        std::memcpy(slot->octets.data(), packet.data(), packet.size());
        slot->length = packet.size();
        slot->device = device;
        heap_.push_back(Entry{.due = due, .order = next_order_++, .packet = slot});
        std::ranges::push_heap(heap_, later);
        return true;
    }

    [[nodiscard]] std::optional<Instant> next_due() const
    {
        return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
    }

    // Hands every packet due by `now` to `deliver`, in order.
    template <class Deliver>
    void take_due(Instant now, Deliver&& deliver)
    {
        while (!heap_.empty() && heap_.front().due <= now) {
            std::ranges::pop_heap(heap_, later);
            DelayedPacket* packet = heap_.back().packet;
            heap_.pop_back();
            deliver(*packet);
            free_.push_back(packet);
        }
    }

 private:
    struct Entry {
        Instant due;
        std::uint64_t order = 0;  // packets due at the same instant keep their order
        DelayedPacket* packet = nullptr;
    };

    static bool later(const Entry& a, const Entry& b) { return a.due != b.due ? a.due > b.due : a.order > b.order; }

    bool grow()
    {
        constexpr std::size_t kSlab = 1024;
        if (slabs_.size() * kSlab >= kLimit) {
            return false;
        }
        slabs_.push_back(std::make_unique<std::array<DelayedPacket, kSlab>>());
        for (DelayedPacket& packet : *slabs_.back()) {
            free_.push_back(&packet);
        }
        return true;
    }

    std::vector<std::unique_ptr<std::array<DelayedPacket, 1024>>> slabs_;
    std::vector<DelayedPacket*> free_;
    std::vector<Entry> heap_;
    std::uint64_t next_order_ = 0;
};

}  // namespace rw::lab
