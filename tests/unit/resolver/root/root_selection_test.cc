// SPDX-License-Identifier: EUPL-1.2
// The order in which root servers are asked: statistics over many draws.
#include "resolver/root/root_selection.h"

#include <doctest/doctest.h>

#include <map>

#include "config/root_identities.h"
#include "tests/unit/resolver/root/world.h"

namespace rw::root
{

namespace
{

using config::RootMode;

class SelectionTest
{
 public:
    SelectionTest()
    {
        for (const config::RootIdentity& identity : config::root_identities())
            hints.push_back({name(identity.name.text), identity.ipv4});
        servers = classify(hints, config::root_identities(), {{'i'}, {'k'}});
    }

    static Endpoint at(char letter)
    {
        return {config::root_identities()[static_cast<std::size_t>(letter - 'a')].ipv4, 53};
    }
    void measure(char letter, Duration rtt)
    {
        for (int n = 0; n < 20; ++n)
            stats.note_answer(at(letter), rtt);
    }
    void judge(char letter, Judgement judgement, bool demoted)
    {
        standing.addresses.push_back({{letter}, at(letter).address, judgement, demoted, {}, true, {}});
    }
    std::vector<upstream::Candidate> order(RootMode mode = RootMode::prefer)
    {
        const std::vector<Prefix> none;
        const upstream::AddressRules rules{true, true, none};
        return order_root_servers(servers, standing, mode, 53, rules, stats, random);
    }
    /// How often each identity is first, in 1,000 draws.
    std::map<char, unsigned> first_of(RootMode mode = RootMode::prefer)
    {
        std::map<char, unsigned> first;
        for (int n = 0; n < 1000; ++n)
            ++first[order(mode).front().letter.value_or(config::IdentityLetter{'?'}).letter];
        return first;
    }

