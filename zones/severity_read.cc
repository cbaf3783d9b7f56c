// SPDX-License-Identifier: EUPL-1.2
// Reading of the two tables. yaml-cpp throws; nothing of that leaves this file. Unknown keys are errors, because a
// misspelt severity must not silently become a mild one.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "config/shipped.h"
#include "zones/severity.h"

namespace rw::zones
{

namespace
{

/// 1 MiB and no aliases: these files are written by hand; anything else is an attempt to exhaust us.
constexpr std::size_t yaml_limit = 1U << 20;

std::string where(const YAML::Node& node)
{
    return fmt::format("line {}", node.Mark().line + 1);
}

Result<void> only_keys(const YAML::Node& node, std::initializer_list<std::string_view> allowed)
{
    if (!node.IsMap())
        return failed(fmt::format("{}: a map is wanted", where(node)));
    for (const auto& entry : node) {
        const auto key = entry.first.as<std::string>();
        if (std::ranges::find(allowed, key) == allowed.end())
            return failed(fmt::format("{}: unknown key \"{}\"", where(entry.first), key));
    }
    return {};
}

std::string text_of_key(const YAML::Node& node, const char* key)
{
    return node[key] ? node[key].as<std::string>() : std::string();
}

Result<std::chrono::seconds> read_duration(const std::string& text)
{
    const std::optional<std::uint64_t> number = decimal(std::string_view(text).substr(0, text.size() - 1));
    const std::size_t unit = text.empty() ? std::string::npos : std::string_view("smhd").find(text.back());
    constexpr std::array<std::int64_t, 4> seconds{1, 60, 3600, 86400};
    if (!number || unit == std::string::npos || *number > 1'000'000)
        return failed(fmt::format("\"{}\" is no duration like 7d", text));
    return std::chrono::seconds(static_cast<std::int64_t>(*number) * seconds.at(unit));
}

/// YYYY-MM-DD, the start of that day in UTC.
Result<WallSeconds> read_day(const std::string& text)
{
    const auto part = [&](std::size_t at, std::size_t size) {
        std::uint32_t value = 0;
        for (std::size_t i = at; i < at + size; ++i)
            value = value * 10 + static_cast<std::uint32_t>(i < text.size() ? text[i] - '0' : 99);
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(0, 4))),
                                          std::chrono::month(part(5, 2)), std::chrono::day(part(8, 2))};
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !day.ok())
        return failed(fmt::format("\"{}\" is no day like 2026-10-11", text));
    return std::chrono::sys_days(day);
}

}  // namespace

class SeverityReader
{
 public:
    Result<void> read_severity(const YAML::Node& root)
    {
        if (Result<void> done = only_keys(root, {"schema", "limits", "weigh-more", "classes"}); !done)
            return done;
        if (Result<void> done = read_limits(root["limits"]); !done)
            return done;
        for (const auto& tld : root["weigh-more"]) {
            const std::optional<dns::Name> name = dns::Name::parse(tld.as<std::string>());
            if (!name || name->label_count() != 1)
                return failed(fmt::format("{}: \"{}\" is no TLD", where(tld), tld.as<std::string>()));
            tables_.weigh_more_.insert(name->lowercase().to_string());
        }
        for (const auto& row : root["classes"]) {
            if (Result<void> done = read_class(row); !done)
                return done;
        }
        if (tables_.rules_.size() != class_count())
            return failed(fmt::format("{} of {} classes have a severity", tables_.rules_.size(), class_count()));
        return {};
    }

    Result<void> read_expectations(const YAML::Node& root)
    {
        if (Result<void> done = only_keys(root, {"schema", "expectations"}); !done)
            return done;
        for (const auto& row : root["expectations"]) {
            if (Result<void> done = read_expectation(row); !done)
                return failed(fmt::format("{} ({})", done.error().message, where(row)));
        }
        return {};
    }

    Severities take() { return std::move(tables_); }

