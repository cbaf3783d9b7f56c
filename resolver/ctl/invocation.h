// SPDX-License-Identifier: EUPL-1.2
// What every command of rootwardctl shares: where its output goes, the global options, and the exit status. A command
// is a function add_NAME(CLI::App&, Invocation&) in a file of its own, listed in commands.cc; its callback sets `run`.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>

namespace rw::ctl
{

/// Exit status, for scripts and monitors.
enum class ExitStatus : int {
    good = 0,
    bad = 1,          ///< the checked thing is bad: a bogus name, a tampered log, a failed objective
    usage = 2,        ///< usage or configuration
    unreachable = 3,  ///< no daemon answers
    not_written = 4,  ///< the output could not be written: a full disk, a reader that went away
};

struct Invocation {
    std::ostream& out;
    std::ostream& err;
    bool json = false;
    std::optional<std::filesystem::path> socket;
    std::optional<std::filesystem::path> config;
    /// Set by the chosen command; called once the command line is complete.
    std::function<ExitStatus()> run;
};

}  // namespace rw::ctl
