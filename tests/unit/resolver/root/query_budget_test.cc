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
using upstream::Claimant;

class BudgetTest
{
 public:
    explicit BudgetTest(config::QueryBudgetSettings settings = {10, 100}) : budget(clock, settings, HashKey{1, 2}) {}

    /// Tokens that can be taken at once.
    unsigned drain(Need need, const Claimant& client = {})
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
             const Claimant& client = {})
{
    const auto view = dns::MessageView::parse(response);
    REQUIRE(view);
    budget.note_response(question, *view, client);
}

constexpr Claimant alice{1, 1};
constexpr Claimant bob{2, 1};

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
    test.drain(Need::unknown, alice);
    for (int second = 0; second < 60; ++second) {
        test.clock.advance(1s);
        test.drain(Need::unknown, alice);
    }
    CHECK(test.drain(Need::unknown, bob) >= 10);
}

// Of 100 tokens 60 are for TLDs nobody has heard of. A client goes on while it has spent less than four times what is
// left. Alone it stops at s = 4 (60 - s): 48. Of two, whose spent tokens come back one by one, each stops at 4 x left or up
// to 4 above it, and the one that drew before the other's last token at 4 x (left + 1) or up to 4 above that: 60 - left <=
// 8 left + 12, so that 6 are left at least. Who comes third stops at s = 4 (6 - s): the fifth token reaches that.
TEST_CASE("one client never gets all of what there is, nor two")
{
    BudgetTest test;
    CHECK(test.drain(Need::unknown, alice) == 48);
    for (int token = 0; token < 600; ++token) {
        test.clock.advance(100ms);
        test.drain(Need::unknown, alice);
        test.drain(Need::unknown, bob);
    }
    constexpr Claimant carol{3, 1};
    CHECK(test.drain(Need::unknown, carol) >= 5);
    CHECK(test.drain(Need::known, alice) >= 40);
}

TEST_CASE("however long two clients flood, one who asks now and then is answered at once")
{
    BudgetTest test;
    constexpr Claimant carol{3, 1};
    for (int tick = 0; tick < 600; ++tick) {
        test.clock.advance(100ms);
        test.drain(Need::unknown, alice);
        test.drain(Need::unknown, bob);
        if (tick % 10 == 9)
            CHECK(test.budget.take(Need::unknown, carol));
    }
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

TEST_CASE("a forwarder may spend as much as its clients together")
{
    BudgetTest test;
    constexpr Claimant forwarder{7, 10};
    CHECK(test.drain(Need::unknown, forwarder) == 59);
}

TEST_CASE("a referral gives its token back and makes the TLD known")
{
    BudgetTest test;
    CHECK(test.drain(Need::unknown, alice) == 48);
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
    CHECK(test.drain(Need::unknown, alice) == 48);
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

TEST_CASE("the queue is bounded for one client, and those who fill it lose places to those who have fewer")
{
    BudgetTest test;
    std::vector<QueryBudget::Place> places;
    constexpr Claimant carol{3, 1};
    for (const Claimant& client : {alice, bob, carol}) {
        while (places.size() < max_root_queue) {
            auto place = test.budget.queue(question("a."), client);
            if (!place)
                break;
            places.push_back(std::move(*place));
        }
    }
    CHECK(places.size() == max_root_queue);
    CHECK(test.budget.refused() == 2);
    constexpr Claimant dave{4, 1};
    const auto place = test.budget.queue(question("b."), dave);
    REQUIRE(place);
    CHECK(place->held());
    CHECK_FALSE(places.front().held());
    places.clear();
    CHECK(test.budget.queue(question("a."), alice));
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
        sent += test.budget.take(Need::unknown, {1000 + i, 1}) ? 1 : 0;
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
