// SPDX-License-Identifier: EUPL-1.2
#include "config/problem.h"

#include <doctest/doctest.h>

using namespace rw::config;

TEST_CASE("a problem names file, line and column")
{
    CHECK(to_string("a.yaml", {3, 7, "wrong"}) == "a.yaml:3:7: wrong");
    CHECK(to_string("a.yaml", {0, 0, "missing"}) == "a.yaml: missing");
}

TEST_CASE("problems come in the order of the file")
{
    Problems problems;
    problems.add({2, 1}, "second");
    problems.add({1, 9}, "first");
    const auto taken = problems.take();
    REQUIRE(taken.size() == 2);
    CHECK(taken[0].message == "first");
    CHECK(problems.empty());
}

TEST_CASE("a flood of problems is cut and counted")
{
    Problems problems;
    for (std::size_t line = 1; line <= 150; ++line)
        problems.add({line, 1}, "wrong");
    const auto taken = problems.take();
    CHECK(taken.size() == 101);
    CHECK(taken.back().message == "and 50 more problems");
}

TEST_CASE("a value in a message is shortened and cannot steer a terminal")
{
    CHECK(in_quotes("abc") == "'abc'");
    CHECK(in_quotes("a\x1b[31m\n") == "'a?[31m?'");
    CHECK(in_quotes(std::string(1000, 'x')).size() == 65);
}

TEST_CASE("the nearest key is found by slips of the fingers")
{
    const std::vector<std::string_view> keys{"max-ttl", "min-ttl", "max-negative-ttl", "size", "port"};
    CHECK(nearest("max_ttl", keys) == "max-ttl");
    CHECK(nearest("sizes", keys) == "size");
    CHECK(nearest("prot", keys) == "port");
    CHECK(nearest("min-tll", keys) == "min-ttl");
}

TEST_CASE("a key that resembles nothing gets no guess")
{
    const std::vector<std::string_view> keys{"max-ttl", "size"};
    CHECK(nearest("forwarders", keys).empty());
    CHECK(nearest("x", keys).empty());
    CHECK(nearest(std::string(100'000, 'x'), keys).empty());
}
