// SPDX-License-Identifier: EUPL-1.2
// From rows of text to severities: every word must be one we know, every class must have one row.
#include <fmt/format.h>

#include <algorithm>

#include "config/severity_table.h"
#include "config/shipped.h"
#include "zones/severity.h"

namespace rw::zones
{

namespace
{

/// "7d".
std::optional<std::chrono::seconds> read_duration(std::string_view text)
{
    const std::size_t unit = text.empty() ? std::string_view::npos : std::string_view("smhd").find(text.back());
    const auto number = unit == std::string_view::npos ? std::nullopt : decimal(text.substr(0, text.size() - 1));
    constexpr std::array<std::int64_t, 4> seconds{1, 60, 3600, 86400};
    if (!number || *number > 1'000'000)
        return std::nullopt;
    return std::chrono::seconds(static_cast<std::int64_t>(*number) * seconds.at(unit));
}

/// YYYY-MM-DD, the start of that day in UTC.
std::optional<WallSeconds> read_day(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    unsigned digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits = digits * 10 + static_cast<unsigned>(c - '0');
        else if (c != '-')
            return std::nullopt;
    }
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(digits / 10000)),
                                          std::chrono::month(digits / 100 % 100), std::chrono::day(digits % 100)};
    if (!day.ok())
        return std::nullopt;
    return std::chrono::sys_days(day);
}

}  // namespace

class SeverityReader
{
 public:
    Result<void> read(const config::SeverityTable& table)
    {
        tables_.limits_.burst_tlds = table.burst_tlds.value_or(50);
        tables_.limits_.serials_per_day = table.serials_per_day.value_or(3);
        if (!table.signature_window.empty()) {
            const std::optional<std::chrono::seconds> window = read_duration(table.signature_window);
            if (!window)
                return failed(fmt::format("\"{}\" is no duration like 7d", table.signature_window));
            tables_.limits_.signature_window = *window;
        }
        for (const std::string& tld : table.weigh_more) {
            const std::optional<dns::Name> name = dns::Name::parse(tld);
            if (!name || name->label_count() != 1)
                return failed(fmt::format("\"{}\" is no TLD", tld));
            tables_.weigh_more_.insert(name->lowercase().to_string());
        }
        for (const config::SeverityRow& row : table.rows) {
            if (Result<void> done = read_rule(row); !done)
                return done;
        }
        if (tables_.rules_.size() != class_count())
            return failed(fmt::format("{} of {} classes have a severity", tables_.rules_.size(), class_count()));
        return {};
    }

    Result<void> read(const config::ExpectationRow& row)
    {
        Expectation expectation;
        expectation.id = row.id;
        expectation.reference = row.reference;
        if (!row.digest.empty()) {
            expectation.digest = digest_from_hex(row.digest);
            if (!expectation.digest || !row.key_tag || !row.algorithm)
                return failed(row.id + ": digest (64 hex digits), key-tag and algorithm belong together");
            expectation.key_tag = *row.key_tag;
            expectation.algorithm = *row.algorithm;
        }
        for (const std::string& phase : row.phases) {
            const std::optional<EventClass> event_class = parse_class(phase);
            if (!event_class)
                return failed(fmt::format("{}: unknown phase \"{}\"", row.id, phase));
            expectation.phases.insert(*event_class);
        }
        const std::optional<WallSeconds> from = read_day(row.from);
        const std::optional<WallSeconds> until = read_day(row.until);
        const std::optional<Severity> lowers_to = parse_severity(row.lowers_to);
        if (row.id.empty() || expectation.phases.empty() || !from || !until || *until <= *from || !lowers_to)
            return failed(fmt::format("\"{}\": id, phases, from, until and lowers-to are wanted", row.id));
        expectation.from = *from;
        expectation.until = *until;
        expectation.lowers_to = *lowers_to;
        tables_.expectations_.push_back(std::move(expectation));
        return {};
    }

    Severities take() { return std::move(tables_); }

 private:
    Result<void> read_rule(const config::SeverityRow& row)
    {
        const std::optional<EventClass> event_class = parse_class(row.event_class);
        const std::optional<Severity> severity = parse_severity(row.severity);
        const std::optional<Severity> weighed = row.weighed.empty() ? severity : parse_severity(row.weighed);
        if (!event_class || !severity || !weighed)
            return failed(fmt::format("unknown class or severity in the row of \"{}\"", row.event_class));
        const Severities::Rule rule{
            .severity = *severity, .weighed = *weighed, .reason = row.reason, .reference = row.reference};
        if (!tables_.rules_.emplace(*event_class, rule).second)
            return failed(fmt::format("{} has two rows", row.event_class));
        return {};
    }

    Severities tables_;
};

Result<Severities> Severities::read(const std::string& severity_yaml, const std::string& expectations_yaml)
{
    const Result<config::SeverityTable> table = config::read_severity_table(severity_yaml);
    if (!table)
        return failed("severity table: " + table.error().message);
    SeverityReader reader;
    if (Result<void> done = reader.read(*table); !done)
        return failed("severity table: " + done.error().message);
    const Result<std::vector<config::ExpectationRow>> rows = config::read_expectation_rows(expectations_yaml);
    if (!rows)
        return failed("expectations: " + rows.error().message);
    for (const config::ExpectationRow& row : *rows) {
        if (Result<void> done = reader.read(row); !done)
            return failed("expectations: " + done.error().message);
    }
    return reader.take();
}

const Severities& Severities::shipped()
{
    // A test reads them, so that a broken table never ships; an empty one would judge nothing and must not be used.
    static const Severities tables =
        read(std::string(config::shipped::severity), std::string(config::shipped::expectations)).value();
    return tables;
}

}  // namespace rw::zones
