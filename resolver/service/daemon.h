// SPDX-License-Identifier: EUPL-1.2
// The daemon: makes the shared state, starts the workers, supervises them, stops in order. SIGTERM and SIGINT end it
// once clients that wait are answered; SIGHUP reads the configuration again.
#pragma once

#include <filesystem>

#include "config/settings.h"
#include "resolver/base/result.h"

namespace rw::service
{

/// Runs until a signal ends it. `settings` are those of `file`, which a reload reads again. The error says why it could
/// not start.
Result<void> run_daemon(const config::Settings& settings, const std::filesystem::path& file);

}  // namespace rw::service
