// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl lookup` for people: the answer as in a zone file, its security, and each hop with who was asked.
#include <fmt/format.h>

#include "config/root_identities.h"
#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

std::string records_of(const Json& records)
{
    std::string text;
    for (const Json& record : records)
        text += fmt::format("{}\t{}\tIN\t{}\t{}\n", text_of(record, "owner"), number_of(record, "ttl"),
                            text_of(record, "type"), text_of(record, "rdata"));
    return text;
}

/// Who a root identity is: "K, RIPE NCC (NL)".
std::string identity_of(const std::string& letter)
{
    for (const config::RootIdentity& identity : config::root_identities()) {
        if (letter == std::string(1, identity.letter.letter))
            return fmt::format("{}, {} ({})", static_cast<char>(letter[0] - 'a' + 'A'), identity.operator_name,
                               identity.jurisdiction);
    }
    return letter == "-" ? "" : letter;
}

}  // namespace

Table hops_table(const Json& hops)
{
    Table table;
    table.column("ZONE");
    table.column("ASKED");
    table.column("SERVER");
    table.column("ROOT IDENTITY");
    table.column("TIME", Align::right);
    table.column("OUTCOME");
    for (const Json& hop : hops)
        table.row({text_of(hop, "zone"), fmt::format("{} {}", text_of(hop, "question"), text_of(hop, "type")),
                   fmt::format("{} {}", text_of(hop, "server"), text_of(hop, "transport")),
                   identity_of(text_of(hop, "identity")), milliseconds_of(hop, "time_ms"), text_of(hop, "outcome")});
    return table;
}

Shown show_lookup(const Json& reply)
{
    const std::string rcode = text_of(reply, "rcode");
    const std::string security = text_of(reply, "security");
    std::string text =
        fmt::format("{} {}: {}, {}, {}{}\n", text_of(reply, "name"), text_of(reply, "type"), rcode, security,
                    milliseconds_of(reply, "time_ms"), is_true(reply, "cached") ? ", from the cache" : "");
    for (const Json& error : part_of(reply, "errors"))
        text += fmt::format("error {}: {}\n", number_of(error, "code"), text_of(error, "text"));
    const std::string answer = records_of(part_of(reply, "answer"));
    text += answer.empty() ? records_of(part_of(reply, "authority")) : answer;
    if (const Json& hops = part_of(reply, "hops"); !hops.empty())
        text += "\n" + hops_table(hops).text();
    // NXDOMAIN is a good answer; a name that cannot be resolved or trusted is not.
    const bool bad = security == "bogus" || (rcode != "NOERROR" && rcode != "NXDOMAIN");
    return {std::move(text), bad ? ExitStatus::bad : ExitStatus::good};
}

}  // namespace rw::ctl
