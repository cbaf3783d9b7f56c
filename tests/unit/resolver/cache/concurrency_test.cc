// SPDX-License-Identifier: EUPL-1.2
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "resolver/base/random.h"
#include "resolver/cache/store.h"
#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;

namespace
{

constexpr std::uint32_t names = 20'000;  // several times what the store holds

Key numbered(const Store& store, std::uint32_t number)
{
    return store.key(Kind::answer, name("host" + std::to_string(number) + ".example.com"), dns::RRType::a);
}

/// Octets that tell whose they are and how many there must be: one that belongs to something else shows.
OctetBuffer value_of(std::uint32_t number, std::uint32_t version)
{
    OctetBuffer value;
    const std::uint32_t words = 1 + (number * 7 + version * 13) % 60;
    for (std::uint32_t i = 0; i < words; ++i) {
        append_u32(value, number);
        append_u32(value, version);
    }
    return value;
}

bool is_value_of(std::uint32_t number, Octets value)
{
    return value.size() >= 8 && equal(value, value_of(number, load_u32(&value[4])));
}

void write(Store& store, std::uint64_t seed, int steps)
{
    SeededRandom random(seed);
    for (int step = 0; step < steps; ++step) {
        const std::uint32_t number = random.below(names);
        const std::uint32_t dice = random.below(1000);
        if (dice < 970)
            store.insert(numbered(store, number), {1000, origin, Standing::unranked()}, value_of(number, random.u32()),
                         1);
        else if (dice < 999)
            store.remove(numbered(store, number));
        else if (random.below(20) == 0)
            store.clear();
    }
}

struct Seen {
    std::uint64_t hits = 0;
    std::uint64_t wrong = 0;
};

Seen read(const Store& store, std::uint64_t seed, const std::atomic<bool>& stop)
{
    SeededRandom random(seed);
    Scratch scratch;
    Seen seen;
    while (!stop.load(std::memory_order_relaxed)) {
        for (int i = 0; i < 100; ++i) {
            // Few names are asked for often, so that entries move between the rings under the readers.
            const std::uint32_t number = random.below(2) == 0 ? random.below(500) : random.below(names);
            const auto found = store.find(numbered(store, number), 1, scratch);
            if (!found)
                continue;
            ++seen.hits;
            seen.wrong += is_value_of(number, found->value) && found->facts.origin == origin ? 0 : 1;
        }
    }
    return seen;
}

}  // namespace

TEST_CASE("readers see whole values of the key they asked for while writers turn the rings over")
{
    Store store(Store::min_octets, secret);
    std::atomic<bool> stop = false;
    std::vector<Seen> seen(3);
    std::vector<std::thread> readers;
    readers.reserve(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i)
        readers.emplace_back([&, i] { seen[i] = read(store, 100 + i, stop); });
    std::vector<std::thread> writers;
    writers.reserve(2);
    for (std::uint64_t i = 0; i < 2; ++i)
        writers.emplace_back([&, i] { write(store, i, 60'000); });
    for (std::thread& writer : writers)
        writer.join();
    stop = true;
    for (std::thread& reader : readers)
        reader.join();
    for (const Seen& one : seen) {
        CHECK(one.wrong == 0);
        CHECK(one.hits > 1000);
    }
    const StoreStats stats = store.stats();
    CHECK(stats.promoted > 100);
    CHECK(stats.evicted > 10'000);
}
