// SPDX-License-Identifier: EUPL-1.2
// The root monitor's shell: asks all identities over both families as monitor_plan says, validates with root_keys,
// gives what it saw to monitor for judgement, and puts the result on the board. One worker of the process runs it.
#pragma once

#include "resolver/io/task.h"
#include "resolver/root/apex_query.h"
#include "resolver/root/root_keys.h"

namespace rw::root
{

/// Addresses worth probing: of known identities, in families that are in use.
struct MonitorTarget;
[[nodiscard]] std::vector<MonitorTarget> monitor_targets(const std::vector<RootServer>& servers,
                                                         const config::Settings& settings);

/// Watches for ever. Both must outlive the task.
io::Task<void> watch_root(const RootContext& context, RootKeys& keys);

}  // namespace rw::root
