// SPDX-License-Identifier: EUPL-1.2
// The preference share.
#include "resolver/root/root_counts.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/root/world.h"

namespace rw::root
{

namespace
{

constexpr config::IdentityLetter a{'a'};
constexpr config::IdentityLetter i{'i'};
constexpr config::IdentityLetter k{'k'};

struct CountsTest {
    ManualClock clock;
    RootCounts counts{clock, config::RootSettings{}};

    void send(std::optional<config::IdentityLetter> letter, unsigned times, OtherReason reason = OtherReason::timeout)
    {
        for (unsigned n = 0; n < times; ++n)
            counts.note(letter, Purpose::resolution, RootEvent::sent, reason);
    }
};

}  // namespace

TEST_CASE("the share is of resolution queries sent, whatever became of them")
{
    CountsTest test;
    test.send(i, 3);
    test.send(k, 4);
    test.send(a, 1);
    test.counts.note(k, Purpose::resolution, RootEvent::answered);
    test.counts.note(k, Purpose::resolution, RootEvent::timed_out);
    test.counts.note(a, Purpose::monitor, RootEvent::sent);
    test.counts.note(a, Purpose::priming, RootEvent::sent);
    const Share share = test.counts.share_since_start();
    CHECK(share.sent_preferred == 7);
    CHECK(share.sent_total == 8);
    CHECK(share.answered_preferred == 1);
    CHECK(share.answered_total == 1);
}

TEST_CASE("what goes to others is counted by reason, and the reasons add up")
{
    CountsTest test;
    test.send(a, 2, OtherReason::timeout);
    test.send(a, 3, OtherReason::stale);
    test.send(a, 5, OtherReason::mode);
    test.send(std::nullopt, 1, OtherReason::timeout);
    test.send(k, 7, OtherReason::stale);
    const Share share = test.counts.share_since_start();
    CHECK(share.other_timeout == 3);
    CHECK(share.other_stale == 3);
    CHECK(share.other_mode == 5);
    CHECK(share.other_timeout + share.other_stale + share.other_mode == share.sent_total - share.sent_preferred);
}

TEST_CASE("an hour and a day are forgotten minute by minute, the start is not")
{
    CountsTest test;
    test.send(k, 10);
    test.clock.advance(59min);
    CHECK(test.counts.share_of_last(1h).sent_total == 10);
    test.clock.advance(2min);
    CHECK(test.counts.share_of_last(1h).sent_total == 0);
    CHECK(test.counts.share_of_last(24h).sent_total == 10);
    test.clock.advance(23h);
    test.send(a, 1);
    CHECK(test.counts.share_of_last(24h).sent_total == 1);
    CHECK(test.counts.share_since_start().sent_total == 11);
}

TEST_CASE("metrics get every identity, purpose and outcome, and one row for servers that are no identity")
{
    CountsTest test;
    test.send(k, 2);
    test.send(std::nullopt, 3);
    const auto all = test.counts.all();
    CHECK(all.size() == (letter_count + 1) * purpose_count * root_event_count);
    std::uint64_t of_k = 0;
    std::uint64_t of_nobody = 0;
    for (const RootCounts::Count& row : all) {
        of_k += row.letter == 'k' ? row.count : 0;
        of_nobody += row.letter ? 0 : row.count;
    }
    CHECK(of_k == 2);
    CHECK(of_nobody == 3);
    CHECK(name_of(Purpose::transfer) == "transfer");
    CHECK(name_of(RootEvent::timed_out) == "timeout");
}

}  // namespace rw::root
