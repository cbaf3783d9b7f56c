// SPDX-License-Identifier: EUPL-1.2
// The budget for root queries: who gets a token, who waits, what is given back.
#include "resolver/root/query_budget.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/resolver/root/world.h"

namespace rw::root
{

namespace
{

using Need = QueryBudget::Need;

class BudgetTest
{
 public:
    explicit BudgetTest(config::QueryBudgetSettings settings = {10, 100}) : budget(clock, settings, HashKey{1, 2}) {}

    /// Tokens that can be taken at once.
    unsigned drain(Need need, const std::optional<IpAddress>& client = std::nullopt)
    {
        unsigned taken = 0;
        while (taken < 100'000 && budget.take(need, client))
            ++taken;
        return taken;
    }

    ManualClock clock;
    QueryBudget budget;
};

dns::Question question(std::string_view name, dns::RRType type = dns::RRType::a)
{
    return {*dns::Name::parse(name), type, dns::RRClass::in};
}

/// Lets the budget read a response of the root.
void respond(QueryBudget& budget, const dns::Question& question, const OctetBuffer& response,
             const std::optional<IpAddress>& client = std::nullopt)
{
    const auto view = dns::MessageView::parse(response);
    REQUIRE(view);
    budget.note_response(question, *view, client);
}

const IpAddress alice = *IpAddress::parse("192.0.2.1");
const IpAddress bob = *IpAddress::parse("192.0.2.2");

}  // namespace

TEST_CASE("a TLD nobody has heard of may use what is not in reserve")
{
    BudgetTest test;
    CHECK(test.drain(Need::unknown) == 60);
    CHECK(test.drain(Need::asked_again) == 20);
    CHECK(test.drain(Need::known) == 20);
    CHECK(test.drain(Need::known) == 0);
}

TEST_CASE("tokens come back at the rate that was set, up to the burst")
{
    BudgetTest test;
    CHECK(test.drain(Need::known) == 100);
    test.clock.advance(2s);
    CHECK(test.drain(Need::known) == 20);
    test.clock.advance(1h);
    CHECK(test.drain(Need::known) == 100);
}

TEST_CASE("one client never gets all of what comes back")
{
    BudgetTest test;
    unsigned taken = test.drain(Need::unknown, alice);
    CHECK(taken == 60);
    for (int second = 0; second < 60; ++second) {
        test.clock.advance(1s);
        taken += test.drain(Need::unknown, alice);
    }
    CHECK(taken <= 64 + 60 * 8);
    CHECK(test.drain(Need::unknown, bob) >= 10);
    CHECK(test.drain(Need::known, alice) == 40);
}

TEST_CASE("a client's part keeps a fifth for TLDs that it asks for again")
{
    BudgetTest test;
    for (int second = 0; second < 60; ++second) {
        test.drain(Need::unknown, alice);
        test.clock.advance(1s);
    }
    test.drain(Need::unknown, alice);
    CHECK(test.drain(Need::asked_again, alice) >= 15);
}

TEST_CASE("addresses of one IPv6 network are one client")
{
    BudgetTest test;
    const auto first = IpAddress::parse("2001:db8:1:2::1");
    const auto second = IpAddress::parse("2001:db8:1:3::9");
    for (int n = 0; n < 60; ++n) {
        test.drain(Need::unknown, first);
        test.clock.advance(1s);
    }
    test.drain(Need::unknown, second);
    CHECK(test.drain(Need::unknown, second) == 0);
    CHECK(test.drain(Need::unknown, IpAddress::parse("2001:db8:2::1")) > 5);
}

TEST_CASE("a referral gives its token back and makes the TLD known")
{
    BudgetTest test;
    CHECK(test.drain(Need::unknown, alice) == 60);
    const auto asked = question("www.example.");
    CHECK(test.budget.need_of(asked) == Need::unknown);
    respond(test.budget, asked, referral("www.example.", "example."), alice);
    CHECK(test.budget.need_of(question("other.EXAMPLE.")) == Need::known);
    CHECK(test.drain(Need::unknown, alice) == 1);
}

TEST_CASE("a denial gives nothing back but makes its neighbours known")
{
    BudgetTest test;
    const unsigned all = test.drain(Need::unknown);
    respond(test.budget, question("junk."), denial("junk.", "jp.", "kim."));
    CHECK(all == 60);
    CHECK(test.drain(Need::unknown) == 0);
    CHECK(test.budget.need_of(question("a.jp.")) == Need::known);
    CHECK(test.budget.need_of(question("kim.")) == Need::known);
    CHECK(test.budget.need_of(question("junk.")) == Need::unknown);
}

TEST_CASE("referrals cannot make every query free for ever")
{
    BudgetTest test({10, 10});
    unsigned sent = 0;
    const auto asked = question("example.");
    const OctetBuffer response = referral("example.", "example.");
    while (sent < 1000 && test.budget.take(Need::known, alice)) {
        ++sent;
        respond(test.budget, asked, response, alice);
    }
    CHECK(sent == 10 + 10 * refund_bursts);
}

TEST_CASE("a TLD that was refused has more of the bucket when asked for again")
{
    BudgetTest test;
    const auto asked = question("new-tld.");
    CHECK(test.drain(Need::unknown) == 60);
    CHECK(test.budget.queue(asked, alice));
    CHECK(test.budget.need_of(asked) == Need::asked_again);
    CHECK(test.budget.take(test.budget.need_of(asked), alice));
}

TEST_CASE("a client whose flood used up its part still gets a query for a TLD it asks for again")
{
    BudgetTest test;
    CHECK(test.drain(Need::unknown, alice) == 60);
    for (int n = 0; n < 5000; ++n)
        static_cast<void>(test.budget.queue(question(fmt::format("junk{}.", n)), alice));
    const auto asked = question("new-tld.");
    static_cast<void>(test.budget.queue(asked, alice));
    for (int n = 5000; n < 25'000; ++n)
        static_cast<void>(test.budget.queue(question(fmt::format("junk{}.", n)), alice));
    CHECK_FALSE(test.budget.take(Need::unknown, alice));
    CHECK(test.budget.take(test.budget.need_of(asked), alice));
}

TEST_CASE("TLDs of the shipped list are known from the start")
{
    BudgetTest test;
    test.budget.expect("; a comment\nnl\nxn--vermgensberatung-pwb.\n\n");
    CHECK(test.budget.known_tlds() == 2);
    CHECK(test.budget.need_of(question("www.example.NL.")) == Need::known);
    CHECK(test.budget.need_of(question("www.example.se.")) == Need::unknown);
}

TEST_CASE("the queue is bounded in all and for one client, and places are given back")
{
    BudgetTest test;
    std::vector<QueryBudget::Place> places;
    while (auto place = test.budget.queue(question("a."), alice))
        places.push_back(std::move(*place));
    CHECK(places.size() == max_root_queue_per_client);
    CHECK(test.budget.queue(question("b."), bob));
    CHECK(test.budget.refused() == 1);
    places.clear();
    CHECK(test.budget.queue(question("a."), alice));
    for (unsigned client = 0; places.size() < max_root_queue; ++client) {
        auto place = test.budget.queue(question("a."), IpAddress::v4(0x0a000000 + client));
        REQUIRE(place);
        places.push_back(std::move(*place));
    }
    CHECK_FALSE(test.budget.queue(question("a."), bob));
}

TEST_CASE("questions about the root's own keys and servers draw on the reserve, others at the apex do not")
{
    BudgetTest test;
    CHECK(test.budget.need_of(question(".", dns::RRType::dnskey)) == Need::known);
    CHECK(test.budget.need_of(question(".", dns::RRType::ns)) == Need::known);
    CHECK(test.budget.need_of(question(".", dns::RRType::txt)) == Need::unknown);
}

TEST_CASE("a hundred thousand forged client addresses share what one bucket holds")
{
    BudgetTest test;
    unsigned sent = 0;
    for (std::uint32_t i = 0; i < 100'000; ++i)
        sent += test.budget.take(Need::unknown, IpAddress::v4(0x0a000000 + i)) ? 1 : 0;
    CHECK(sent == 60);
    CHECK(test.drain(Need::known, alice) == 40);
}

TEST_CASE("the smallest budget still lets one query through")
{
    BudgetTest test({1, 1});
    CHECK(test.drain(Need::unknown, alice) == 1);
    test.clock.advance(1s);
    CHECK(test.drain(Need::known) == 1);
}

}  // namespace rw::root
