// SPDX-License-Identifier: EUPL-1.2
// Who waits for a question that is being resolved, and whose it is.
#include "resolver/iterate/inflight.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "resolver/cache/key.h"

using namespace rw;
using namespace rw::iterate;
using Joined = Inflight::Joined;
using upstream::Claimant;

namespace
{

/// Runs what was posted when told to.
class HandInbox final : public io::Inbox
{
 public:
    void run() { drain(); }

 private:
    void wake() override {}
};

class Told final : public Inflight::Resolution
{
 public:
    void also_for(const Claimant& claimant) override { others.push_back(claimant.network); }
    std::vector<std::uint64_t> others;
};

struct World {
    Inflight inflight;
    HandInbox inbox;
    std::map<std::uint64_t, int> answered;
    std::map<std::uint64_t, int> turned_away;
    Inflight::Question question{
        {HashKey{1, 2}, cache::Kind::answer, dns::Name::parse("www.example.").value(), dns::RRType::a}, false};
    std::shared_ptr<Told> told = std::make_shared<Told>();

    Joined join(const Claimant& claimant)
    {
        const auto deliver = [this, network = claimant.network](const SharedOutcome& outcome) {
            ++(outcome->failure == Failure::too_many_waiters ? turned_away : answered)[network];
        };
        return inflight.join(question, Instant{}, {&inbox, claimant, deliver}, told);
    }
    void finish()
    {
        inflight.finish(question, std::make_shared<const iterate::Outcome>());
        inbox.run();
    }
};

constexpr Claimant mallory{66, 1};
constexpr Claimant alice{1, 1};

}  // namespace

TEST_CASE("the first to ask leads, others wait, and all are answered")
{
    World world;
    CHECK(world.join(alice) == Joined::leads);
    CHECK(world.join(mallory) == Joined::waits);
    CHECK(world.inflight.waiting(10).front().waiters == 2);
    world.finish();
    CHECK(world.answered[alice.network] == 1);
    CHECK(world.answered[mallory.network] == 1);
    CHECK(world.join(alice) == Joined::leads);
}

TEST_CASE("one client that asks a question a thousand times leaves room for those who ask once")
{
    World world;
    int refused = 0;
    for (int i = 0; i < 1000; ++i)
        refused += world.join(mallory) == Joined::refused ? 1 : 0;
    CHECK(refused == 500);
    for (std::uint64_t client = 1001; client <= 1100; ++client)
        CHECK(world.join({client, 1}) == Joined::waits);
    world.finish();
    CHECK(world.answered[mallory.network] == 400);
    CHECK(world.turned_away[mallory.network] == 100);
    for (std::uint64_t client = 1001; client <= 1100; ++client)
        CHECK(world.answered[client] == 1);
}

TEST_CASE("an outcome reaches those who are left when the one who asked first had to go")
{
    World world;
    world.join(mallory);
    for (std::uint64_t client = 1; client < max_waiters; ++client)
        world.join({1000 + client, 1});
    world.join(mallory);
    for (std::uint64_t client = 0; client < 3; ++client)
        CHECK(world.join({5000 + client, 1}) == Joined::waits);
    world.finish();
    CHECK(world.turned_away[mallory.network] >= 1);
    CHECK(world.answered[5000] == 1);
}

TEST_CASE("whoever resolves is told of other clients that join, not of its own")
{
    World world;
    world.join(mallory);
    world.join(mallory);
    world.join(alice);
    world.inbox.run();
    CHECK(world.told->others == std::vector{alice.network});
    world.told.reset();
    world.join({7, 1});
    world.inbox.run();  // it is over: nobody to tell
    world.finish();
}
