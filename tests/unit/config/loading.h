// SPDX-License-Identifier: EUPL-1.2
// What the tests of config/ share: loading a text and asking for its problems as lines.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

namespace rw::config::test
{

/// The settings of `text`; the defaults when it has problems (the caller checks those first).
inline Settings settings_of(std::string_view text)
{
    const Loaded loaded = load_text(text, "/etc/rootward");
    return loaded ? *loaded : Settings{};
}

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

/// Whether one of `lines` contains `part`.
inline bool mentions(const std::vector<std::string>& lines, std::string_view part)
{
    return std::ranges::any_of(lines, [part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace rw::config::test
