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

Shown show_status(const OrderedJson& reply)
{
    const OrderedJson& continuity = part_of(reply, "continuity");
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{:<14}{}\n", name, value);
    };
    line("version", word_at(reply, "version"));
    line("uptime", uptime_of(count_of(reply, "uptime_s")));
    line("root in use", word_at(reply, "root_in_use"));
    line("primed", is_true(reply, "primed") ? "yes" : "no");
    line("validation", word_at(reply, "validation"));
    line("mirror serial", number_of(part_of(reply, "mirror"), "serial"));
    line("continuity", word_at(continuity, "state"));
    if (word_at(continuity, "statement") != "-")
        line("  statement", fmt::format("{}, since {}, until {}", word_at(continuity, "statement"),
                                        word_at(continuity, "since"), word_at(continuity, "until")));
    line("workers", number_of(reply, "workers"));
    line("tcp clients", number_of(reply, "tcp_connections"));
    line("metrics", word_at(reply, "metrics"));
    for (const OrderedJson& listener : part_of(reply, "listening"))
        line("listening", listener.is_string() ? printable(listener.get<std::string>()) : "-");
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
