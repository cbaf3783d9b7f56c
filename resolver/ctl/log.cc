// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl log` for people.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

Shown show_log(const OrderedJson& reply)
{
    return {fmt::format("log level is {} until the next reload\n", word_at(reply, "level")), ExitStatus::good};
}

}  // namespace rw::ctl
