// SPDX-License-Identifier: EUPL-1.2
// In which order servers are asked.
#include "resolver/upstream/candidate.h"

#include <doctest/doctest.h>

#include <map>

using rw::upstream::AddressRules;
using rw::upstream::Candidate;
using namespace std::chrono_literals;

namespace
{

rw::IpAddress address(std::string_view text)
{
    return *rw::IpAddress::parse(text);
}

Candidate candidate(std::string_view text, rw::Duration srtt)
{
    Candidate made;
    made.server = {address(text), 53};
    made.state.measured = true;
    made.state.srtt = srtt;
    return made;
}

/// How often each server comes first in 2,000 orders.
std::map<std::string, int> firsts(const std::vector<Candidate>& candidates)
{
    rw::SeededRandom random(3);
    std::map<std::string, int> counts;
    for (int i = 0; i < 2000; ++i)
        ++counts[rw::upstream::in_order(candidates, random).front().server.address.to_string()];
    return counts;
}

}  // namespace

TEST_CASE("a much nearer server comes first")
{
    auto counts = firsts({candidate("192.0.2.1", 100ms), candidate("192.0.2.2", 10ms)});
    CHECK(counts["192.0.2.2"] == 2000);
}

TEST_CASE("servers at about the same distance share the queries")
{
    auto counts = firsts({candidate("192.0.2.1", 20ms), candidate("192.0.2.2", 22ms)});
    CHECK(counts["192.0.2.1"] > 500);
    CHECK(counts["192.0.2.2"] > 500);
}

TEST_CASE("a failing server comes last whatever its tier and distance")
{
    Candidate failing = candidate("192.0.2.1", 1ms);
    failing.state.timeouts_in_row = rw::upstream::failing_after;
    Candidate far = candidate("192.0.2.2", 300ms);
    far.tier = 1;
    auto counts = firsts({failing, far});
    CHECK(counts["192.0.2.2"] == 2000);
}

TEST_CASE("a server that is silent about other zones comes later than those that are not, before failing ones")
{
    Candidate doubtful = candidate("192.0.2.1", 1ms);
    doubtful.state.timeouts_about_any = rw::upstream::failing_after;
    Candidate failing = candidate("192.0.2.3", 1ms);
    failing.state.timeouts_in_row = failing.state.timeouts_about_any = rw::upstream::failing_after;
    auto counts = firsts({failing, doubtful, candidate("192.0.2.2", 300ms)});
    CHECK(counts["192.0.2.2"] == 2000);
    counts = firsts({failing, doubtful});
    CHECK(counts["192.0.2.1"] == 2000);
}

TEST_CASE("a lower tier is left only when it fails")
{
    Candidate preferred = candidate("192.0.2.1", 150ms);
    Candidate near = candidate("192.0.2.2", 1ms);
    near.tier = 1;
    auto counts = firsts({near, preferred});
    CHECK(counts["192.0.2.1"] == 2000);
}

TEST_CASE("each server stands in the order once")
{
    rw::SeededRandom random(3);
    const auto ordered = rw::upstream::in_order({candidate("192.0.2.1", 5ms), candidate("192.0.2.1", 5ms)}, random);
    CHECK(ordered.size() == 1);
}

TEST_CASE("addresses that are nobody's server are never asked")
{
    const std::vector<rw::Prefix> none;
    const AddressRules open{true, true, none};
    for (const char* text : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:127.0.0.1"})
        CHECK_FALSE(open.allow(address(text)));
    CHECK(open.allow(address("192.0.2.1")));
    CHECK(open.allow(address("2001:db8::1")));
    const AddressRules four{true, false, none};
    CHECK_FALSE(four.allow(address("2001:db8::1")));
    const std::vector<rw::Prefix> loopback{*rw::Prefix::parse("127.0.0.0/8")};
    CHECK_FALSE(AddressRules{true, true, loopback}.allow(address("127.0.0.53")));
}
