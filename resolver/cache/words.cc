// SPDX-License-Identifier: EUPL-1.2
// Memory of the store.
#include "resolver/cache/words.h"

#include <sys/mman.h>

#include <new>

namespace rw::cache
{

Words::Words(std::size_t count) : first_(nullptr), count_(count)
{
    void* memory = mmap(nullptr, count * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        throw std::bad_alloc();
    first_ = static_cast<std::uint64_t*>(memory);
}

Words::~Words()
{
    munmap(first_, count_ * sizeof(std::uint64_t));
}

}  // namespace rw::cache
