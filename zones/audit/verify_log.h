// SPDX-License-Identifier: EUPL-1.2
// The auditor's side: is a log whole, signed by whom you trust, cosigned by enough witnesses, and an extension of what
// you saw before? Recomputes everything from the entries; over a folder it accounts for every file, so that no octet of
// any file can change unseen. Collects every problem instead of stopping at the first.
#pragma once

#include <functional>
#include <map>

#include "resolver/base/clock.h"
#include "zones/audit/log_source.h"
#include "zones/audit/policy.h"
#include "zones/canonical_json.h"

namespace rw::zones::audit
{

/// 20 problems and 20 notes are listed; a log that is wrong everywhere is wrong.
inline constexpr std::size_t problem_limit = 20;

struct LogExpectations {
    std::vector<VerifierKey> keys;     ///< of the log: at least one must have signed
    const Policy* policy = nullptr;    ///< witnesses, when somebody asks for them
    std::optional<Checkpoint> since;   ///< a checkpoint seen earlier
    std::optional<WallSeconds> now{};  ///< our time: no witness may date its cosignature ahead of it
    std::function<void(std::uint64_t done, std::uint64_t all)> progress{};
};

struct LogReport {
    TreeHead head;
    std::vector<std::string> problems;
    std::vector<std::string> notes;
    std::map<std::string, std::size_t> kinds;  ///< leaves of each kind
    std::size_t witnesses = 0;
    std::size_t versions_checked = 0;

    [[nodiscard]] bool good() const { return problems.empty(); }
    // Both make the text printable, names of files and strangers' words among it. More than problem_limit are counted
    // out: a log that is wrong everywhere is wrong.
    void add_problem(std::string_view problem);
    void add_note(std::string_view note);
    [[nodiscard]] bool is_full() const { return problems.size() >= problem_limit; }
};

/// Checks what any reader of the log can fetch.
[[nodiscard]] LogReport verify_log(LogSource& source, const LogExpectations& expectations);

/// verify_log, and every other file in the folder: old partial tiles, the commit, the keys, the stored versions.
[[nodiscard]] LogReport verify_log_folder(Files& files, const std::string& folder, const LogExpectations& expectations);

[[nodiscard]] Json report_json(const LogReport& report);

}  // namespace rw::zones::audit
