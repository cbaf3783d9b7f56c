// SPDX-License-Identifier: EUPL-1.2
// Free lists of coroutine frames, one for each size.
#include "resolver/io/frame_memory.h"

#include <array>
#include <new>

namespace rw::io
{

namespace
{

// A frame that is used after its end must be seen: then each is malloc's.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool keeps_frames = false;
#else
constexpr bool keeps_frames = true;
#endif
#else
constexpr bool keeps_frames = true;
#endif

constexpr std::size_t step = 128;                        // octets between two sizes
constexpr std::size_t sizes = 64;                        // up to 8 KiB
constexpr std::size_t most_kept = std::size_t{1} << 20;  // octets per thread; what a burst leaves goes back to malloc

struct Kept {
    Kept* next;
};

/// Lives as long as its thread, which is a worker's: nothing is given back at its end.
struct Lists {
    std::array<Kept*, sizes> first{};
    std::size_t octets = 0;
};

constinit thread_local Lists lists;

std::size_t size_class(std::size_t octets)
{
    return (octets + step - 1) / step;
}

}  // namespace

void* take_frame(std::size_t octets)
{
    const std::size_t size = size_class(octets);
    if (!keeps_frames || size >= sizes)
        return ::operator new(octets);
    Kept*& first = lists.first[size];
    if (first == nullptr)
        return ::operator new(size * step);
    Kept* const taken = first;
    first = taken->next;
    lists.octets -= size * step;
    return taken;
}

void give_frame(void* frame, std::size_t octets) noexcept
{
    const std::size_t size = size_class(octets);
    if (!keeps_frames || size >= sizes || lists.octets + size * step > most_kept) {
        ::operator delete(frame);
        return;
    }
    lists.first[size] = new (frame) Kept{lists.first[size]};
    lists.octets += size * step;
}

}  // namespace rw::io
