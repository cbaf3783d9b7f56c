// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/log.h"

#include <doctest/doctest.h>

#include <utility>

TEST_CASE("log levels are set by name, and an unknown name changes nothing")
{
    for (const auto& [name, level] :
         {std::pair{"trace", rw::LogLevel::trace}, std::pair{"debug", rw::LogLevel::debug},
          std::pair{"info", rw::LogLevel::info}, std::pair{"warning", rw::LogLevel::warning},
          std::pair{"error", rw::LogLevel::error}, std::pair{"off", rw::LogLevel::off}}) {
        CHECK(rw::set_log_level(name));
        CHECK(rw::log_level() == level);
    }
    CHECK_FALSE(rw::set_log_level("verbose"));
    CHECK(rw::log_level() == rw::LogLevel::off);
    rw::set_log_level("info");
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
    rw::set_log_level("off");
    rw::log(rw::LogLevel::error, "{}", Counted{&formatted});
    CHECK(formatted == 0);
    rw::set_log_level("info");
    rw::log(rw::LogLevel::info, "a message of the log test: {}", Counted{&formatted});
    CHECK(formatted == 1);
}
