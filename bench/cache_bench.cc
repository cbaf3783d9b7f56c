// SPDX-License-Identifier: EUPL-1.2
// What a cache hit costs: making the key, finding the entry and composing the reply; and what an insertion costs in a
// full cache. Run it on a quiet machine; names are picked so that the working set is in the CPU's caches ("/64") or not
// ("/200000").
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "resolver/cache/answer_cache.h"
#include "resolver/cache/composer.h"

namespace
{

using namespace rw;
using namespace rw::cache;

constexpr Origin origin{.root = 1, .lineage = 1};
constexpr RootView root{.root = 1, .lineages = nullptr};

struct World {
    explicit World(std::size_t names) : store(std::size_t{256} << 20, {1, 2}), answers(store, {})
    {
        for (std::size_t i = 0; i < names; ++i) {
            dns::RRset set{.owner = *dns::Name::parse("host" + std::to_string(i) + ".example.com"),
                           .type = dns::RRType::a,
                           .ttl = 3600,
                           .rdatas = {},
                           .signatures = {}};
            set.rdatas.add(std::vector<std::uint8_t>{192, 0, 2, 1});
            answers.insert({set.owner, set.type, EntryFacts(Rank::authoritative_answer), {&set, 1}, {}}, origin, 1);
            owners.push_back(set.owner);
        }
    }
    Store store;
    AnswerCache answers;
    std::vector<dns::Name> owners;
};

/// A stride that visits every name in no order that hardware foresees.
std::size_t next(std::size_t at, std::size_t count)
{
    return (at + 7919) % count;
}

void key_only(benchmark::State& state)
{
    const World world(64);
    std::size_t at = 0;
    for (auto _ : state) {
        at = next(at, world.owners.size());
        benchmark::DoNotOptimize(world.answers.key(world.owners[at], dns::RRType::a).hash());
    }
}
BENCHMARK(key_only);

void find(benchmark::State& state)
{
    const World world(static_cast<std::size_t>(state.range(0)));
    Scratch scratch;
    std::size_t at = 0;
    for (auto _ : state) {
        at = next(at, world.owners.size());
        benchmark::DoNotOptimize(world.answers.find(world.owners[at], dns::RRType::a, 1, root, scratch));
    }
}
BENCHMARK(find)->Arg(64)->Arg(200'000);

void find_and_compose(benchmark::State& state)
{
    const World world(static_cast<std::size_t>(state.range(0)));
    Scratch scratch;
    const auto composer = std::make_unique<Composer>();
    std::vector<std::uint8_t> buffer(1232);
    std::size_t at = 0;
    for (auto _ : state) {
        at = next(at, world.owners.size());
        dns::MessageWriter writer(buffer);
        composer->begin(writer, {.now = 1});
        if (const auto found = world.answers.find(world.owners[at], dns::RRType::a, 1, root, scratch))
            composer->add(found->entry, dns::header_octets);
        composer->finish();
        benchmark::DoNotOptimize(writer.size());
    }
}
BENCHMARK(find_and_compose)->Arg(64)->Arg(200'000);

void miss(benchmark::State& state)
{
    const World world(static_cast<std::size_t>(state.range(0)));
    Scratch scratch;
    std::size_t at = 0;
    for (auto _ : state) {
        at = next(at, world.owners.size());
        benchmark::DoNotOptimize(world.answers.find(world.owners[at], dns::RRType::mx, 1, root, scratch));
    }
}
BENCHMARK(miss)->Arg(64)->Arg(200'000);

void insert_into_full_store(benchmark::State& state)
{
    Store store(std::size_t{64} << 20, {1, 2});
    const std::vector<std::uint8_t> value(24);
    constexpr std::size_t names = 2'000'000;
    std::vector<dns::Name> owners;
    owners.reserve(names);
    for (std::size_t i = 0; i < names; ++i)
        owners.push_back(*dns::Name::parse("host" + std::to_string(i) + ".example.com"));
    const auto insert = [&](std::size_t i) {
        store.insert(store.key(Kind::answer, owners[i % owners.size()], dns::RRType::a),
                     {1000, origin, Standing::unranked()}, value, 1);
    };
    for (std::size_t i = 0; i < owners.size(); ++i)
        insert(i);
    std::size_t i = 0;
    for (auto _ : state)
        insert(i++);
}
BENCHMARK(insert_into_full_store);

}  // namespace

BENCHMARK_MAIN();
