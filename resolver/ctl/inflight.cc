// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl inflight` for people.
#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

Shown show_inflight(const OrderedJson& reply)
{
    const OrderedJson& questions = part_of(reply, "questions");
    if (questions.empty())
        return {"nothing is being resolved\n", ExitStatus::good};
    Table table;
    table.column("NAME");
    table.column("TYPE");
    table.column("AGE", Align::right);
    table.column("WAITERS", Align::right);
    table.column("STAGE");
    for (const OrderedJson& question : questions)
        table.row({word_at(question, "name"), word_at(question, "type"), milliseconds_of(question, "age_ms"),
                   number_of(question, "waiters"), word_at(question, "stage")});
    return {table.text(), ExitStatus::good};
}

}  // namespace rw::ctl
