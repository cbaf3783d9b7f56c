// SPDX-License-Identifier: EUPL-1.2
// Memory of coroutine frames.
#include "resolver/io/frame_memory.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

using rw::io::give_frame;
using rw::io::take_frame;

TEST_CASE("frames of all sizes are apart from each other, aligned, and as large as was asked for")
{
    std::vector<std::pair<void*, std::size_t>> taken;
    for (int round = 0; round < 3; ++round) {
        std::set<void*> apart;
        for (std::size_t octets = 1; octets < 20'000; octets += 97) {
            void* const frame = take_frame(octets);
            std::memset(frame, round, octets);
            CHECK(reinterpret_cast<std::uintptr_t>(frame) % alignof(std::max_align_t) == 0);
            CHECK(apart.insert(frame).second);
            taken.emplace_back(frame, octets);
        }
        for (const auto& [frame, octets] : taken)
            give_frame(frame, octets);
        taken.clear();
    }
}

TEST_CASE("frames may be given back by another thread, and more of them than are kept")
{
    std::vector<void*> taken;
    for (int i = 0; i < 5000; ++i)
        taken.push_back(take_frame(1000));
    std::thread other([&] {
        for (void* const frame : taken)
            give_frame(frame, 1000);
    });
    other.join();
    CHECK(std::set<void*>(taken.begin(), taken.end()).size() == 5000);
}
