// SPDX-License-Identifier: EUPL-1.2
// Leaves in the forms that SIEMs take in: JSON Lines, RFC 5424 syslog, OCSF Detection Finding, CSV. One leaf gives one
// line; every form carries origin and index, so that a line can be proved with `audit prove`. Text in a leaf comes from
// hostile zones: each form escapes by its own rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "zones/canonical_json.h"

namespace rw::zones::audit
{

enum class ExportFormat : std::uint8_t { jsonl, syslog, ocsf, csv };

[[nodiscard]] std::optional<ExportFormat> parse_export_format(std::string_view name);

/// A header line for CSV, else nothing.
[[nodiscard]] std::string export_header(ExportFormat format);
/// The line of one leaf with its newline; empty for leaves that a format does not carry (OCSF: all but findings).
[[nodiscard]] std::string export_line(ExportFormat format, const std::string& origin, const Json& leaf);

}  // namespace rw::zones::audit
