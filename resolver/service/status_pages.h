// SPDX-License-Identifier: EUPL-1.2
// What the status server shows of a running daemon. Reads counters and snapshots only, so that its thread never waits
// for a worker, nor a worker for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/status/http_server.h"
#include "resolver/status/view.h"

namespace rw::service
{

class Shared;

[[nodiscard]] status::MetricsView metrics_view(const Shared& shared);

/// Ready: primed (or priming is off, or everything is forwarded), a trust anchor is valid (or validation is off), and
/// the daemon is not about to end.
[[nodiscard]] status::Readiness readiness(const Shared& shared);

/// What the counters say, as log lines: for SIGUSR1 and SIGUSR2.
[[nodiscard]] std::vector<std::string> statistics(const Shared& shared);

/// /metrics, /livez, /readyz; anything else is not there.
[[nodiscard]] status::Page status_page(const Shared& shared, std::string_view path);

}  // namespace rw::service
