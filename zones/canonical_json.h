// SPDX-License-Identifier: EUPL-1.2
// Canonical JSON (RFC 8785) for everything that is hashed or signed. The subset is kept trivial on purpose: integers of
// magnitude below 2^53, ASCII keys, no floating point; then sorted keys and shortest escapes are the whole rule.
// Reading is strict: duplicate keys, other numbers, deep nesting and any octet that writing would not have produced are
// refused.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "resolver/base/result.h"

namespace rw::zones
{

using Json = nlohmann::json;  ///< objects are sorted maps, which is RFC 8785 §3.2.3 for ASCII keys

/// 16 levels: our deepest text has 5; bounds the reader's recursion on hostile input.
inline constexpr std::size_t json_depth_limit = 16;

/// The canonical text of `value`. The value must come from us or from read_canonical_json: strings are UTF-8.
[[nodiscard]] std::string canonical_json(const Json& value);

/// Reads canonical JSON and nothing else.
[[nodiscard]] Result<Json> read_canonical_json(std::string_view text);

/// Reads JSON with our rules on keys, numbers and depth, in any layout (files that people edit).
[[nodiscard]] Result<Json> read_strict_json(std::string_view text);

/// The string or integer called `key`, or a default when it is absent or of another type.
[[nodiscard]] std::string text_member(const Json& object, const char* key);
[[nodiscard]] std::int64_t integer_member(const Json& object, const char* key);

}  // namespace rw::zones
