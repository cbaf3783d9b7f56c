// SPDX-License-Identifier: EUPL-1.2
// A statement's file and the authority that it names, for every command that shows, signs or judges one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "resolver/ctl/signed_file.h"
#include "zones/continuity/evaluator.h"
#include "zones/continuity/statement.h"

namespace rw::ctl
{

struct OpenedStatement {
    zones::Envelope envelope;
    zones::continuity::Signed<zones::continuity::Statement> statement;
    std::vector<zones::continuity::Signed<zones::continuity::Authority>> chain;
    std::size_t named = 0;  ///< index in `chain` of the version that the statement names

    [[nodiscard]] const zones::continuity::Authority& authority() const { return chain.at(named).content; }
    /// For each role that it needs, who has signed by a key that was good when the statement begins.
    [[nodiscard]] std::vector<std::pair<zones::continuity::Role, zones::continuity::Tally>> tallies() const;
    /// "activate: 3 of 4 parties; 2 have signed: ...", a line for each role.
    [[nodiscard]] std::string words() const;
    /// Type, id, sequence, and "roles" with the tally of each.
    [[nodiscard]] zones::Json json() const;
    /// Public keys that may sign it.
    [[nodiscard]] std::vector<zones::Digest> allowed() const;
};

/// `authorities`: the authority's versions, the first one first.
[[nodiscard]] Result<OpenedStatement> open_statement_file(const std::string& path,
                                                          const std::vector<std::string>& authorities);
[[nodiscard]] Result<OpenedStatement> open_statement_envelope(zones::Envelope envelope,
                                                              const std::vector<std::string>& authorities);

/// What a site would say to which it is handed in at `at`, that has seen everything up to sequence `seen` and that runs
/// what a renew renews. `site`: its id; empty for any that the statement is for.
[[nodiscard]] zones::continuity::Verdict judge_alone(const OpenedStatement& opened, zones::continuity::Seconds at,
                                                     std::int64_t seen, const std::string& site = {});

}  // namespace rw::ctl
