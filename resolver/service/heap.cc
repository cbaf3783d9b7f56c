// SPDX-License-Identifier: EUPL-1.2
// Hints to glibc's malloc (mallopt(3)) and to the kernel (madvise(2)). Another allocator ignores them.
#include "resolver/service/heap.h"

#include <linux/mman.h>
#include <malloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
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
    // The heap grows to its size and is then empty again, but for its ends untouched.
    const std::unique_ptr<std::byte[]> all(new (std::nothrow) std::byte[heap_octets]);
    mallopt(M_MMAP_THRESHOLD, own_mapping_octets);
    if (!all)
        return;
    std::byte* const first = all.get();
    const std::size_t before = reinterpret_cast<std::uintptr_t>(first) % huge_page_octets;
    std::byte* const begin = first - before;
    static_cast<void>(madvise(begin, before + heap_octets, MADV_HUGEPAGE));
    // The first of them has small pages already. Since Linux 6.1.
    static_cast<void>(madvise(begin, huge_page_octets, MADV_COLLAPSE));
}

}  // namespace rw::service
