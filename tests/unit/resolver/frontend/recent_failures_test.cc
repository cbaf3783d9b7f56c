// SPDX-License-Identifier: EUPL-1.2
// The ring of recent failures: latest first, bounded, repeats counted.
#include "resolver/frontend/recent_failures.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace rw;
using frontend::RecentFailures;

namespace
{

dns::Question question(std::string_view name)
{
    return {*dns::Name::parse(name), dns::RRType::a, dns::RRClass::in};
}

Instant at(int second)
{
    return Instant{} + std::chrono::seconds{second};
}

}  // namespace

TEST_CASE("the latest failure comes first, with its reason")
{
    RecentFailures failures(rw::HashKey{1, 2});
    failures.note(question("a.example."), Failure::authority_lame, "", at(1));
    failures.note(question("b.example."), Failure::bogus, "no DS matches", at(2));
    const auto latest = failures.latest(10);
    REQUIRE(latest.size() == 2);
    CHECK(latest[0].name.to_string() == "b.example.");
    CHECK(latest[0].detail == "no DS matches");
    CHECK(latest[1].failure == Failure::authority_lame);
}

TEST_CASE("a question that fails again in the same way is counted, not listed twice")
{
    RecentFailures failures(rw::HashKey{1, 2});
    failures.note(question("a.example."), Failure::bogus, "first", at(1));
    failures.note(question("A.example."), Failure::bogus, "second", at(5));
    failures.note(question("a.example."), Failure::time_exhausted, "", at(6));
    const auto latest = failures.latest(10);
    REQUIRE(latest.size() == 2);
    CHECK(latest[1].count == 2);
    CHECK(latest[1].detail == "second");
    CHECK(latest[1].last == at(5));
}

TEST_CASE("a flood of failing names leaves it bounded, with the latest of them")
{
    RecentFailures failures(rw::HashKey{1, 2});
    for (int i = 0; i < 1000; ++i)
        failures.note(question(fmt::format("n{}.example.", i)), Failure::bogus, std::string(1000, 'x'), at(i));
    const auto latest = failures.latest(10'000);
    CHECK(latest.size() == frontend::max_recent_failures);
    CHECK(latest.front().name.to_string() == "n999.example.");
    CHECK(latest.back().name.to_string() == "n744.example.");
    CHECK(latest.front().detail.size() == frontend::max_failure_detail);
    CHECK(failures.latest(3).size() == 3);
}
