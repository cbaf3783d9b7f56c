// SPDX-License-Identifier: EUPL-1.2
// Judging. Reading of the tables is in severity_read.cc.
#include "zones/severity.h"

#include <algorithm>
#include <array>

namespace rw::zones
{

namespace
{

constexpr std::array<std::string_view, 5> severity_names{"info", "low", "notice", "high", "critical"};

}  // namespace

std::string_view severity_name(Severity severity)
{
    return severity_names.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> parse_severity(std::string_view name)
{
    const auto found = std::ranges::find(severity_names, name);
    if (found == severity_names.end())
        return std::nullopt;
    return static_cast<Severity>(found - severity_names.begin());
}

bool Expectation::matches(const Event& event, WallSeconds at) const
{
    return digest && event.key && event.key->tag == key_tag && event.key->algorithm == algorithm &&
           event.key->digest == *digest && phases.contains(event.event_class) && from <= at && at < until;
}

Finding Severities::judge(Event event, WallSeconds at) const
{
    const Rule& rule = rules_.at(event.event_class);
    const bool weighed = weighs_more(event.tld) ||
                         std::ranges::any_of(event.concerned, [&](const auto& tld) { return weighs_more(tld); });
    Finding finding{.event = std::move(event),
                    .severity = weighed ? rule.weighed : rule.severity,
                    .expected = {},
                    .reason = rule.reason,
                    .reference = rule.reference};
    for (const Expectation& expectation : expectations_) {
        if (!expectation.matches(finding.event, at) || expectation.lowers_to >= finding.severity)
            continue;
        finding.severity = expectation.lowers_to;
        finding.expected = expectation.id;
        finding.reference = expectation.reference;
    }
    return finding;
}

std::vector<Finding> Severities::judge(std::vector<Event> events, WallSeconds at) const
{
    std::vector<Finding> found;
    found.reserve(events.size());
    for (Event& event : events)
        found.push_back(judge(std::move(event), at));
    std::vector<Finding> sorted;
    sorted.reserve(found.size());
    // One pass per severity keeps the order of equals, and moves each finding once.
    for (std::size_t level = severity_names.size(); level-- > 0;) {
        for (Finding& finding : found) {
            if (finding.severity == static_cast<Severity>(level))
                sorted.push_back(std::move(finding));
        }
    }
    return sorted;
}

Json finding_json(const Finding& finding)
{
    return Json{{"class", class_name(finding.event.event_class)},
                {"severity", severity_name(finding.severity)},
                {"tld", finding.event.tld},
                {"summary", finding.event.summary},
                {"expected", finding.expected.empty() ? Json(nullptr) : Json(finding.expected)}};
}

}  // namespace rw::zones
