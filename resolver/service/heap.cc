// SPDX-License-Identifier: EUPL-1.2
// Hints to glibc's malloc (mallopt(3)) and to the kernel (madvise(2)). Another allocator ignores them.
#include "resolver/service/heap.h"

#include <linux/mman.h>
#include <malloc.h>
#include <sys/mman.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

namespace rw::service
{

namespace
{

constexpr std::size_t huge_page_octets = std::size_t{2} << 20U;
constexpr std::size_t heap_octets = std::size_t{31} << 20U;  // the largest piece that glibc takes from a heap
constexpr int most_from_heap = 32 << 20;                     // and where it gives a piece a mapping of its own
constexpr int kept_octets = 64 << 20;                        // as much as one of glibc's heaps holds
constexpr int own_mapping_octets = 128 << 10;                // glibc's default: larger pieces leave no holes in a heap

}  // namespace

void prepare_heap()
{
    mallopt(M_TRIM_THRESHOLD, kept_octets);
    mallopt(M_MMAP_THRESHOLD, most_from_heap);
    // The heap grows to its size and is then empty again, but for its ends untouched. Called by name: a new-expression
    // that nobody reads from may be left out by the compiler, and was.
    void* const all = ::operator new(heap_octets, std::nothrow);
    mallopt(M_MMAP_THRESHOLD, own_mapping_octets);
    if (all == nullptr)
        return;
    const auto first = std::bit_cast<std::uintptr_t>(all);
    const auto begin = first & ~(huge_page_octets - 1);
    static_cast<void>(madvise(std::bit_cast<void*>(begin), first - begin + heap_octets, MADV_HUGEPAGE));
    // The first of them has small pages already. Since Linux 6.1.
    static_cast<void>(madvise(std::bit_cast<void*>(begin), huge_page_octets, MADV_COLLAPSE));
    ::operator delete(all);
}

}  // namespace rw::service
