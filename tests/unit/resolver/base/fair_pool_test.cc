// SPDX-License-Identifier: EUPL-1.2
// Who gets a place in a pool that is full.
#include "resolver/base/fair_pool.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>

using rw::FairPool;
using rw::Party;

namespace
{

/// Places that were taken away are counted by party.
class PoolTest
{
 public:
    explicit PoolTest(std::size_t capacity) : pool(capacity) {}

    FairPool::Place* claim(const Party& party)
    {
        auto place = pool.claim(party, [this, key = party.key] { ++displaced[key]; });
        if (!place)
            return nullptr;
        return places.emplace_back(std::make_unique<FairPool::Place>(std::move(*place))).get();
    }
    /// How many of `attempts` claims succeed.
    int claim(const Party& party, int attempts)
    {
        int granted = 0;
        for (int i = 0; i < attempts; ++i)
            granted += claim(party) != nullptr ? 1 : 0;
        return granted;
    }

    FairPool pool;
    std::map<std::uint64_t, int> displaced;
    std::vector<std::unique_ptr<FairPool::Place>> places;
};

constexpr Party mallory{66, 1};
constexpr Party alice{1, 1};
constexpr Party bob{2, 1};

}  // namespace

TEST_CASE("who fills a pool alone is turned away and loses places to those who hold fewer")
{
    PoolTest test(100);
    CHECK(test.claim(mallory, 500) == 100);
    CHECK(test.claim(alice, 30) == 30);
    CHECK(test.claim(bob, 30) == 30);
    CHECK(test.pool.size() == 100);
    CHECK(test.displaced[mallory.key] == 60);
    CHECK(test.displaced[alice.key] == 0);
    CHECK(test.pool.held_by(mallory) == 40);
    CHECK(test.claim(mallory, 10) == 0);
}

TEST_CASE("parties that all want more than there is end up with equal parts")
{
    PoolTest test(90);
    for (int round = 0; round < 200; ++round) {
        test.claim(mallory, 5);
        test.claim(alice);
        test.claim(bob);
    }
    CHECK(test.pool.held_by(mallory) == 30);
    CHECK(test.pool.held_by(alice) == 30);
    CHECK(test.pool.held_by(bob) == 30);
}

TEST_CASE("a party that counts as many clients may hold as much as they together")
{
    PoolTest test(110);
    const Party forwarder{7, 10};
    for (int round = 0; round < 400; ++round) {
        test.claim(forwarder);
        test.claim(alice);
    }
    CHECK(test.pool.held_by(forwarder) == 100);
    CHECK(test.pool.held_by(alice) == 10);
}

TEST_CASE("places at silent servers go first, the longest wait first, whoever holds them")
{
    PoolTest test(50);
    FairPool::Place* first = test.claim(alice);
    FairPool::Place* second = test.claim(bob);
    test.claim(mallory, 48);
    second->set_silent();
    first->set_silent();
    const Party newcomer{9, 1};
    CHECK(test.claim(newcomer) != nullptr);
    CHECK_FALSE(second->held());
    CHECK(first->held());
    CHECK(test.claim(newcomer) != nullptr);
    CHECK_FALSE(first->held());
    CHECK(test.displaced[mallory.key] == 0);
    CHECK(test.claim(newcomer) != nullptr);
    CHECK(test.displaced[mallory.key] == 1);
}

TEST_CASE("a place whose server has spoken again is no longer the first to go")
{
    PoolTest test(50);
    FairPool::Place* place = test.claim(alice);
    test.claim(mallory, 49);
    place->set_silent();
    CHECK(place->is_silent());
    place->set_hopeful();
    CHECK(test.claim(bob) != nullptr);
    CHECK(place->held());
}

TEST_CASE("who fills a pool does not take the silent places of others")
{
    PoolTest test(50);
    FairPool::Place* place = test.claim(alice);
    place->set_silent();
    CHECK(test.claim(mallory, 100) == 49);
    CHECK(place->held());
}

