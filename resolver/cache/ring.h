// SPDX-License-Identifier: EUPL-1.2
// One log-structured ring of a shard: entries are placed at the head, room comes back at the tail. Knows positions and
// room, nothing of what is in an entry. Everything but tail() and is_live() is for the one writer of the shard.
//
// A position is lap << offset_bits | offset, modulo 2^46, so that it grows for ever and needs no division to be found.
// No entry wraps around: what does not fit before the end starts the next lap.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>

#include "resolver/cache/words.h"

namespace rw::cache
{

using Position = std::uint64_t;
inline constexpr unsigned position_bits = 46;
inline constexpr Position position_mask = (Position{1} << position_bits) - 1;

class Ring
{
 public:
    explicit Ring(WordSpan words) : words_(words), offset_bits_(static_cast<unsigned>(std::bit_width(words.size()))) {}

    [[nodiscard]] const WordSpan& words() const { return words_; }
    [[nodiscard]] std::size_t offset(Position position) const { return position & ((Position{1} << offset_bits_) - 1); }
    [[nodiscard]] Position tail() const { return tail_.load(std::memory_order_relaxed); }
    [[nodiscard]] Position head() const { return head_; }

    /// How far `position` is in front of the tail, in words and a few more for each lap; huge when it is behind.
    [[nodiscard]] Position distance(Position position) const { return (position - tail()) & position_mask; }
    /// The tail has not passed `position`. For readers: after an acquire fence behind the loads of the words.
    [[nodiscard]] bool is_live(Position position) const { return distance(position) <= position_mask / 2; }

    /// Whether `count` words can be placed without moving the tail. `count` must be at most half of the ring.
    [[nodiscard]] bool fits(std::size_t count) const
    {
        const std::size_t head = offset(head_);
        const std::size_t tail_offset = offset(tail());
        const bool same_lap = head_ >> offset_bits_ == tail() >> offset_bits_;
        if (head + count <= words_.size())
            return same_lap || head + count <= tail_offset;
        return same_lap && count <= tail_offset;
    }

    /// Takes `count` words, for which fits() must hold.
    Position place(std::size_t count)
    {
        if (const std::size_t at = offset(head_); at + count > words_.size()) {
            if (at < words_.size())
                words_.store(at, end_of_lap);
            head_ = next_lap(head_);
        }
        const Position position = head_;
        head_ += count;
        if (head_ > brought_in_ && brought_in_ < words_.size())
            bring_in();
        return position;
    }

    /// Whether the rest of the tail's lap is unused.
    [[nodiscard]] bool tail_at_end_of_lap() const
    {
        const std::size_t at = offset(tail());
        return at == words_.size() || words_.load(at) == end_of_lap;
    }
    void drop(std::size_t count) { move_tail(tail() + count); }
    void drop_rest_of_lap() { move_tail(next_lap(tail())); }
    void drop_all() { move_tail(head_); }

    /// Words between tail and head.
    [[nodiscard]] std::size_t used() const
    {
        const std::size_t head = offset(head_);
        const std::size_t tail_offset = offset(tail());
        return head_ >> offset_bits_ == tail() >> offset_bits_ ? head - tail_offset
                                                               : words_.size() - tail_offset + head;
    }

    /// First word that no entry starts with.
    static constexpr std::uint64_t end_of_lap = 0;

 private:
    [[nodiscard]] Position next_lap(Position position) const
    {
        return (((position >> offset_bits_) + 1) << offset_bits_) & position_mask;
    }
    /// On the first lap: the pages up to the head and a few more.
    void bring_in()
    {
        constexpr std::size_t at_a_time = (std::size_t{16} << 10) / sizeof(std::uint64_t);
        const std::size_t wanted = std::min(words_.size(), head_ + at_a_time);
        words_.bring_in(brought_in_, wanted - brought_in_);
        brought_in_ = wanted;
    }
    void move_tail(Position position)
    {
        tail_.store(position & position_mask, std::memory_order_relaxed);
        // Who sees a word written from here on also sees that the tail has passed what was there.
        std::atomic_thread_fence(std::memory_order_release);
    }

    WordSpan words_;
    unsigned offset_bits_;
    std::atomic<Position> tail_ = 0;
    Position head_ = 0;
    std::size_t brought_in_ = 0;  // words whose pages are there for certain
};

}  // namespace rw::cache
