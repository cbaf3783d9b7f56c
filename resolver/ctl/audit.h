// SPDX-License-Identifier: EUPL-1.2
// What the `audit` commands share: where the log is, which keys are trusted, the writer's lock, the clock's facts. One
// audit_*.cc file a group of commands; zones/audit does the work.
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
    /// Public keys: each item is a vkey, a file of vkeys, or the log's own key file. Error when there is none: a log
    /// is never judged by what it says of itself.
    [[nodiscard]] Result<std::vector<zones::audit::VerifierKey>> read_keys() const;
};

/// Nothing for an empty path.
[[nodiscard]] Result<std::optional<zones::audit::Policy>> read_policy(const std::string& path);

[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

/// One writer at a time: two would overwrite each other's tiles. Released when destroyed, also by a crash.
class LogLock
{
 public:
    [[nodiscard]] static Result<LogLock> take(const std::string& dir);
    LogLock(LogLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    LogLock& operator=(LogLock&&) = delete;
    LogLock(const LogLock&) = delete;
    LogLock& operator=(const LogLock&) = delete;
    ~LogLock();

 private:
    explicit LogLock(int fd) : fd_(fd) {}
    int fd_;
};

/// What the kernel says about the clock (adjtimex).
[[nodiscard]] zones::audit::ClockFacts clock_facts();

/// Says `message` on the error stream; gives ExitStatus::usage.
ExitStatus refuse(Invocation& invocation, const std::string& message);

/// Asks the witnesses of `policy` to cosign the last commit and publishes it when enough did. Says on `err` who did
/// not.
[[nodiscard]] Result<std::size_t> ask_witnesses(zones::Files& files, zones::audit::LogWriter& log,
                                                const zones::audit::Policy& policy, std::ostream& err);

// One for each file of audit_*.cc.
void add_audit_log(CLI::App& group, Invocation& invocation);
void add_audit_check(CLI::App& group, Invocation& invocation);
void add_audit_export(CLI::App& group, Invocation& invocation);
void add_audit_watch(CLI::App& group, Invocation& invocation);
void add_audit_witness(CLI::App& group, Invocation& invocation);

}  // namespace rw::ctl
