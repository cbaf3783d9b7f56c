// SPDX-License-Identifier: EUPL-1.2
// What attacks cost beside an honest cold query: processor time of one thread, the least of several runs, in the same
// process and one after the other. The honest query: a chain through three zones signed with P-256, six signatures.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ctime>
#include <functional>

#include "resolver/iterate/reading.h"
#include "tests/unit/resolver/validate/world.h"

using namespace rw;
using namespace rw::validate;
using namespace rw::validate::test;
using cache::EntryKind;
using cache::Security;
using dns::RRType;

namespace
{

constexpr double highest_ratio = 5;
constexpr int runs = 9;

double thread_microseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// The least time of several runs of `work`, each after `prepare`.
double cost_of(const std::function<void()>& prepare, const std::function<void()>& work)
{
    double least = 1e18;
    for (int run = 0; run < runs; ++run) {
        prepare();
        const double began = thread_microseconds();
        work();
        least = std::min(least, thread_microseconds() - began);
    }
    return least;
}

void start_cold(World& world)
{
    world.restart();
    world.work = dnssec::Work();
    world.journal.clear();
}

double honest_query()
{
    World world;
    dns::RRset set = world.example.sign({"www.example.com. 300 A 192.0.2.1"});
    Verdict verdict;
    const double cost = cost_of([&] { start_cold(world); }, [&] { verdict = world.positive(set, "example.com."); });
    CHECK(verdict.security == Security::secure);
    return cost;
}

void compare(const char* attack, double cost, const dnssec::Work& work)
{
    const double honest = honest_query();
    MESSAGE(fmt::format("{}: {:.1f} x an honest cold query ({:.0f} us to {:.0f} us; {} signatures, {} hashes)", attack,
                        cost / honest, cost, honest, work.signatures(), work.nsec3_hashes()));
    CHECK(cost < highest_ratio * honest);
}

/// RDATA of an RSA key of 2048 bits with exponent 65537, made up, whose tag is `tag`.
OctetBuffer key_with_tag(std::uint16_t tag, std::uint8_t seed)
{
    OctetBuffer rdata{1, 0, 3, 8, 3, 1, 0, 1};
    for (unsigned i = 0; i < 256; ++i)
        rdata.push_back(static_cast<std::uint8_t>(i * 37 + seed * 11 + 1));
    rdata[8] = 0xc1;
    rdata.back() = 1;
    // The tag is a sum of words, so that one word can be chosen for it; the carry makes it one more or less.
    constexpr std::size_t word = 100;
    const std::uint16_t sum = dnssec::key_tag(rdata);
    const std::uint16_t there = load_u16(&rdata[word]);
    for (const unsigned carry : {0U, 1U, 0xffffU}) {
        store_u16(&rdata[word], static_cast<std::uint16_t>(there + tag - sum + carry));
        if (dnssec::key_tag(rdata) == tag)
            break;
    }
    return rdata;
}

OctetBuffer wrong_signature(const dns::RRset& good, std::uint16_t tag, std::uint8_t seed)
{
    const Octets like = good.signatures.front();
    OctetBuffer rdata(like.begin(), like.begin() + static_cast<std::ptrdiff_t>(like.size() - 64));
    rdata[2] = 8;
    store_u16(&rdata[16], tag);
    for (unsigned i = 0; i < 256; ++i)
        rdata.push_back(static_cast<std::uint8_t>(i * 29 + seed));
    rdata[rdata.size() - 256] = 0;  // below the modulus
    return rdata;
}

}  // namespace

