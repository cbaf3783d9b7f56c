// SPDX-License-Identifier: EUPL-1.2
#include "resolver/service/clock_check.h"

#include <doctest/doctest.h>

#include "tests/unit/expect_text.h"

using namespace rw;
using namespace rw::service;
using rw::test::expect_text;
using std::chrono::days;
using std::chrono::seconds;

namespace
{

constexpr WallSeconds built{days{20'000}};
constexpr WallSeconds proven = built + days{100};

}  // namespace

TEST_CASE("a clock is behind when a signature has proven a later time, however short ago")
{
    CHECK_FALSE(clock_problem(proven, proven, built));
    const std::string behind = clock_problem(proven - seconds{1}, proven, built).value_or("");
    expect_text(behind, "says 2025-01-11T23:59:59Z, but a signature proved 2025-01-12T00:00:00Z");
    expect_text(behind, "timedatectl status");
    expect_text(clock_problem(built - days{400}, proven, built).value_or(""), "a signature proved");
}

TEST_CASE("before anything is proven a clock is behind when the program was built later")
{
    CHECK_FALSE(clock_problem(built, WallSeconds{}, built));
    const std::string behind = clock_problem(WallSeconds{}, WallSeconds{}, built).value_or("");
    expect_text(behind, "says 1970-01-01T00:00:00Z, but this program was built on 2024-10-04T00:00:00Z");
    expect_text(behind, "timedatectl status");
}

TEST_CASE("the build knows its day")
{
    CHECK(built_on() > WallSeconds{days{20'000}});
    CHECK(built_on().time_since_epoch() % days{1} == seconds{0});
}
