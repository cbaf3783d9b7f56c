// SPDX-License-Identifier: EUPL-1.2
// The tables of config/severity.yaml and config/expectations.yaml as text and numbers. What the words mean (classes,
// severities, digests) is known to zones/severity, which reads these rows; here only the form is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/result.h"

namespace rw::config
{

struct SeverityRow {
    std::string event_class;
    std::string severity;
    std::string weighed;  ///< empty: as severity
    std::string reason;
    std::string reference;
};

struct SeverityTable {
    std::optional<std::uint32_t> burst_tlds;
    std::optional<std::uint32_t> serials_per_day;
    std::string signature_window;  ///< "7d"; empty: not said
    std::vector<std::string> weigh_more;
    std::vector<SeverityRow> rows;
};

struct ExpectationRow {
    std::string id;
    std::optional<std::uint16_t> key_tag;
    std::optional<std::uint8_t> algorithm;
    std::string digest;  ///< hex; empty: not published yet
    std::vector<std::string> phases;
    std::string from;   ///< YYYY-MM-DD
    std::string until;  ///< YYYY-MM-DD
    std::string lowers_to;
    std::string reference;
};

/// Unknown keys are errors: a misspelt severity must not silently become a mild one.
[[nodiscard]] Result<SeverityTable> read_severity_table(const std::string& yaml);
[[nodiscard]] Result<std::vector<ExpectationRow>> read_expectation_rows(const std::string& yaml);

}  // namespace rw::config
