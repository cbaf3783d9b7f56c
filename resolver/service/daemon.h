// SPDX-License-Identifier: EUPL-1.2
// The daemon: makes the shared state, starts the workers, waits for signals, stops in order. SIGTERM and SIGINT end it.
#pragma once

#include "config/settings.h"
#include "resolver/base/result.h"

namespace rw::service
{

/// Runs until a signal ends it. The error says why it could not start.
Result<void> run_daemon(const config::Settings& settings);

}  // namespace rw::service
