// SPDX-License-Identifier: EUPL-1.2
// The mappers.
#include "zones/audit/export.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "zones/encoding.h"

namespace rw::zones::audit
{

namespace
{

constexpr std::array<std::string_view, 9> csv_columns{"index",    "time", "kind",    "serial",  "class",
                                                      "severity", "tld",  "summary", "expected"};

std::string timestamp(const Json& leaf)
{
    const std::chrono::sys_seconds at{std::chrono::seconds(integer_member(leaf, "time"))};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(at - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string serial_of(const Json& leaf)
{
    const char* key = leaf.contains("serial") ? "serial" : "to";
    return leaf.contains(key) ? std::to_string(integer_member(leaf, key)) : std::string();
}

/// One sentence for leaves that have no summary of their own.
std::string sentence(const Json& leaf)
{
    std::string kind = text_member(leaf, "kind");
    if (kind == "event")
        return text_member(leaf, "summary");
    if (kind == "version")
        return fmt::format("version {} {} sha256 {}{}{}", serial_of(leaf), text_member(leaf, "result"),
                           text_member(leaf, "sha256"), text_member(leaf, "reason").empty() ? "" : ": ",
                           text_member(leaf, "reason"));
    if (kind == "delta")
        return fmt::format("{} RRsets changed from {} to {}, {} signed again",
                           leaf.contains("changes") ? leaf["changes"].size() : 0, integer_member(leaf, "from"),
                           integer_member(leaf, "to"), integer_member(leaf, "resigned"));
    if (kind == "gap")
        return fmt::format("{} serial(s) between {} and {} were never seen", integer_member(leaf, "missing_count"),
                           integer_member(leaf, "from"), integer_member(leaf, "to"));
    if (kind == "key")
        return fmt::format("key {}: {}", text_member(leaf, "action"), text_member(leaf, "vkey"));
    return kind;
}

/// RFC 5424 severity: critical 2, error 3, warning 4, notice 5, informational 6.
int syslog_severity(const Json& leaf)
{
    const std::string severity = text_member(leaf, "severity");
    if (severity == "critical" || text_member(leaf, "result") == "failed")
        return 2;
    if (severity == "high")
        return 3;
    if (text_member(leaf, "kind") == "gap")
        return 4;
    return severity == "notice" ? 5 : 6;
}

/// RFC 5424 §6.3.3: '"', '\' and ']' are escaped in a PARAM-VALUE.
std::string parameter(std::string_view name, std::string_view value)
{
    std::string text = fmt::format(" {}=\"", name);
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']')
            text += '\\';
        text += c;
    }
    return text + "\"";
}

std::string syslog_line(const std::string& origin, const Json& leaf)
{
    constexpr int facility = 13;  // log audit (RFC 5424 table 1)
    std::string data = "[rootward@32473";
    data += parameter("origin", printable(origin));
    data += parameter("index", std::to_string(integer_member(leaf, "index")));
    for (const char* key : {"class", "severity", "tld", "expected"}) {
        if (!text_member(leaf, key).empty())
            data += parameter(key, printable(text_member(leaf, key)));
    }
    if (!serial_of(leaf).empty())
        data += parameter("serial", serial_of(leaf));
    return fmt::format("<{}>1 {} - rootward - {} {}] {}\n", facility * 8 + syslog_severity(leaf), timestamp(leaf),
                       text_member(leaf, "kind"), data, printable(sentence(leaf)));
}

/// OCSF 1.x Detection Finding (class 2004): events only.
std::string ocsf_line(const std::string& origin, const Json& leaf)
{
    if (text_member(leaf, "kind") != "event")
        return {};
    constexpr std::array<std::pair<std::string_view, int>, 5> levels{
        {{"info", 1}, {"low", 2}, {"notice", 2}, {"high", 4}, {"critical", 5}}};
    const std::string severity = text_member(leaf, "severity");
    const auto level = std::ranges::find(levels, severity, &std::pair<std::string_view, int>::first);
    const std::string uid = fmt::format("{}/{}", origin, integer_member(leaf, "index"));
    const Json line{
        {"class_uid", 2004},
        {"class_name", "Detection Finding"},
        {"category_uid", 2},
        {"category_name", "Findings"},
        {"activity_id", 1},
        {"activity_name", "Create"},
        {"type_uid", 200401},
        {"time", integer_member(leaf, "time") * 1000},
        {"severity_id", level == levels.end() ? 0 : level->second},
        {"severity", severity},
        {"status_id", text_member(leaf, "expected").empty() ? 1 : 3},
        {"message", text_member(leaf, "summary")},
        {"finding_info",
         {{"uid", uid},
          {"title", text_member(leaf, "class")},
          {"desc", text_member(leaf, "reason")},
          {"types", {text_member(leaf, "class")}}}},
        {"metadata", {{"version", "1.3.0"}, {"product", {{"name", "Rootward"}, {"vendor_name", "Rootward"}}}}},
        {"unmapped",
         {{"tld", text_member(leaf, "tld")},
          {"serial", integer_member(leaf, "serial")},
          {"expected", text_member(leaf, "expected")},
          {"reference", text_member(leaf, "reference")}}}};
    return canonical_json(line) + "\n";
}

/// RFC 4180, and no cell that a spreadsheet would take for a formula.
std::string csv_cell(std::string text)
{
    text = printable(text);
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    std::string cell = "\"";
    for (const char c : text)
        cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + "\"";
}

std::string csv_line(const Json& leaf)
{
    const std::array<std::string, csv_columns.size()> cells{std::to_string(integer_member(leaf, "index")),
                                                            timestamp(leaf),
                                                            text_member(leaf, "kind"),
                                                            serial_of(leaf),
                                                            text_member(leaf, "class"),
                                                            text_member(leaf, "severity"),
                                                            text_member(leaf, "tld"),
                                                            sentence(leaf),
                                                            text_member(leaf, "expected")};
    std::string line;
    for (const std::string& cell : cells)
        line += (line.empty() ? "" : ",") + csv_cell(cell);
    return line + "\r\n";
}

}  // namespace

std::optional<ExportFormat> parse_export_format(std::string_view name)
{
    constexpr std::array<std::string_view, 4> names{"jsonl", "syslog", "ocsf", "csv"};
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<ExportFormat>(found - names.begin());
}

std::string export_header(ExportFormat format)
{
    if (format != ExportFormat::csv)
        return {};
    std::string line;
    for (const std::string_view column : csv_columns)
        line += fmt::format("{}{}", line.empty() ? "" : ",", column);
    return line + "\r\n";
}

std::string export_line(ExportFormat format, const std::string& origin, const Json& leaf)
{
    switch (format) {
        case ExportFormat::syslog:
            return syslog_line(origin, leaf);
        case ExportFormat::ocsf:
            return ocsf_line(origin, leaf);
        case ExportFormat::csv:
            return csv_line(leaf);
        case ExportFormat::jsonl:
            break;
    }
    Json line = leaf;
    line["origin"] = origin;
    return canonical_json(line) + "\n";
}

}  // namespace rw::zones::audit
