// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl reload` for people: what changed, what needs a restart, or what is wrong with the file.
#include <fmt/format.h>

#include "config/problem.h"
#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

Shown show_reload(const Json& reply)
{
    const std::string file = text_of(reply, "file");
    if (!is_true(reply, "applied")) {
        std::string text;
        for (const Json& problem : part_of(reply, "problems"))
            text += config::to_string(
                        file, {count_of(problem, "line"), count_of(problem, "column"), text_of(problem, "message")}) +
                    "\n";
        return {text + "nothing was changed: the settings before are still in effect\n", ExitStatus::usage};
    }
    std::string text = fmt::format("{} was read\n", file);
    const Json& changes = part_of(reply, "changes");
    for (const Json& change : changes)
        text += fmt::format("{}: {} -> {} ({})\n", text_of(change, "setting"), text_of(change, "before"),
                            text_of(change, "after"), text_of(change, "takes_effect"));
    if (changes.empty())
        text += "nothing has changed\n";
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
