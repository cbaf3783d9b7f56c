// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl explain` for people: the sentence first, then the chain of trust step by step, then who was asked.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

Table chain_of(const OrderedJson& chain)
{
    Table table;
    table.column("SECURITY");
    table.column("WHAT");
    table.column("ZONE");
    table.column("KEY");
    table.column("FROM");
    for (const OrderedJson& step : chain) {
        const bool key = number_of(step, "key_tag") != "-";
        const std::string kind = word_at(step, "kind");
        const std::string what = kind == "anchor" ? fmt::format("trust anchor of {}", word_at(step, "name"))
                                                  : fmt::format("{}{} {}", kind == "denial" ? "no " : "",
                                                                word_at(step, "name"), word_at(step, "type"));
        table.row({word_at(step, "security"), what, word_at(step, "zone"),
                   key ? fmt::format("{} {}", number_of(step, "key_tag"), word_at(step, "algorithm")) : "",
                   word_at(step, "server") == "-" ? "" : word_at(step, "server")});
    }
    return table;
}

}  // namespace

Shown show_explain(const OrderedJson& reply)
{
    const std::string security = word_at(reply, "security");
    const std::string rcode = word_at(reply, "rcode");
    std::string text = fmt::format("{} {}: {}, {}, {}\n{}\n", word_at(reply, "name"), word_at(reply, "type"), security,
                                   rcode, milliseconds_of(reply, "time_ms"), word_at(reply, "sentence"));
    for (const OrderedJson& error : part_of(reply, "errors"))
        text += fmt::format("error {}: {}\n", number_of(error, "code"), word_at(error, "text"));
    if (const OrderedJson& chain = part_of(reply, "chain"); !chain.empty()) {
        text += "\n" + chain_of(chain).text();
        for (const OrderedJson& step : chain) {
            if (word_at(step, "sentence") != "-" && word_at(step, "sentence") != word_at(reply, "sentence"))
                text +=
                    fmt::format("{} {}: {}\n", word_at(step, "name"), word_at(step, "type"), word_at(step, "sentence"));
        }
    }
    if (const OrderedJson& hops = part_of(reply, "hops"); !hops.empty())
        text += "\n" + hops_table(hops).text();
    const bool bad = security == "bogus" || (rcode != "NOERROR" && rcode != "NXDOMAIN");
    return {std::move(text), bad ? ExitStatus::bad : ExitStatus::good};
}

}  // namespace rw::ctl