TEST_CASE("CVE-2023-50387 KeyTrap: keys and signatures that all share one tag")
{
    World world;
    constexpr std::uint16_t tag = 4711;
    dns::RRset keys = world.example.sign_keys({&world.example});
    std::vector<std::string> records{
        dnssec::TrustAnchor{name("example.com."), RRType::dnskey, world.example.dnskey()}.to_string()};
    for (std::uint8_t i = 0; i < 60; ++i)
        records.push_back(dnssec::TrustAnchor{name("example.com."), RRType::dnskey, key_with_tag(tag, i)}.to_string());
    world.source.table[{"example.com.", RRType::dnskey}] = {answer(world.example.sign(records), "example.com.")};
    dns::RRset set = world.example.sign({"www.example.com. 300 A 192.0.2.1"});
    const dns::RRset good = set;
    set.signatures = {};
    for (std::uint8_t i = 0; i < 32; ++i)
        set.signatures.add(wrong_signature(good, tag, i));
    Verdict verdict;
    const double cost = cost_of([&] { start_cold(world); }, [&] { verdict = world.positive(set, "example.com."); });
    CHECK(verdict.is_bogus());
    CHECK(world.work.exhausted());
    compare("KeyTrap", cost, world.work);
}

TEST_CASE("CVE-2023-50868: the search for the closest encloser of a deep name at fifty iterations")
{
    World world;
    const std::string salt(510, 'a');
    const std::string hash = "0123456789abcdefghijklmnopqrstuv";
    dns::RRset nsec3 = world.example.sign(
        {fmt::format("{}.example.com. 300 NSEC3 1 0 50 {} 0123456789abcdefghijklmnopqrstv0 A RRSIG", hash, salt)});
    dns::RRset soa = world.example.sign({"example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300"});
    std::string deep = "example.com.";
    while (deep.size() < 240)
        deep.insert(0, "a.");
    Verdict verdict;
    const double cost = cost_of([&] { start_cold(world); },
                                [&] {
                                    verdict = world.negative(deep.c_str(), RRType::a, EntryKind::nxdomain, {soa},
                                                             {nsec3}, "example.com.");
                                });
    CHECK(verdict.is_bogus());
    CHECK(world.work.exhausted());
    compare("NSEC3 encloser", cost, world.work);
}

TEST_CASE("CVE-2026-42923: records that prove nothing cost no signature beside those that do")
{
    World world;
    dns::RRset soa = world.example.sign({"example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300"});
    const std::vector<dns::RRset> proof{world.example.sign({"m.example.com. 300 NSEC o.example.com. A RRSIG NSEC"}),
                                        world.example.sign({"example.com. 300 NSEC a.example.com. SOA NS RRSIG NSEC"})};
    std::vector<dns::RRset> padded;
    for (unsigned i = 0; i < 12; ++i)
        padded.push_back(
            world.example.sign({fmt::format("t{0:02}.example.com. 300 NSEC t{0:02}a.example.com. A RRSIG NSEC", i)}));
    padded.insert(padded.end(), proof.begin(), proof.end());
    const auto ask = [&](const std::vector<dns::RRset>& records) {
        start_cold(world);
        return world.negative("n.example.com.", RRType::a, EntryKind::nxdomain, {soa}, records, "example.com.");
    };
    CHECK(ask(proof).security == Security::secure);
    const std::uint32_t needed = world.work.signatures();
    const Verdict verdict = ask(padded);
    CHECK(verdict.security == Security::secure);
    CHECK(world.work.signatures() == needed);
    CHECK(verdict.proof.size() == 2);
}

TEST_CASE("NSEC3 records that prove nothing cost one signature, which says how the others are read")
{
    World world;
    dns::RRset soa = world.example.sign({"example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300"});
    std::vector<dns::RRset> padded;
    for (unsigned i = 0; i < 8; ++i)
        padded.push_back(world.example.sign(
            {fmt::format("{0:032}.example.com. 300 NSEC3 1 0 0 - {1:032} A RRSIG", 2 * i, 2 * i + 1)}));
    start_cold(world);
    CHECK(world.negative("n.example.com.", RRType::a, EntryKind::nxdomain, {soa}, {padded.front()}, "example.com.")
              .is_bogus());
    const std::uint32_t with_one = world.work.signatures();
    start_cold(world);
    CHECK(world.negative("n.example.com.", RRType::a, EntryKind::nxdomain, {soa}, padded, "example.com.").is_bogus());
    CHECK(world.work.signatures() == with_one);
}

