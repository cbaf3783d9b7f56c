// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl explain` for people: the sentence first, then the chain of trust step by step, then who was asked.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

Table chain_of(const Json& chain)
{
    Table table;
    table.column("SECURITY");
    table.column("WHAT");
    table.column("ZONE");
    table.column("KEY");
    table.column("FROM");
    for (const Json& step : chain) {
        const bool key = number_of(step, "key_tag") != "-";
        const std::string kind = text_of(step, "kind");
        const std::string what = kind == "anchor" ? fmt::format("trust anchor of {}", text_of(step, "name"))
                                                  : fmt::format("{}{} {}", kind == "denial" ? "no " : "",
                                                                text_of(step, "name"), text_of(step, "type"));
        table.row({text_of(step, "security"), what, text_of(step, "zone"),
                   key ? fmt::format("{} {}", number_of(step, "key_tag"), text_of(step, "algorithm")) : "",
                   text_of(step, "server") == "-" ? "" : text_of(step, "server")});
    }
    return table;
}

}  // namespace

Shown show_explain(const Json& reply)
{
    const std::string security = text_of(reply, "security");
    const std::string rcode = text_of(reply, "rcode");
    std::string text = fmt::format("{} {}: {}, {}, {}\n{}\n", text_of(reply, "name"), text_of(reply, "type"), security,
                                   rcode, milliseconds_of(reply, "time_ms"), text_of(reply, "sentence"));
    for (const Json& error : part_of(reply, "errors"))
        text += fmt::format("error {}: {}\n", number_of(error, "code"), text_of(error, "text"));
    if (const Json& chain = part_of(reply, "chain"); !chain.empty()) {
        text += "\n" + chain_of(chain).text();
        for (const Json& step : chain) {
            if (text_of(step, "sentence") != "-" && text_of(step, "sentence") != text_of(reply, "sentence"))
                text +=
                    fmt::format("{} {}: {}\n", text_of(step, "name"), text_of(step, "type"), text_of(step, "sentence"));
        }
    }
    if (const Json& hops = part_of(reply, "hops"); !hops.empty())
        text += "\n" + hops_table(hops).text();
    const bool bad = security == "bogus" || (rcode != "NOERROR" && rcode != "NXDOMAIN");
    return {std::move(text), bad ? ExitStatus::bad : ExitStatus::good};
}

}  // namespace rw::ctl
