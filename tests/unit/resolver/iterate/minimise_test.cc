// SPDX-License-Identifier: EUPL-1.2
// How much of a name is shown, step by step.
#include "resolver/iterate/minimise.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "resolver/iterate/limits.h"

using rw::config::MinimisationMode;
using rw::config::MinimisationSettings;
using rw::dns::Name;
using rw::dns::Question;
using rw::dns::RRType;
using rw::iterate::Minimiser;

namespace
{

/// The names shown when every zone cut is at `zone`, so that one label more is revealed at each step.
std::vector<std::string> shown(std::string_view text, std::string_view zone, const MinimisationSettings& settings)
{
    Minimiser minimiser({*Name::parse(text), RRType::mx, rw::dns::RRClass::in}, settings);
    std::vector<std::string> names;
    do {
        names.push_back(minimiser.next(*Name::parse(zone)).name.to_string());
        minimiser.reveal_more();
    } while (!minimiser.shows_all() && names.size() < 200);
    return names;
}

}  // namespace

TEST_CASE("one label more at each step, the whole name at last")
{
    const MinimisationSettings settings{};
    CHECK(shown("a.b.example.com.", ".", settings) ==
          std::vector<std::string>{"com.", "example.com.", "b.example.com.", "a.b.example.com."});
    CHECK(shown("a.b.example.com.", "example.com.", settings) ==
          std::vector<std::string>{"b.example.com.", "a.b.example.com."});
}

TEST_CASE("the type is hidden until the whole name is shown")
{
    const MinimisationSettings settings{};
    Minimiser minimiser({*Name::parse("www.example.com."), RRType::mx, rw::dns::RRClass::in}, settings);
    const Question first = minimiser.next(Name{});
    CHECK(first.type == RRType::a);
    minimiser.give_up();
    const Question last = minimiser.next(Name{});
    CHECK(last.type == RRType::mx);
    CHECK(last.name.to_string() == "www.example.com.");
}

TEST_CASE("a name of very many labels takes a bounded number of steps")
{
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += "a.";
    CHECK(shown(text, ".", {}).size() <= rw::iterate::limits::minimise_steps + 1);
}

TEST_CASE("without minimisation the whole name is shown at once")
{
    MinimisationSettings settings{};
    settings.mode = MinimisationMode::off;
    CHECK(shown("a.b.example.com.", ".", settings) == std::vector<std::string>{"a.b.example.com."});
}

TEST_CASE("a walk that begins again shows the parent no more than the first one did")
{
    const MinimisationSettings settings{};
    Minimiser minimiser({*Name::parse("a.b.example.com."), RRType::mx, rw::dns::RRClass::in}, settings);
    static_cast<void>(minimiser.next(*Name::parse("example.com.")));
    minimiser.begin_again();
    CHECK(minimiser.next(*Name::parse("com.")).name.to_string() == "example.com.");
}