TEST_CASE("a denial whose right record nobody has signed proves nothing")
{
    World world;
    dns::RRset soa = world.example.sign({"example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300"});
    std::vector<dns::RRset> proof{world.example.sign({"m.example.com. 300 NSEC o.example.com. A RRSIG NSEC"}),
                                  world.example.sign({"example.com. 300 NSEC a.example.com. SOA NS RRSIG NSEC"})};
    CHECK(world.negative("n.example.com.", RRType::a, EntryKind::nxdomain, {soa}, proof, "example.com.").security ==
          Security::secure);
    proof.front().signatures = world.example.sign({"m.example.com. 300 NSEC p.example.com. A RRSIG NSEC"}).signatures;
    CHECK(world.negative("n.example.com.", RRType::a, EntryKind::nxdomain, {soa}, proof, "example.com.").is_bogus());
}

TEST_CASE("a signed RRset as large as a response")
{
    World world;
    std::vector<std::string> records;
    for (unsigned i = 0; i < 280; ++i)
        records.push_back(fmt::format("www.example.com. 300 TXT \"{:0>200}\"", i));
    dns::RRset set = world.example.sign(records);
    Verdict verdict;
    const double cost = cost_of([&] { start_cold(world); }, [&] { verdict = world.positive(set, "example.com."); });
    CHECK(verdict.security == Security::secure);
    compare("huge signed RRset", cost, world.work);
}

TEST_CASE("many DS records that share one key tag")
{
    World world;
    const OctetBuffer right = World::ds_rdata(world.example, "example.com.");
    std::vector<std::string> records;
    for (unsigned i = 0; i < 30; ++i)
        records.push_back(fmt::format("example.com. 300 DS {} 13 2 {:064x}", world.example.tag(), i + 1));
    world.source.table[{"example.com.", RRType::ds}] = {answer(world.com.sign(records), "com.")};
    dns::RRset set = world.example.sign({"www.example.com. 300 A 192.0.2.1"});
    Verdict verdict;
    const double cost = cost_of([&] { start_cold(world); }, [&] { verdict = world.positive(set, "example.com."); });
    CHECK(verdict.is_bogus());
    compare("DS with one tag", cost, world.work);
}

TEST_CASE("CVE-2024-8508: a response full of names that are chains of compression pointers")
{
    OctetBuffer message{0, 1, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    append(message, name("www.example.com.").wire());
    append(message, OctetBuffer{0, 1, 0, 1});
    // Each owner is one more label in front of the one before, as long as a name may be; then from the began again.
    std::uint16_t answers = 0;
    std::size_t before = 12;
    for (unsigned labels = 3; message.size() < 65'000; ++answers) {
        const std::size_t here = message.size();
        if (labels == 100 || before > 0x3fff) {
            labels = 3;
            before = 12;
        }
        append(message, OctetBuffer{1, 'a'});
        append_u16(message, static_cast<std::uint16_t>(0xc000 | before));
        append(message, OctetBuffer{0, 2, 0, 1, 0, 0, 1, 0, 0, 4, 1, 'b', 0xc0, 12});
        before = here;
        ++labels;
    }
    store_u16(&message[6], answers);
    const dns::Question question{name("www.example.com."), RRType::a, dns::RRClass::in};
    iterate::Reading reading;
    const double cost = cost_of([] {},
                                [&] {
                                    const auto view = dns::MessageView::parse(message);
                                    if (view)
                                        reading = iterate::read(*view, name("example.com."), question, {});
                                });
    CHECK(reading.kind != iterate::Reading::Kind::answer);
    compare("compression", cost, dnssec::Work());
}
