// SPDX-License-Identifier: EUPL-1.2
// What the `audit` commands share: where the log is, which keys are trusted, the clock's facts. One audit_*.cc file per
// group of commands; zones/audit does the work.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/ctl/invocation.h"
#include "zones/audit/leaf.h"
#include "zones/audit/log_writer.h"
#include "zones/audit/policy.h"
#include "zones/audit/verified_log.h"

namespace rw::ctl
{

/// Options of commands that write a log.
struct WriterOptions {
    std::string dir;  ///< empty: not given
    std::string key;
    std::string policy;

    void add_to(CLI::App& command);
    /// With what was not given: from the daemon's configuration (-c FILE), else `audit` and `audit.key` here.
    [[nodiscard]] Result<WriterOptions> settled(const Invocation& invocation) const;
};

/// Folder or URL of a log to read, when `given` is empty: as WriterOptions::settled.
[[nodiscard]] Result<std::string> settled_place(const std::string& given, const Invocation& invocation);

/// Options of commands that judge a log.
struct TrustOptions {
    std::vector<std::string> keys;
    std::string policy;

    void add_to(CLI::App& command);
    /// As add_to, but --key may be left out on the host that has the log's own key file.
    void add_optional_to(CLI::App& command);
    /// Public keys: each item is a vkey, a file of vkeys, or the log's own key file. Error when there is none: a log
    /// is never judged by what it says of itself.
    [[nodiscard]] Result<std::vector<zones::audit::VerifierKey>> read_keys() const;
    /// The same; without --key those of the log's own key file (-c FILE, else audit.key here).
    [[nodiscard]] Result<std::vector<zones::audit::VerifierKey>> read_keys_or_own(const Invocation& invocation) const;
};

/// The log at `source` for whoever acts on its entries, judged by what the options trust.
[[nodiscard]] Result<zones::audit::VerifiedLog> open_verified(zones::audit::LogSource& source,
                                                              const TrustOptions& trust, const Invocation& invocation);

/// Nothing for an empty path.
[[nodiscard]] Result<std::optional<zones::audit::Policy>> read_policy(const std::string& path);

[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

/// The file system as the writer of a log sees it: the log's folder, and the folder its key is in.
struct WriterDisk {
    explicit WriterDisk(const WriterOptions& where) : log(where.dir), beside_key(zones::folder_of(where.key)) {}
    zones::PosixFiles log;
    zones::PosixFiles beside_key;
};

/// The keys at `where.key` and what is remembered beside them.
[[nodiscard]] Result<zones::audit::Signer> open_signer(WriterDisk& disk, const WriterOptions& where);
[[nodiscard]] Result<zones::audit::LogWriter> open_log(WriterDisk& disk, const WriterOptions& where);

/// What the kernel says about the clock (adjtimex).
[[nodiscard]] zones::audit::ClockFacts clock_facts();

/// Says `message` on the error stream; gives ExitStatus::usage.
ExitStatus refuse(Invocation& invocation, const std::string& message);

/// Asks the witnesses of `policy` to cosign the last commit and publishes it when enough did. Says on `err` who did
/// not.
[[nodiscard]] Result<std::size_t> ask_witnesses(zones::Files& files, zones::audit::LogWriter& log,
                                                const zones::audit::Policy& policy, std::ostream& err);

/// Error when a witness of `policy` has seen more of this log than `log` has, or another tree of its size: the folder
/// was put back, and the witness remembers what this host forgot. Says on `err` who could not be asked.
[[nodiscard]] Result<void> check_witnesses(zones::Files& files, const zones::audit::LogWriter& log,
                                           const zones::audit::Policy& policy, std::ostream& err);

// One for each file of audit_*.cc.
void add_audit_log(CLI::App& group, Invocation& invocation);
void add_audit_restore(CLI::App& group, Invocation& invocation);
void add_audit_check(CLI::App& group, Invocation& invocation);
void add_audit_export(CLI::App& group, Invocation& invocation);
void add_audit_watch(CLI::App& group, Invocation& invocation);
void add_audit_witness(CLI::App& group, Invocation& invocation);

}  // namespace rw::ctl
