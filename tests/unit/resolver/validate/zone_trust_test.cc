// SPDX-License-Identifier: EUPL-1.2
// What the cache of zone security keeps, for how long and how much of it.
#include "resolver/validate/zone_trust.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/name.h"

using namespace rw;
using namespace rw::validate;

using rw::test::name;

namespace
{

SharedTrust trust_in(std::string_view zone, Instant expires = Instant::max())
{
    auto trust = std::make_shared<ZoneTrust>();
    trust->zone = name(zone);
    trust->security = cache::Security::secure;
    trust->expires = expires;
    return trust;
}

constexpr Instant first_day{std::chrono::seconds{1000}};

}  // namespace

TEST_CASE("a name inside a zone has the trust of the zone, as long as both are known")
{
    TrustCache cache(HashKey{1, 2});
    cache.insert(trust_in("example.", first_day + std::chrono::seconds{100}), 1);
    cache.insert_inside(name("www.example."), name("example."), first_day + std::chrono::seconds{50}, 1);
    cache.insert_inside(name("x.other."), name("other."), first_day + std::chrono::seconds{50}, 1);
    REQUIRE(cache.find(name("www.example."), first_day, 1));
    CHECK(cache.find(name("www.example."), first_day, 1)->zone == name("example."));
    CHECK_FALSE(cache.find(name("x.other."), first_day, 1));
    CHECK_FALSE(cache.find(name("www.example."), first_day + std::chrono::seconds{50}, 1));
    CHECK(cache.find(name("example."), first_day + std::chrono::seconds{50}, 1));
    CHECK_FALSE(cache.find(name("example."), first_day + std::chrono::seconds{100}, 1));
    CHECK(cache.octets() > 0);
}

TEST_CASE("SECURITY what was derived under older anchors is not kept, nor does it undo what was derived since")
{
    TrustCache cache(HashKey{1, 2});
    cache.insert(trust_in("old."), 1);
    cache.insert(trust_in("new."), 2);
    CHECK_FALSE(cache.find(name("old."), first_day, 2));
    cache.insert(trust_in("late."), 1);
    cache.insert_inside(name("a.new."), name("new."), Instant::max(), 1);
    CHECK_FALSE(cache.find(name("late."), first_day, 2));
    CHECK_FALSE(cache.find(name("a.new."), first_day, 2));
    CHECK(cache.find(name("new."), first_day, 2));
    CHECK_FALSE(cache.find(name("new."), first_day, 1));
    CHECK(cache.find(name("new."), first_day, 2));
}

TEST_CASE("SECURITY the cache of zone security is bounded by octets, and what was used last stays")
{
    TrustCache cache(HashKey{1, 2});
    cache.insert(trust_in("kept."), 1);
    std::size_t inserted = 1;
    const std::string long_sentence(60'000, 'x');
    for (; inserted < 1000; ++inserted) {
        SharedTrust trust = trust_in(fmt::format("z{}.", inserted));
        trust->sentence = long_sentence;
        cache.insert(std::move(trust), 1);
        REQUIRE(cache.octets() <= TrustCache::max_octets);
        REQUIRE(cache.find(name("kept."), first_day, 1));
    }
    CHECK(cache.size() < 300);
    CHECK_FALSE(cache.find(name("z1."), first_day, 1));
    CHECK(cache.find(name("z999."), first_day, 1));
    // The same again takes no more.
    const std::size_t octets = cache.octets();
    cache.insert(trust_in("kept."), 1);
    CHECK(cache.octets() == octets);
}
