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

std::string records_of(const OrderedJson& records)
{
    std::string text;
    for (const OrderedJson& record : records)
        text += fmt::format("{}\t{}\tIN\t{}\t{}\n", word_at(record, "owner"), number_of(record, "ttl"),
                            word_at(record, "type"), word_at(record, "rdata"));
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

Table hops_table(const OrderedJson& hops)
{
    Table table;
    table.column("ZONE");
    table.column("ASKED");
    table.column("SERVER");
    table.column("ROOT IDENTITY");
    table.column("TIME", Align::right);
    table.column("OUTCOME");
    for (const OrderedJson& hop : hops)
        table.row({word_at(hop, "zone"), fmt::format("{} {}", word_at(hop, "question"), word_at(hop, "type")),
                   fmt::format("{} {}", word_at(hop, "server"), word_at(hop, "transport")),
                   identity_of(word_at(hop, "identity")), milliseconds_of(hop, "time_ms"), word_at(hop, "outcome")});
    return table;
}

Shown show_lookup(const OrderedJson& reply)
{
    const std::string rcode = word_at(reply, "rcode");
    const std::string security = word_at(reply, "security");
    std::string text =
        fmt::format("{} {}: {}, {}, {}{}\n", word_at(reply, "name"), word_at(reply, "type"), rcode, security,
                    milliseconds_of(reply, "time_ms"), is_true(reply, "cached") ? ", from the cache" : "");
    for (const OrderedJson& error : part_of(reply, "errors"))
        text += fmt::format("error {}: {}\n", number_of(error, "code"), word_at(error, "text"));
    const std::string answer = records_of(part_of(reply, "answer"));
    text += answer.empty() ? records_of(part_of(reply, "authority")) : answer;
    if (const OrderedJson& hops = part_of(reply, "hops"); !hops.empty())
        text += "\n" + hops_table(hops).text();
    // NXDOMAIN is a good answer; a name that cannot be resolved or trusted is not.
    const bool bad = security == "bogus" || (rcode != "NOERROR" && rcode != "NXDOMAIN");
    return {std::move(text), bad ? ExitStatus::bad : ExitStatus::good};
}

}  // namespace rw::ctl
