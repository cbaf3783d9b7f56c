// SPDX-License-Identifier: EUPL-1.2
// Comparing words in which case does not count: names, mnemonics, keywords.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace rw::config
{

inline char lower_case(char c)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

inline bool same_word(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower_case, lower_case);
}

/// `text` in lower case: one spelling for all that mean the same.
inline std::string folded(std::string text)
{
    std::ranges::transform(text, text.begin(), lower_case);
    return text;
}

}  // namespace rw::config
