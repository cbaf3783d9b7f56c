// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl reload` for people: what changed, what needs a restart, or what is wrong with the file.
#include <fmt/format.h>

#include "config/problem.h"
#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

Shown show_reload(const OrderedJson& reply)
{
    const std::string file = word_at(reply, "file");
    if (!is_true(reply, "applied")) {
        std::string text;
        for (const OrderedJson& problem : part_of(reply, "problems"))
            text += config::to_string(
                        file, {count_of(problem, "line"), count_of(problem, "column"), word_at(problem, "message")}) +
                    "\n";
        return {text + "nothing was changed: the settings before are still in effect\n", ExitStatus::usage};
    }
    std::string text = fmt::format("{} was read\n", file);
    const OrderedJson& changes = part_of(reply, "changes");
    for (const OrderedJson& change : changes)
        text += fmt::format("{}: {} -> {} ({})\n", word_at(change, "setting"), word_at(change, "before"),
                            word_at(change, "after"), word_at(change, "takes_effect"));
    if (changes.empty())
        text += "nothing has changed\n";
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
