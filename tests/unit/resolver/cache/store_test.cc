// SPDX-License-Identifier: EUPL-1.2
#include "resolver/cache/store.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "resolver/base/random.h"
#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;

namespace
{

constexpr std::size_t mebibyte = std::size_t{1} << 20;

Key numbered(const Store& store, std::uint64_t number)
{
    return store.key(Kind::answer, name("host" + std::to_string(number) + ".example.com"), dns::RRType::a);
}

constexpr Standing some = Standing::of(Security::insecure, Rank::authoritative_answer);

ValueFacts until(Seconds expires)
{
    return {.expires = expires, .origin = origin, .standing = some};
}

}  // namespace

TEST_CASE("a key does not depend on the case of the name but on everything else")
{
    const Key key(secret, Kind::answer, name("www.example.com"), dns::RRType::a);
    CHECK(key == Key(secret, Kind::answer, name("WWW.Example.COM"), dns::RRType::a));
    CHECK(key.name().to_string() == "www.example.com.");
    CHECK(key.type() == dns::RRType::a);
    CHECK_FALSE(key == Key(secret, Kind::delegation, name("www.example.com"), dns::RRType::a));
    CHECK_FALSE(key == Key(secret, Kind::answer, name("www.example.com"), dns::RRType::aaaa));
    CHECK_FALSE(key == Key(secret, Kind::answer, name("wwx.example.com"), dns::RRType::a));
    CHECK(key.for_every_type(secret) == Key(secret, Kind::whole_name, name("www.example.com")));
    CHECK_FALSE(key.for_every_type(secret) == Key(secret, Kind::answer, name("www.example.com"), dns::RRType::none));
    // 65 and 97 are 'A' and 'a': types are not letters.
    CHECK_FALSE(Key(secret, Kind::answer, name("x"), dns::RRType{65}) ==
                Key(secret, Kind::answer, name("x"), dns::RRType{97}));
    // Only letters are folded: '@' and '[' stand beside 'A' and 'Z', and 0xc1 is 'A' with the top bit.
    CHECK_FALSE(Key(secret, Kind::answer, name("@"), dns::RRType::a) ==
                Key(secret, Kind::answer, name("`"), dns::RRType::a));
    CHECK_FALSE(Key(secret, Kind::answer, name("["), dns::RRType::a) ==
                Key(secret, Kind::answer, name("{"), dns::RRType::a));
    CHECK_FALSE(Key(secret, Kind::answer, name("\\193"), dns::RRType::a) ==
                Key(secret, Kind::answer, name("\\225"), dns::RRType::a));
}

TEST_CASE("what was inserted is found until it expires")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    const Key key = numbered(store, 1);
    CHECK_FALSE(store.find(key, 10, scratch));
    REQUIRE(store.insert(key, until(100), octets_of("value"), 10));
    const auto found = store.find(key, 99, scratch);
    REQUIRE(found);
    CHECK(text_of(found->value) == "value");
    CHECK(found->facts.expires == 100);
    CHECK(found->facts.origin == origin);
    CHECK(found->facts.standing == some);
    CHECK_FALSE(store.find(key, 100, scratch));
    CHECK(store.find(key, 129, scratch, 30));
    CHECK_FALSE(store.find(key, 130, scratch, 30));
    CHECK_FALSE(store.find(numbered(store, 2), 10, scratch));
}

TEST_CASE("values of every size from nothing to the largest come back as they were")
{
    Store store(16 * mebibyte, secret);
    Scratch scratch;
    SeededRandom random(5);
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 1000U, 65527U, 65534U, 65535U}) {
        OctetBuffer value(size);
        random.fill(value);
        REQUIRE(store.insert(numbered(store, size), until(100), value, 1));
        const auto found = store.find(numbered(store, size), 1, scratch);
        REQUIRE(found);
        CHECK(equal(found->value, value));
    }
    CHECK_FALSE(store.insert(numbered(store, 1), until(100), OctetBuffer(65536), 1));
}

TEST_CASE("a replaced value is never seen again")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    const Key key = numbered(store, 1);
    store.insert(key, until(100), octets_of("old"), 1);
    store.insert(key, until(50), octets_of("new"), 1);
    CHECK(text_of(store.find(key, 1, scratch)->value) == "new");
    CHECK_FALSE(store.find(key, 60, scratch));
    CHECK(store.stats().entries == 1);
}

TEST_CASE("a value of lower standing replaces one only after that has expired or under another root")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    constexpr Standing better = Standing::of(Security::indeterminate, Rank::authoritative_answer);
    constexpr Standing worse = Standing::of(Security::indeterminate, Rank::followed_answer);
    constexpr Standing worst = Standing::of(Security::indeterminate, Rank::followed_denial);
    const Key key = numbered(store, 1);
    REQUIRE(store.insert(key, {100, {1, 7}, better}, octets_of("better"), 1));
    CHECK_FALSE(store.insert(key, {200, {1, 8}, worse}, octets_of("worse"), 99));
    CHECK(text_of(store.find(key, 1, scratch)->value) == "better");
    CHECK_FALSE(store.remove_outranked(key, {200, {1, 8}, worse}, 99));
    CHECK(store.insert(key, {100, {1, 7}, better}, octets_of("equal"), 1));
    CHECK(store.insert(key, {200, {1, 7}, worse}, octets_of("worse"), 100));
    CHECK(store.insert(key, {300, {2, 7}, worst}, octets_of("other root"), 100));
    CHECK(text_of(store.find(key, 100, scratch)->value) == "other root");
    CHECK_FALSE(store.remove_outranked(key, {300, {2, 7}, worst}, 100));
    CHECK(store.remove_outranked(key, {300, {2, 7}, worse}, 100));
    CHECK_FALSE(store.find(key, 100, scratch));
}

