// SPDX-License-Identifier: EUPL-1.2
// The metrics in Prometheus' text format. The one table of metric names, types, help and labels; pure.
#pragma once

#include <string>

#include "resolver/status/view.h"

namespace rw::status
{

/// The exposition, one family after the other, in the order of the table.
[[nodiscard]] std::string write_metrics(const MetricsView& view);

}  // namespace rw::status
