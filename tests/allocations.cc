// SPDX-License-Identifier: EUPL-1.2
// Counting allocations.
#include "tests/allocations.h"

#include <cstdlib>
#include <new>

namespace
{

thread_local std::size_t allocations = 0;

}  // namespace

namespace rw::test
{

std::size_t allocation_count()
{
    return allocations;
}

}  // namespace rw::test

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

// The sanitizers own operator new here, and tell whoever defines this of each allocation.
extern "C" void __sanitizer_malloc_hook(const volatile void*, std::size_t);
void __sanitizer_malloc_hook(const volatile void*, std::size_t)
{
    ++allocations;
}

#else

void* operator new(std::size_t size)
{
    ++allocations;
    if (void* place = std::malloc(size > 0 ? size : 1))
        return place;
    std::abort();  // out of memory: more was taken than the limit of the run
}

void operator delete(void* place) noexcept
{
    std::free(place);
}

void operator delete(void* place, std::size_t) noexcept
{
    std::free(place);
}

#endif
