// SPDX-License-Identifier: EUPL-1.2
// Presentation format of records and messages, through ldns: what scenario files say and what people read when one
// fails. The resolver itself never comes here.
#pragma once

#include <string>
#include <string_view>

#include "resolver/base/failure.h"
#include "tests/scenarios/message/message.h"

namespace rw::scenarios
{

/// One record in presentation format (RFC 1035 §5.1); TTL and class may be missing. Relative names end at `origin`.
[[nodiscard]] Result<Record> parse_record(std::string_view text, const dns::Name& origin, std::uint32_t default_ttl);

/// The records of a zone-like text, one a line: comments, blank lines, a blank owner for "the owner above", "@", and
/// `$GENERATE from-to template` in which every $ becomes the number. The error names the line.
[[nodiscard]] Result<Records> parse_records(std::string_view text, const dns::Name& origin, std::uint32_t default_ttl);

[[nodiscard]] std::string to_text(const Record& record);
[[nodiscard]] std::string to_text(const dns::Question& question);
/// Several lines, each indented by `indent`.
[[nodiscard]] std::string to_text(const Message& message, std::string_view indent = "");
/// One line: question, RCODE, flags and the number of records in each section.
[[nodiscard]] std::string summary(const Message& message);

/// The RCODE called `name` (any case); nothing when there is none.
[[nodiscard]] std::optional<std::uint16_t> parse_rcode(std::string_view name);
[[nodiscard]] std::string rcode_text(std::uint16_t rcode);

}  // namespace rw::scenarios
