// SPDX-License-Identifier: EUPL-1.2
// Weighs events by data: config/severity.yaml says how grave each class is and which TLDs weigh more;
// config/expectations.yaml says which keys are expected to do what and when. Only an exact match of key tag, algorithm,
// digest, phase and window lowers a finding, and the finding says by which expectation; a date alone never does.
#pragma once

#include <map>
#include <set>

#include "resolver/base/clock.h"
#include "resolver/base/result.h"
#include "zones/canonical_json.h"
#include "zones/events.h"

namespace rw::zones
{

enum class Severity : std::uint8_t { info, low, notice, high, critical };

[[nodiscard]] std::string_view severity_name(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view name);

/// An event with its weight.
struct Finding {
    Event event;
    Severity severity = Severity::info;
    std::string expected;  ///< id of the expectation that lowered it; empty for none
    std::string reason;
    std::string reference;
};

struct Expectation {
    std::string id;
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    std::optional<Digest> digest;  ///< absent: announced, key not published yet; matches nothing
    std::set<EventClass> phases;
    WallSeconds from;   ///< first moment
    WallSeconds until;  ///< first moment after
    Severity lowers_to = Severity::notice;
    std::string reference;

    [[nodiscard]] bool matches(const Event& event, WallSeconds at) const;
};

class Severities
{
 public:
    /// From the text of the two files. Every class must have exactly one row.
    [[nodiscard]] static Result<Severities> read(const std::string& severity_yaml,
                                                 const std::string& expectations_yaml);
    /// The tables that ship with the program.
    [[nodiscard]] static const Severities& shipped();

    [[nodiscard]] const EventLimits& limits() const { return limits_; }
    [[nodiscard]] const std::vector<Expectation>& expectations() const { return expectations_; }
    [[nodiscard]] bool weighs_more(const std::string& tld) const { return weigh_more_.contains(tld); }

    /// `at`: when the version was signed.
    [[nodiscard]] Finding judge(Event event, WallSeconds at) const;
    /// All of them, worst first; equal ones in the order given.
    [[nodiscard]] std::vector<Finding> judge(std::vector<Event> events, WallSeconds at) const;

 private:
    friend class SeverityReader;
    struct Rule {
        Severity severity = Severity::info;
        Severity weighed = Severity::info;  ///< for TLDs that weigh more
        std::string reason;
        std::string reference;
    };

    std::map<EventClass, Rule> rules_;
    std::set<std::string> weigh_more_;
    std::vector<Expectation> expectations_;
    EventLimits limits_;
};

/// The form of interface.md: class, severity, tld, summary, expected.
[[nodiscard]] Json finding_json(const Finding& finding);

}  // namespace rw::zones