TEST_CASE("removing takes what was named and nothing else")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    for (std::uint64_t i = 0; i < 100; ++i)
        store.insert(numbered(store, i), until(100), octets_of("x"), 1);
    CHECK(store.stats().entries == 100);
    CHECK(store.remove(numbered(store, 5)));
    CHECK_FALSE(store.remove(numbered(store, 5)));
    CHECK_FALSE(store.find(numbered(store, 5), 1, scratch));
    const auto removed = store.remove_if([](Kind kind, Octets wire, dns::RRType type) {
        return kind == Kind::answer && type == dns::RRType::a && text_of(wire.subspan(1, 5)) == "host1";
    });
    CHECK(removed == 11);  // host1, host10 to host19
    CHECK_FALSE(store.find(numbered(store, 15), 1, scratch));
    CHECK(store.find(numbered(store, 25), 1, scratch));
    CHECK(store.stats().entries == 88);
    store.clear();
    CHECK_FALSE(store.find(numbered(store, 25), 1, scratch));
    CHECK(store.stats().entries == 0);
    CHECK(store.insert(numbered(store, 25), until(100), octets_of("y"), 1));
    CHECK(text_of(store.find(numbered(store, 25), 1, scratch)->value) == "y");
}

TEST_CASE("whatever is done, a key has its last value or none, and none after its time")
{
    // The model says what a store without bounds would have. The store may have less, never something else.
    Store store(mebibyte, secret);
    Scratch scratch;
    SeededRandom random(42);
    struct Modelled {
        Seconds expires = 0;
        std::string value;
    };
    std::map<std::uint64_t, Modelled> model;
    Seconds now = 1000;
    std::size_t hits = 0;
    std::size_t misses = 0;
    std::size_t wrong = 0;
    for (int step = 0; step < 400'000; ++step) {
        const std::uint64_t number = random.below(8) == 0 ? random.below(20000) : random.below(500);
        const Key key = numbered(store, number);
        const std::uint32_t dice = random.below(100);
        if (dice < 30) {
            const std::string value(random.below(random.below(100) == 0 ? 5000 : 200),
                                    static_cast<char>('a' + step % 26));
            const Seconds expires = now + 1 + random.below(300);
            if (store.insert(key, until(expires), octets_of(value), now))
                model[number] = {expires, value};
            else
                ++wrong;
        } else if (dice < 32) {
            const bool had = model.erase(number) == 1;
            if (store.remove(key) && !had)
                ++wrong;
        } else if (dice == 32 && random.below(20000) == 0) {
            store.clear();
            model.clear();
        } else if (dice < 40) {
            now += random.below(2);
        } else {
            const auto found = store.find(key, now, scratch);
            const auto modelled = model.find(number);
            const bool valid = modelled != model.end() && modelled->second.expires > now;
            if (found) {
                ++hits;
                if (!valid || text_of(found->value) != modelled->second.value ||
                    found->facts.expires != modelled->second.expires)
                    ++wrong;
            } else if (valid) {
                ++misses;
            }
        }
    }
    CHECK(wrong == 0);
    CHECK(hits > 50'000);
    CHECK(misses < hits);
    CHECK(store.stats().evicted + store.stats().expired > 1000);  // the rings have turned over many times
}

TEST_CASE("names that are asked for survive a scan of names asked once")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    constexpr std::uint64_t hot = 1000;
    const OctetBuffer value(40);
    for (std::uint64_t i = 0; i < hot; ++i)
        store.insert(numbered(store, i), until(1000), value, 1);
    for (std::uint64_t i = 0; i < hot; ++i)
        CHECK(store.find(numbered(store, i), 1, scratch));
    // A scan of 30 times what fits, with the hot names asked for now and then.
    for (std::uint64_t i = 0; i < 300'000; ++i) {
        store.insert(numbered(store, 1'000'000 + i), until(1000), value, 1);
        if (i % 10 == 0)
            static_cast<void>(store.find(numbered(store, i / 10 % hot), 1, scratch));
    }
    std::uint64_t kept = 0;
    for (std::uint64_t i = 0; i < hot; ++i)
        kept += store.find(numbered(store, i), 1, scratch) ? 1 : 0;
    CHECK(kept >= hot * 95 / 100);
}

TEST_CASE("what is asked for again soon after it was turned away is kept")
{
    Store store(mebibyte, secret);
    Scratch scratch;
    const OctetBuffer value(40);
    std::uint64_t next = 1000;
    const auto scan = [&](int names) {
        for (; names > 0; --names)
            store.insert(numbered(store, next++), until(1000), value, 1);
    };
    scan(100'000);  // both rings are full
    const Key once = numbered(store, 1);
    const Key twice = numbered(store, 2);
    store.insert(once, until(1000), value, 1);
    store.insert(twice, until(1000), value, 1);
    scan(3000);  // several times what probation holds, within one turn of the main ring
    store.insert(twice, until(1000), value, 1);
    scan(3000);
    CHECK_FALSE(store.find(once, 1, scratch));
    CHECK(store.find(twice, 1, scratch));
}

TEST_CASE("entries that have expired are not moved on to the main ring")
{
    Store store(mebibyte, secret);
    const OctetBuffer value(40);
    for (std::uint64_t i = 0; i < 500; ++i)
        store.insert(numbered(store, i), until(10), value, 1);
    CHECK(store.stats().promoted == 0);
    for (std::uint64_t i = 500; i < 4000; ++i)
        store.insert(numbered(store, i), until(1000), value, 20);
    CHECK(store.stats().expired == 500);
    CHECK(store.stats().evicted < 10);  // only out of full buckets
}
