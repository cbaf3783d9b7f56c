// SPDX-License-Identifier: EUPL-1.2
// What a YAML parser's complaint comes from. The parser names the place where it could not go on, in its grammar's
// words; the operator wants the place of the slip, in his. Pure.
#pragma once

#include <string_view>

#include "config/problem.h"

namespace rw::config
{

/// The problem behind `complaint` about `text`: a tab, an indentation, a bracket that is never closed; else `complaint`.
[[nodiscard]] Problem explained(std::string_view text, Problem complaint);

}  // namespace rw::config
