// SPDX-License-Identifier: EUPL-1.2
#include "resolver/cache/failure_cache.h"

#include <doctest/doctest.h>

#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using dns::RRType;

namespace
{

struct FailureWorld {
    std::uint32_t note(Seconds now, Failure failure = Failure::no_reachable_authority)
    {
        return failures.note(name("www.example.com"), RRType::a, failure, origin, now, scratch);
    }
    std::optional<FoundFailure> find(Seconds now, RRType type = RRType::a)
    {
        return failures.find(name("www.example.com"), type, now, root, scratch);
    }
    Store store{Store::min_octets, secret};
    FailureCache failures{store};
    Scratch scratch;
};

}  // namespace

TEST_CASE("a failure stands for its name and type until the wait is over")
{
    FailureWorld caches;
    CHECK(caches.note(1000, Failure::authority_lame) == 5);
    const auto found = caches.find(1004);
    REQUIRE(found);
    CHECK(found->failure == Failure::authority_lame);
    CHECK(found->in_a_row == 1);
    CHECK(found->until == 1005);
    CHECK_FALSE(caches.find(1005));
    CHECK_FALSE(caches.find(1004, RRType::aaaa));
    CHECK_FALSE(caches.failures.find(name("www.example.com"), RRType::a, 1004, {.root = 2}, caches.scratch));
}

TEST_CASE("failures in a row double the wait up to five minutes, and long silence starts anew")
{
    FailureWorld caches;
    Seconds now = 1000;
    for (const std::uint32_t expected : {5U, 10U, 20U, 40U, 80U, 160U, 300U, 300U, 300U}) {
        const std::uint32_t wait = caches.note(now);
        CHECK(wait == expected);
        now += wait;
    }
    for (int i = 0; i < 300; ++i) {
        caches.note(now);
        now += 300;
    }
    CHECK(caches.note(now) == 300);
    CHECK(caches.note(now + 600) == 5);
}

TEST_CASE("a success ends the run of failures")
{
    FailureWorld caches;
    caches.note(1000);
    caches.note(1005);
    caches.failures.forget(name("www.example.com"), RRType::a, 1010, caches.scratch);
    CHECK_FALSE(caches.find(1010));
    CHECK(caches.note(1020) == 5);
}

TEST_CASE("failures that are our own are not remembered")
{
    FailureWorld caches;
    CHECK(caches.note(1000, Failure::network_unreachable) == 0);
    CHECK_FALSE(caches.find(1000));
}
