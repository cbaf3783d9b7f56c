// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl failures` for people.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

Shown show_failures(const OrderedJson& reply)
{
    const OrderedJson& questions = part_of(reply, "questions");
    if (questions.empty())
        return {"nothing has failed lately\n", ExitStatus::good};
    Table table;
    table.column("NAME");
    table.column("TYPE");
    table.column("AGO", Align::right);
    table.column("TIMES", Align::right);
    table.column("EDE", Align::right);
    table.column("WHY");
    for (const OrderedJson& question : questions) {
        const std::string detail = word_at(question, "detail");
        const bool more = !detail.empty() && detail != "-";
        table.row({word_at(question, "name"), word_at(question, "type"),
                   fmt::format("{} s", count_of(question, "ago_s")), number_of(question, "count"),
                   number_of(question, "ede"), word_at(question, "text") + (more ? ": " + detail : "")});
    }
    return {table.text(), ExitStatus::good};
}

}  // namespace rw::ctl
