// SPDX-License-Identifier: EUPL-1.2
// Internationalised names in their ASCII form, for messages that tell an operator what to write. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rw::config
{

/// `text` (UTF-8) in lower case with every label that is not ASCII as an A-label (RFC 5890 §2.3.2.1, RFC 3492).
/// Nothing when it is not UTF-8, or holds combining marks: how those are composed needs tables (RFC 5891 §5.3).
[[nodiscard]] std::optional<std::string> a_label_form(std::string_view text);

}  // namespace rw::config
