// SPDX-License-Identifier: EUPL-1.2
// What the judge of chains keeps, and what it does not get back.
#include "resolver/cache/chain_cache.h"

#include <doctest/doctest.h>

#include "resolver/cache/answer_cache.h"
#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using dns::RRType;

namespace
{

struct ChainWorld {
    Store store{Store::min_octets, HashKey{}};
    ChainCache chains{store};
    AnswerCache answers{store, TtlLimits{}};
    Scratch scratch;

    [[nodiscard]] std::optional<FoundChain> find(RRType type, std::uint64_t generation, Seconds now)
    {
        return chains.find(name("example.com"), type, generation, now, {.root = 1}, scratch);
    }
};

constexpr std::uint64_t generation = 0x1'0000'0002;

}  // namespace

TEST_CASE("what was judged comes back with the time that is left, under the anchors it was judged under")
{
    ChainWorld caches;
    dns::RRset ds = signed_by(rrset("example.com", RRType::ds, 3600, {OctetBuffer(36, 1)}), "com");
    ds.unchecked.add(OctetBuffer{1, 2, 3});
    caches.chains.keep(name("example.com"), RRType::ds, &ds, 600, generation, {.root = 1}, 1000);
    const auto found = caches.find(RRType::ds, generation, 1100);
    REQUIRE(found);
    REQUIRE(found->rrset);
    CHECK(found->rrset->rdatas == ds.rdatas);
    CHECK(found->rrset->signatures == ds.signatures);
    CHECK(found->rrset->unchecked == ds.unchecked);
    CHECK(found->rrset->ttl == 500);
    CHECK(found->learnt == 1000);
    CHECK_FALSE(caches.find(RRType::dnskey, generation, 1100));
    CHECK_FALSE(caches.find(RRType::ds, generation + 1, 1100));
    CHECK_FALSE(caches.find(RRType::ds, generation - 0x1'0000'0000, 1100));
    CHECK_FALSE(caches.find(RRType::ds, generation, 1600));
}

TEST_CASE("that there is no DS is kept as well, and a flush of the zone takes it")
{
    ChainWorld caches;
    caches.chains.keep(name("example.com"), RRType::ds, nullptr, 600, generation, {.root = 1}, 1000);
    const auto found = caches.find(RRType::ds, generation, 1100);
    REQUIRE(found);
    CHECK_FALSE(found->rrset);
    CHECK(found->ttl == 500);
    CHECK_FALSE(caches.chains.find(name("example.com"), RRType::ds, generation, 1100, {.root = 2}, caches.scratch));
    CHECK(flush_zone(caches.store, name("com")) == 1);
    CHECK_FALSE(caches.find(RRType::ds, generation, 1100));
}

TEST_CASE("SECURITY an answer is no link of a chain, however secure it is")
{
    ChainWorld caches;
    const std::vector<dns::RRset> keys{
        signed_by(rrset("example.com", RRType::dnskey, 3600, {OctetBuffer(68, 1)}), "com")};
    Answer answer{name("example.com"), RRType::dnskey, EntryFacts(Rank::authoritative_answer), keys, {}};
    answer.facts.security = Security::secure;
    REQUIRE(caches.answers.insert(answer, {.root = 1}, 1000) == AnswerCache::Kept::kept);
    CHECK_FALSE(caches.find(RRType::dnskey, generation, 1000));
}
