// SPDX-License-Identifier: EUPL-1.2
// Memory of the store.
#include "resolver/cache/words.h"

#include <sys/mman.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace rw::cache
{

namespace
{

constexpr std::size_t page_octets = std::size_t{4} << 10;
constexpr std::size_t huge_page_octets = std::size_t{2} << 20;

}  // namespace

void WordSpan::bring_in(std::size_t from, std::size_t count) const
{
    const auto first = std::bit_cast<std::uintptr_t>(first_ + from);
    const auto begin = first & ~(page_octets - 1);
    const std::size_t octets = first - begin + count * sizeof(std::uint64_t);
    // Since Linux 5.14. Without it, and where memory is short, pages come as they are touched.
    static_cast<void>(madvise(std::bit_cast<void*>(begin), octets, MADV_POPULATE_WRITE));
}

Words::Words(std::size_t count, std::size_t eager)
    : mapped_octets_(count * sizeof(std::uint64_t) + huge_page_octets), count_(count)
{
    mapped_ = mmap(nullptr, mapped_octets_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped_ == MAP_FAILED)
        throw std::bad_alloc();
    void* aligned = mapped_;
    std::size_t space = mapped_octets_;
    std::align(huge_page_octets, count * sizeof(std::uint64_t), aligned, space);
    first_ = static_cast<std::uint64_t*>(aligned);
    static_cast<void>(madvise(first_, eager * sizeof(std::uint64_t), MADV_HUGEPAGE));
    span().bring_in(0, eager);
}

Words::~Words()
{
    munmap(mapped_, mapped_octets_);
}

}  // namespace rw::cache
