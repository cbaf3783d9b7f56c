// SPDX-License-Identifier: EUPL-1.2
// The commands that ask the daemon. Words, arguments and help come from the daemon's own verb table; what is added here
// is how each reply is shown to people and what it means for the exit status. One file a command.
#pragma once

#include <string>

#include "resolver/control/json.h"
#include "resolver/ctl/invocation.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

using control::OrderedJson;

/// A reply for people, and what it means.
struct Shown {
    std::string text;
    ExitStatus status = ExitStatus::good;
};

[[nodiscard]] Shown show_status(const OrderedJson& reply);
[[nodiscard]] Shown show_root(const OrderedJson& reply);
[[nodiscard]] Shown show_lookup(const OrderedJson& reply);
[[nodiscard]] Shown show_explain(const OrderedJson& reply);
[[nodiscard]] Shown show_servers(const OrderedJson& reply);
[[nodiscard]] Shown show_inflight(const OrderedJson& reply);
[[nodiscard]] Shown show_failures(const OrderedJson& reply);
[[nodiscard]] Shown show_cache_flush(const OrderedJson& reply);
[[nodiscard]] Shown show_cache_stats(const OrderedJson& reply);
[[nodiscard]] Shown show_reload(const OrderedJson& reply);
[[nodiscard]] Shown show_log(const OrderedJson& reply);

/// Queries to servers as a table: of `lookup` and `explain`.
[[nodiscard]] Table hops_table(const OrderedJson& hops);

}  // namespace rw::ctl
