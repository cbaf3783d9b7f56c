// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl servers` for people.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

std::string_view source_of(std::string_view source)
{
    if (source == "stub-zone")
        return "stub zone of the configuration";
    if (source == "forward-zone")
        return "forward zone of the configuration: asked to recurse";
    return source == "root" ? "the root" : "as its parent delegates it";
}

}  // namespace

Shown show_servers(const OrderedJson& reply)
{
    Table table;
    table.column("NAME");
    table.column("ADDRESS");
    table.column("SRTT", Align::right);
    table.column("TIMEOUTS", Align::right);
    table.column("EDNS");
    table.column("CASE");
    table.column("LAME");
    const auto word = [](bool value) { return value ? "yes" : "no"; };
    for (const OrderedJson& server : part_of(reply, "servers")) {
        table.row({word_at(server, "name"), word_at(server, "address"), milliseconds_of(server, "srtt_ms"),
                   number_of(server, "timeouts_in_row"), word(is_true(server, "edns")),
                   word(is_true(server, "keeps_case")), word(is_true(server, "lame"))});
    }
    std::string text =
        fmt::format("zone {} ({})\n{}", word_at(reply, "zone"), source_of(word_at(reply, "source")), table.text());
    for (const OrderedJson& name : part_of(reply, "without_address"))
        text += fmt::format("{} has no known address\n", name.is_string() ? printable(name.get<std::string>()) : "-");
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
