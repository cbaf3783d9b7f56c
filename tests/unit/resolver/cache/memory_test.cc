// SPDX-License-Identifier: EUPL-1.2
// Bounds of memory: no allocation on a hit, and never more than what was configured.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "resolver/cache/answer_cache.h"
#include "resolver/cache/composer.h"
#include "samples.h"
#include "tests/allocations.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RW_SANITIZED 1
#endif
#endif

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;

namespace
{

#if defined(RW_SANITIZED) || !defined(NDEBUG)
constexpr std::uint32_t many_names = 1'000'000;  // slow builds: still more than fits
#else
constexpr std::uint32_t many_names = 5'000'000;
#endif

/// Memory of this process in octets that no file is behind. Not from statm, which is off by what each core has not told
/// yet.
std::size_t resident()
{
    std::size_t kib = 0;
    std::ifstream file("/proc/self/smaps_rollup");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Anonymous:"))
            kib = std::stoul(line.substr(line.find(' ')));
    }
    return kib << 10;
}

}  // namespace

TEST_CASE("finding and composing an alias chain with signatures and a denial allocates nothing")
{
    Store store(Store::min_octets, secret);
    AnswerCache answers(store, {});
    const dns::RRset alias[] = {signed_by(alias_set("www.example.com", "t.example.com"), "example.com")};
    const dns::RRset soa[] = {signed_by(soa_set("example.com"), "example.com")};
    const dns::RRset proof[] = {signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com")};
    REQUIRE(answers.insert(answer("www.example.com", dns::RRType::a, EntryKind::alias, alias), origin, 1) ==
            AnswerCache::Kept::kept);
    REQUIRE(answers.insert(answer("t.example.com", dns::RRType::a, EntryKind::nodata, soa, proof), origin, 1) ==
            AnswerCache::Kept::kept);
    Scratch scratch;
    const auto composer = std::make_unique<Composer>();
    Reply reply("www.example.com");
    dns::Name asked = name("www.example.com");

    const std::size_t before = test::allocation_count();
    composer->begin(reply.writer, {.now = 1, .dnssec_ok = true});
    std::size_t base = dns::header_octets;
    std::size_t links = 0;
    while (const auto found = answers.find(asked, dns::RRType::a, 1, root, scratch)) {
        ++links;
        composer->add(found->entry, base);
        if (found->entry.kind() != EntryKind::alias)
            break;
        base = composer->next_base();
        asked = found->entry.target();
    }
    composer->finish();
    const std::size_t after = test::allocation_count();

    CHECK(after == before);
    CHECK(links == 2);
    CHECK(reply.view().records(dns::Section::answer).size() == 2);
    CHECK(reply.view().records(dns::Section::authority).size() == 4);
    CHECK(asked.to_string() == "t.example.com.");
    CHECK(test::allocation_count() > after);  // the counter works
}

TEST_CASE("five million names in 64 MiB stay within 64 MiB, at no more than 110 octets each")
{
    constexpr std::size_t configured = std::size_t{64} << 20;
    // Of this test's code, touched on the way. Sanitizers take memory of their own: then nobody asks.
    [[maybe_unused]] constexpr std::size_t program_pages = std::size_t{128} << 10;
    const dns::RRset sets[] = {a_set("host1234567.example.com")};
    const OctetBuffer entry =
        encode_entry(answer("host1234567.example.com", dns::RRType::a, EntryKind::positive, sets), 300).value();
    [[maybe_unused]] const std::size_t before = resident();
    Store store(configured, secret);
    const ValueFacts facts{1000, origin, Standing::of(Security::insecure, Rank::authoritative_answer)};
    std::array<char, 40> text{};
    for (std::uint32_t i = 0; i < many_names; ++i) {
        std::snprintf(text.data(), text.size(), "host%07u.example.com", i);
        store.insert(store.key(Kind::answer, name(text.data()), dns::RRType::a), facts, entry, 1);
    }
    const StoreStats stats = store.stats();
    CHECK(stats.inserted == many_names);
    CHECK(stats.used_octets <= configured);
    CHECK(stats.index_octets > configured / 10);
    CHECK(stats.index_octets < configured / 5);
#ifndef RW_SANITIZED
    CHECK(resident() - before <= configured + program_pages);
    CHECK(resident() - before > configured / 2);
    CHECK(configured / stats.entries <= 110);
    MESSAGE("octets of memory for each entry: " << configured / stats.entries);
#endif
}
