// SPDX-License-Identifier: EUPL-1.2
// A check of unit tests: what a person or a program reads holds a part; both are shown when it does not.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace rw::test
{

inline void expect_text(const std::string& text, std::string_view part)
{
    CAPTURE(text);
    CAPTURE(part);
    const bool found = text.find(part) != std::string::npos;
    CHECK(found);
}

}  // namespace rw::test
