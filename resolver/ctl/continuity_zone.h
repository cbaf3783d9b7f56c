// SPDX-License-Identifier: EUPL-1.2
// The zone of a statement as commands see it: the policy that counts, the base that it names, what speaks against a
// zone. `continuity build`, `check` and `confirm` share it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "resolver/base/result.h"
#include "zones/continuity/zone_check.h"

namespace rw::ctl
{

/// `--base` and `--base-anchor`.
struct BaseOption {
    std::string file;
    std::string anchor;  ///< file of DS or DNSKEY records; empty: the digest that the statement names is enough

    void add_to(CLI::App& command);
    /// The base that `policy` names, with an anchor also as its owner signed it.
    [[nodiscard]] Result<zones::Zone> read(const zones::continuity::ZonePolicy& policy) const;
};

/// The zone policy of a statement's file.
[[nodiscard]] Result<zones::continuity::ZonePolicy> read_policy_of(const std::string& path);

/// The first reason why this zone is not what the statement permits; empty when it is.
[[nodiscard]] std::string objection(const zones::continuity::ZoneComparison& comparison,
                                    const zones::continuity::ZonePolicy& policy);

}  // namespace rw::ctl
