// SPDX-License-Identifier: EUPL-1.2
// yaml-cpp throws; nothing of that leaves this file.
#include "config/severity_table.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace rw::config
{

namespace
{

/// 1 MiB: these files are written by hand; anything larger is an attempt to exhaust us.
constexpr std::size_t yaml_limit = 1U << 20;

/// Refusals travel as YAML's own exception up to the two functions below, and no further.
[[noreturn]] void refuse(const YAML::Node& node, const std::string& why)
{
    throw YAML::RepresentationException(node.Mark(), why);
}

void only_keys(const YAML::Node& node, std::initializer_list<std::string_view> allowed)
{
    if (!node.IsMap())
        refuse(node, "a map is wanted");
    for (const auto& entry : node) {
        const auto key = entry.first.as<std::string>();
        if (std::ranges::find(allowed, key) == allowed.end())
            refuse(entry.first, fmt::format("unknown key \"{}\"", key));
    }
}

std::string text_of(const YAML::Node& node, const char* key)
{
    return node[key] ? node[key].as<std::string>() : std::string();
}

template <class T>
std::optional<T> number_of(const YAML::Node& node, const char* key)
{
    if (!node[key])
        return std::nullopt;
    const auto value = node[key].as<std::uint32_t>();
    if (value > std::numeric_limits<T>::max())
        refuse(node[key], fmt::format("{} is too large", key));
    return static_cast<T>(value);
}

std::vector<std::string> list_of(const YAML::Node& node)
{
    std::vector<std::string> texts;
    for (const auto& item : node)
        texts.push_back(item.as<std::string>());
    return texts;
}

template <class T, class Read>
Result<T> read_yaml(const std::string& yaml, const Read& read)
{
    if (yaml.size() > yaml_limit)
        return failed("larger than 1 MiB");
    try {
        return read(YAML::Load(yaml));
    } catch (const YAML::Exception& problem) {
        return failed(fmt::format("line {}: {}", problem.mark.line + 1, problem.msg));
    }
}

SeverityTable table_of(const YAML::Node& root)
{
    only_keys(root, {"schema", "limits", "weigh-more", "classes"});
    SeverityTable table;
    if (const YAML::Node limits = root["limits"]) {
        only_keys(limits, {"burst-tlds", "serials-per-day", "signature-window"});
        table.burst_tlds = number_of<std::uint32_t>(limits, "burst-tlds");
        table.serials_per_day = number_of<std::uint32_t>(limits, "serials-per-day");
        table.signature_window = text_of(limits, "signature-window");
    }
    table.weigh_more = list_of(root["weigh-more"]);
    for (const auto& row : root["classes"]) {
        only_keys(row, {"class", "severity", "weighed", "reason", "reference"});
        table.rows.push_back({.event_class = text_of(row, "class"),
                              .severity = text_of(row, "severity"),
                              .weighed = text_of(row, "weighed"),
                              .reason = text_of(row, "reason"),
                              .reference = text_of(row, "reference")});
    }
    return table;
}

std::vector<ExpectationRow> expectations_of(const YAML::Node& root)
{
    only_keys(root, {"schema", "expectations"});
    std::vector<ExpectationRow> rows;
    for (const auto& row : root["expectations"]) {
        only_keys(row, {"id", "key-tag", "algorithm", "digest", "phases", "from", "until", "lowers-to", "reference"});
        rows.push_back({.id = text_of(row, "id"),
                        .key_tag = number_of<std::uint16_t>(row, "key-tag"),
                        .algorithm = number_of<std::uint8_t>(row, "algorithm"),
                        .digest = text_of(row, "digest"),
                        .phases = list_of(row["phases"]),
                        .from = text_of(row, "from"),
                        .until = text_of(row, "until"),
                        .lowers_to = text_of(row, "lowers-to"),
                        .reference = text_of(row, "reference")});
    }
    return rows;
}

}  // namespace

Result<SeverityTable> read_severity_table(const std::string& yaml)
{
    return read_yaml<SeverityTable>(yaml, table_of);
}

Result<std::vector<ExpectationRow>> read_expectation_rows(const std::string& yaml)
{
    return read_yaml<std::vector<ExpectationRow>>(yaml, expectations_of);
}

}  // namespace rw::config
