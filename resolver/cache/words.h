// SPDX-License-Identifier: EUPL-1.2
// Memory of the store: 64-bit words straight from the kernel, zero at first, all access atomic. Owned by the store,
// divided among its shards; never grows, never given back before the end. The kernel hands pages out as they are first
// touched, unless they are brought in before: a page at a time costs a trap each, which on virtual machines is dearer
// than all else that a look-up does.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rw::cache
{

/// A run of shared words; does not own them.
class WordSpan
{
 public:
    WordSpan() = default;
    WordSpan(std::uint64_t* first, std::size_t size) : first_(first), size_(size) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] WordSpan part(std::size_t from, std::size_t count) const { return {first_ + from, count}; }
    [[nodiscard]] std::atomic_ref<std::uint64_t> operator[](std::size_t i) const
    {
        return std::atomic_ref<std::uint64_t>(first_[i]);
    }
    [[nodiscard]] std::uint64_t load(std::size_t i) const { return (*this)[i].load(std::memory_order_relaxed); }
    void store(std::size_t i, std::uint64_t word) const { (*this)[i].store(word, std::memory_order_relaxed); }
    /// Has the kernel hand out the pages of `count` words from `from` now, in one call. Only a wish.
    void bring_in(std::size_t from, std::size_t count) const;

 private:
    std::uint64_t* first_ = nullptr;
    std::size_t size_ = 0;
};

/// Owns words. Throws std::bad_alloc when the kernel has none, as any other allocation at start-up would.
class Words
{
 public:
    /// The first `eager` of the `count` words are brought in at once, in huge pages where the kernel has them: they are
    /// going to be read at random.
    Words(std::size_t count, std::size_t eager);
    ~Words();
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;

    [[nodiscard]] WordSpan span() const { return {first_, count_}; }

 private:
    void* mapped_;
    std::size_t mapped_octets_;
    std::uint64_t* first_;
    std::size_t count_;
};

}  // namespace rw::cache
