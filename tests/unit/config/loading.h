// SPDX-License-Identifier: EUPL-1.2
// What the tests of config/ share: loading a text and asking for its problems as lines.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

namespace rw::config::test
{

/// The problems of `text`, each as "LINE:COLUMN: message".
inline std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> lines;
    const Loaded loaded = load_text(text, "/etc/rootward");
    if (!loaded) {
        for (const Problem& problem : loaded.error())
            lines.push_back(to_string("", problem).substr(1));
    }
    return lines;
}

/// The settings of `text`, which must have no problem.
inline Settings settings_of(std::string_view text)
{
    REQUIRE(problems_of(text) == std::vector<std::string>{});
    return *load_text(text, "/etc/rootward");
}

/// Whether one of `lines` contains `part`.
inline bool mentions(const std::vector<std::string>& lines, std::string_view part)
{
    return std::ranges::any_of(lines, [part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace rw::config::test