 private:
    Result<void> read_limits(const YAML::Node& limits)
    {
        if (!limits)
            return {};
        if (Result<void> done = only_keys(limits, {"burst-tlds", "serials-per-day", "signature-window"}); !done)
            return done;
        if (limits["burst-tlds"])
            tables_.limits_.burst_tlds = limits["burst-tlds"].as<std::size_t>();
        if (limits["serials-per-day"])
            tables_.limits_.serials_per_day = limits["serials-per-day"].as<std::uint32_t>();
        if (limits["signature-window"]) {
            const Result<std::chrono::seconds> window = read_duration(limits["signature-window"].as<std::string>());
            if (!window)
                return std::unexpected(window.error());
            tables_.limits_.signature_window = *window;
        }
        return {};
    }

    Result<void> read_class(const YAML::Node& row)
    {
        if (Result<void> done = only_keys(row, {"class", "severity", "weighed", "reason", "reference"}); !done)
            return done;
        const std::optional<EventClass> event_class = parse_class(text_of_key(row, "class"));
        const std::optional<Severity> severity = parse_severity(text_of_key(row, "severity"));
        const std::optional<Severity> weighed = row["weighed"] ? parse_severity(text_of_key(row, "weighed")) : severity;
        if (!event_class || !severity || !weighed)
            return failed(fmt::format("{}: unknown class or severity", where(row)));
        const Severities::Rule rule{.severity = *severity,
                                    .weighed = *weighed,
                                    .reason = text_of_key(row, "reason"),
                                    .reference = text_of_key(row, "reference")};
        if (!tables_.rules_.emplace(*event_class, rule).second)
            return failed(fmt::format("{}: {} has two rows", where(row), class_name(*event_class)));
        return {};
    }

    Result<void> read_expectation(const YAML::Node& row)
    {
        if (Result<void> done = only_keys(
                row, {"id", "key-tag", "algorithm", "digest", "phases", "from", "until", "lowers-to", "reference"});
            !done)
            return done;
        Expectation expectation;
        expectation.id = text_of_key(row, "id");
        expectation.reference = text_of_key(row, "reference");
        if (row["digest"]) {
            expectation.digest = digest_from_hex(text_of_key(row, "digest"));
            if (!expectation.digest || !row["key-tag"] || !row["algorithm"])
                return failed(expectation.id + ": digest (64 hex digits), key-tag and algorithm belong together");
            expectation.key_tag = row["key-tag"].as<std::uint16_t>();
            expectation.algorithm = static_cast<std::uint8_t>(row["algorithm"].as<unsigned>());
        }
        for (const auto& phase : row["phases"]) {
            const std::optional<EventClass> event_class = parse_class(phase.as<std::string>());
            if (!event_class)
                return failed(fmt::format("{}: unknown phase {}", expectation.id, phase.as<std::string>()));
            expectation.phases.insert(*event_class);
        }
        const Result<WallSeconds> from = read_day(text_of_key(row, "from"));
        const Result<WallSeconds> until = read_day(text_of_key(row, "until"));
        const std::optional<Severity> lowers_to = parse_severity(text_of_key(row, "lowers-to"));
        if (expectation.id.empty() || expectation.phases.empty() || !from || !until || *until <= *from || !lowers_to)
            return failed(expectation.id + ": id, phases, from, until and lowers-to are wanted");
        expectation.from = *from;
        expectation.until = *until;
        expectation.lowers_to = *lowers_to;
        tables_.expectations_.push_back(std::move(expectation));
        return {};
    }

    Severities tables_;
};

Result<Severities> Severities::read(const std::string& severity_yaml, const std::string& expectations_yaml)
{
    if (severity_yaml.size() > yaml_limit || expectations_yaml.size() > yaml_limit)
        return failed("a severity table is larger than 1 MiB");
    SeverityReader reader;
    try {
        if (Result<void> done = reader.read_severity(YAML::Load(severity_yaml)); !done)
            return failed("severity table: " + done.error().message);
        if (Result<void> done = reader.read_expectations(YAML::Load(expectations_yaml)); !done)
            return failed("expectations: " + done.error().message);
    } catch (const YAML::Exception& problem) {
        return failed(fmt::format("severity tables: {}", problem.what()));
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
