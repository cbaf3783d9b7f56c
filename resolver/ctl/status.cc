// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl status` for people.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

std::string uptime_of(std::uint64_t seconds)
{
    const std::uint64_t days = seconds / 86400;
    const std::string clock = fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return days == 0 ? clock : fmt::format("{} d {}", days, clock);
}

}  // namespace

Shown show_status(const Json& reply)
{
    const Json& continuity = part_of(reply, "continuity");
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{:<14}{}\n", name, value);
    };
    line("version", text_of(reply, "version"));
    line("uptime", uptime_of(count_of(reply, "uptime_s")));
    line("root in use", text_of(reply, "root_in_use"));
    line("primed", is_true(reply, "primed") ? "yes" : "no");
    line("validation", text_of(reply, "validation"));
    line("mirror serial", number_of(part_of(reply, "mirror"), "serial"));
    line("continuity", text_of(continuity, "state"));
    if (text_of(continuity, "statement") != "-")
        line("  statement", fmt::format("{}, since {}, until {}", text_of(continuity, "statement"),
                                        text_of(continuity, "since"), text_of(continuity, "until")));
    line("workers", number_of(reply, "workers"));
    line("tcp clients", number_of(reply, "tcp_connections"));
    line("metrics", text_of(reply, "metrics"));
    for (const Json& listener : part_of(reply, "listening"))
        line("listening", listener.is_string() ? printable(listener.get<std::string>()) : "-");
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