    ManualClock clock;
    upstream::ServerStats stats{clock, rw::HashKey{1, 2}};
    SeededRandom random{7};
    Standing standing;
    std::vector<HintedAddress> hints;
    std::vector<RootServer> servers;
};

}  // namespace

TEST_CASE("preferred identities come first however near another one is")
{
    SelectionTest test;
    test.measure('a', 1ms);
    test.measure('i', 80ms);
    test.measure('k', 150ms);
    const auto first = test.first_of();
    CHECK_FALSE(first.contains('a'));
    CHECK(first.at('i') > 900);
}

TEST_CASE("preferred identities at about the same distance share the queries")
{
    SelectionTest test;
    test.measure('i', 30ms);
    test.measure('k', 33ms);
    const auto first = test.first_of();
    CHECK(first.at('i') > 300);
    CHECK(first.at('k') > 150);
}

TEST_CASE("a silent preferred identity leaves all to the other, two silent ones to the nearest of the rest")
{
    SelectionTest test;
    test.measure('a', 1ms);
    test.measure('k', 20ms);
    for (unsigned n = 0; n < upstream::failing_after; ++n)
        test.stats.note_timeout(SelectionTest::at('k'), {}, rw::dns::RRType::a);
    CHECK(test.first_of() == std::map<char, unsigned>{{'i', 1000}});
    for (unsigned n = 0; n < upstream::failing_after; ++n)
        test.stats.note_timeout(SelectionTest::at('i'), {}, rw::dns::RRType::a);
    const auto first = test.first_of();
    CHECK(first.contains('a'));
    CHECK(first.at('a') > 500);
    CHECK_FALSE(first.contains('i'));
    CHECK_FALSE(first.contains('k'));
}

TEST_CASE("preferred identities that answer after seconds are as good as silent, unless nobody else may be asked")
{
    SelectionTest test;
    test.measure('a', 1ms);
    test.measure('i', 2s);
    CHECK(test.first_of() == std::map<char, unsigned>{{'k', 1000}});
    test.measure('k', 2s);
    CHECK(test.first_of().at('a') > 500);
    CHECK_FALSE(test.first_of().contains('i'));
    CHECK(test.order(RootMode::only).size() == 2);
    for (int n = 0; n < 10; ++n)
        test.stats.note_answer(SelectionTest::at('k'), 80ms);
    CHECK(test.first_of() == std::map<char, unsigned>{{'k', 1000}});
}

TEST_CASE("a demoted identity stands behind the others, one that gave unsigned data behind everybody")
{
    SelectionTest test;
    test.judge('k', Judgement::stale, true);
    CHECK(test.first_of() == std::map<char, unsigned>{{'i', 1000}});
    CHECK(test.order().back().letter == config::IdentityLetter{'k'});
    test.judge('b', Judgement::tampered, false);
    CHECK(test.order().back().letter == config::IdentityLetter{'b'});
    CHECK(test.order()[11].letter == config::IdentityLetter{'k'});
}

TEST_CASE("stale but not demoted changes nothing")
{
    SelectionTest test;
    test.judge('k', Judgement::stale, false);
    CHECK(test.first_of().at('k') > 200);
}

TEST_CASE("mode only knows the preferred, stale ones too, but not one that gave unsigned data")
{
    SelectionTest test;
    CHECK(test.order(RootMode::only).size() == 2);
    test.judge('k', Judgement::stale, true);
    CHECK(test.order(RootMode::only).size() == 2);
    test.judge('i', Judgement::tampered, false);
    CHECK(test.order(RootMode::only).size() == 1);
}

TEST_CASE("mode off goes by distance alone")
{
    SelectionTest test;
    test.measure('a', 1ms);
    test.measure('i', 80ms);
    test.measure('k', 150ms);
    test.judge('a', Judgement::stale, true);
    CHECK(test.first_of(RootMode::off).at('a') > 500);
}

TEST_CASE("why others are asked: mode, staleness of all preferred, or else silence")
{
    SelectionTest test;
    CHECK(reason_for_others(test.servers, test.standing, RootMode::off) == OtherReason::mode);
    CHECK(reason_for_others(test.servers, test.standing, RootMode::prefer) == OtherReason::timeout);
    test.judge('k', Judgement::stale, true);
    CHECK(reason_for_others(test.servers, test.standing, RootMode::prefer) == OtherReason::timeout);
    test.judge('i', Judgement::tampered, false);
    CHECK(reason_for_others(test.servers, test.standing, RootMode::prefer) == OtherReason::stale);
}

TEST_CASE("priming goes to any preferred address alike, then to the others")
{
    SelectionTest test;
    test.measure('i', 1ms);
    test.measure('k', 200ms);
    std::map<char, unsigned> first;
    for (int n = 0; n < 1000; ++n)
        ++first[order_for_priming(test.order(), test.random).front().letter->letter];
    CHECK(first.size() == 2);
    CHECK(first.at('i') > 400);
    CHECK(first.at('k') > 400);
    CHECK(order_for_priming({}, test.random).empty());
}

TEST_CASE("an address nobody published is unconfirmed, whatever name it is given")
{
    SelectionTest test;
    const HintedAddress forged{name("k.root-servers.net."), *IpAddress::parse("203.0.113.66")};
    test.hints.push_back(forged);
    test.servers = classify(test.hints, config::root_identities(), {{'i'}, {'k'}});
    CHECK(test.servers.back().tier == Tier::unconfirmed);
    CHECK_FALSE(test.servers.back().letter);
    CHECK(test.order().back().server.address == forged.address);
    CHECK(test.order(RootMode::only).size() == 2);
}

TEST_CASE("an address that a verified root zone gives to K is K's, under that name only")
{
    SelectionTest test;
    const IpAddress renumbered = *IpAddress::parse("192.0.2.129");
    RootServers servers(test.servers);
    auto addresses = test.hints;
    addresses[10].address = renumbered;
    servers.replace(classify(addresses, config::root_identities(), {{'i'}, {'k'}}));
    CHECK((*servers.current())[10].tier == Tier::unconfirmed);
    servers.confirm({{name("k.root-servers.net."), renumbered}}, {{'i'}, {'k'}});
    CHECK((*servers.current())[10].tier == Tier::preferred);
    CHECK((*servers.current())[10].letter == config::IdentityLetter{'k'});
    const auto misnamed = classify({{name("i.root-servers.net."), renumbered}}, config::root_identities(),
                                   {{'i'}, {'k'}}, servers.confirmed());
    CHECK(misnamed.front().tier == Tier::unconfirmed);
}

}  // namespace rw::root