TEST_CASE("a pool that forged addresses have filled is open to everybody, and to a forwarder for its clients")
{
    PoolTest test(1000);
    for (std::uint64_t n = 0; n < 5000; ++n)
        CHECK(test.claim({1000 + n, 1}) != nullptr);
    CHECK(test.claim(alice) != nullptr);
    CHECK(test.pool.held_by(alice) == 1);
    const Party forwarder{7, 100};
    CHECK(test.claim(forwarder, 100) == 100);
    CHECK(test.pool.held_by(forwarder) == 100);
}

TEST_CASE("a place that passes to another party counts as theirs")
{
    PoolTest test(20);
    FairPool::Place* shared = test.claim(mallory);
    test.claim(mallory, 19);
    shared->pass_to(alice);
    CHECK(test.pool.held_by(mallory) == 19);
    CHECK(test.pool.held_by(alice) == 1);
    CHECK(test.claim(bob, 5) == 5);
    CHECK(shared->held());
    CHECK(test.displaced[mallory.key] == 5);
}

TEST_CASE("a place can be moved, and the last owner is who loses it")
{
    FairPool pool(1);
    bool lost = false;
    auto place = pool.claim(alice, [&lost] { lost = true; });
    FairPool::Place moved = std::move(*place);
    place.reset();
    CHECK(pool.size() == 1);
    CHECK(pool.claim(bob, {}));
    CHECK(lost);
    CHECK_FALSE(moved.held());
    CHECK(pool.size() == 0);
}

TEST_CASE("places may outlive their pool")
{
    auto pool = std::make_unique<FairPool>(4);
    auto place = pool->claim(alice, {});
    pool.reset();
    CHECK_FALSE(place->held());
}

TEST_CASE("whatever is claimed, passed and given back, a pool counts its places as a plain count does")
{
    std::mt19937 chance(7);
    FairPool pool(64);
    struct Held {
        FairPool::Place place;
        std::uint64_t key = 0;
    };
    std::vector<std::unique_ptr<Held>> held;
    for (int step = 0; step < 50'000; ++step) {
        const Party party{chance() % 12, static_cast<std::uint32_t>(1 + chance() % 3)};
        const auto at = held.empty() ? 0 : chance() % held.size();
        switch (chance() % 6) {
            case 0:
                if (!held.empty())
                    held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 1:
                if (!held.empty() && held[at]->place.held()) {
                    held[at]->place.pass_to(party);
                    held[at]->key = party.key;
                }
                break;
            case 2:
                if (!held.empty())
                    held[at]->place.set_silent();
                break;
            default:
                if (auto place = pool.claim(party, {}))
                    held.push_back(std::make_unique<Held>(std::move(*place), party.key));
                break;
        }
        std::erase_if(held, [](const auto& one) { return !one->place.held(); });
        REQUIRE(held.size() == pool.size());
    }
    std::map<std::uint64_t, std::uint32_t> counted;
    for (const auto& one : held)
        ++counted[one->key];
    for (std::uint64_t key = 0; key < 12; ++key)
        CHECK(pool.held_by({key, 1}) == counted[key]);
}

TEST_CASE("a pool that is not full gives up a silent place, of whoever has it, to one who holds little")
{
    PoolTest test(100);
    test.claim(mallory, 10);
    test.claim(alice)->set_silent();
    CHECK(test.pool.displace_for(bob));
    CHECK(test.displaced[alice.key] == 1);
    CHECK(test.pool.displace_for(bob));
    CHECK(test.displaced[mallory.key] == 1);
}

TEST_CASE("who holds most gives up a silent place of his own, or gets none")
{
    PoolTest test(100);
    test.claim(alice)->set_silent();
    test.claim(mallory, 10);
    CHECK_FALSE(test.pool.displace_for(mallory));
    test.places.back()->set_silent();
    CHECK(test.pool.displace_for(mallory));
    CHECK(test.displaced[mallory.key] == 1);
    CHECK(test.displaced[alice.key] == 0);
}

TEST_CASE("an empty pool has nothing to give up")
{
    PoolTest test(100);
    CHECK_FALSE(test.pool.displace_for(alice));
}
