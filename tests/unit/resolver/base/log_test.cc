// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/log.h"

#include <doctest/doctest.h>

TEST_CASE("the level that was set is the level in force")
{
    for (const rw::LogLevel level : {rw::LogLevel::trace, rw::LogLevel::debug, rw::LogLevel::info,
                                     rw::LogLevel::warning, rw::LogLevel::error, rw::LogLevel::off}) {
        rw::set_log_level(level);
        CHECK(rw::log_level() == level);
    }
    rw::set_log_level(rw::LogLevel::info);
}

namespace
{

struct Counted {
    int* formatted;
};

}  // namespace

template <>
struct fmt::formatter<Counted> : fmt::formatter<int> {
    template <class Context>
    auto format(const Counted& counted, Context& context) const
    {
        return fmt::formatter<int>::format(++*counted.formatted, context);
    }
};

TEST_CASE("arguments of a message below the level are not formatted")
{
    int formatted = 0;
    rw::set_log_level(rw::LogLevel::off);
    rw::log(rw::LogLevel::error, "{}", Counted{&formatted});
    CHECK(formatted == 0);
    rw::set_log_level(rw::LogLevel::info);
    rw::log(rw::LogLevel::info, "a message of the log test: {}", Counted{&formatted});
    CHECK(formatted == 1);
}

TEST_CASE("a message is written a bounded number of times in a window, whatever others do")
{
    const char flood = 0;
    const char other = 0;
    std::uint32_t admitted = 0;
    for (int i = 0; i < 1000; ++i)
        admitted += rw::admit_line(rw::LogLevel::warning, &flood) ? 1 : 0;
    CHECK(admitted == rw::max_lines_a_window);
    CHECK(rw::admit_line(rw::LogLevel::warning, &other) == 0U);
}

TEST_CASE("messages for debugging are not bounded")
{
    const char flood = 0;
    for (int i = 0; i < 1000; ++i)
        REQUIRE(rw::admit_line(rw::LogLevel::debug, &flood) == 0U);
}
