// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl root` for people: the 13 identities and the preference share.
#include <fmt/format.h>

#include <cctype>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

constexpr std::size_t nsid_width = 32;  // characters; an NSID may have thousands of octets

constexpr std::string_view note =
    "Share: resolution queries sent to preferred identities, of all sent to root identities; priming, monitor and\n"
    "transfers are not counted. Jurisdiction is that of the operator; instance is what the answering server calls "
    "itself\n(NSID, not authenticated), which may stand in another country.\n";

std::string capital(std::string letter)
{
    for (char& c : letter)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return letter;
}

std::string serial_of(const Json& identity)
{
    const std::string serial = number_of(identity, "serial");
    return serial == "-" || is_true(identity, "serial_validated") ? serial : serial + " (not validated)";
}

Table identities_of(const Json& reply)
{
    Table table;
    table.column("ID");
    table.column("OPERATOR");
    table.column("JURISDICTION");
    table.column("ADDRESS");
    table.column("TIER");
    table.column("STATE");
    table.column("SRTT", Align::right);
    table.column("SERIAL");
    table.column("INSTANCE");
    for (const Json& identity : part_of(reply, "identities")) {
        table.row({capital(text_of(identity, "letter")), text_of(identity, "operator"),
                   text_of(identity, "jurisdiction"), text_of(identity, "address"), text_of(identity, "tier"),
                   text_of(identity, "state"), milliseconds_of(identity, "srtt_ms"), serial_of(identity),
                   printable(text_of(identity, "nsid"), nsid_width)});
    }
    return table;
}

/// "100.0 %"; nothing was sent: "-".
std::string percentage(std::uint64_t part, std::uint64_t whole)
{
    // Rounded down to a tenth: 99.99 % is not shown as all.
    return whole == 0 ? "-" : fmt::format("{:.1f} %", static_cast<double>(part * 1000 / whole) / 10.0);
}

Table shares_of(const Json& shares)
{
    Table table;
    table.column("PREFERENCE SHARE");
    table.column("SHARE", Align::right);
    table.column("SENT", Align::right);
    table.column("ANSWERED", Align::right);
    table.column("TIMEOUT", Align::right);
    table.column("STALE", Align::right);
    table.column("MODE", Align::right);
    const auto add = [&](std::string name, std::string_view key) {
        const Json& share = part_of(shares, key);
        const Json& other = part_of(share, "other");
        const std::uint64_t preferred = count_of(share, "sent_preferred");
        const std::uint64_t total = count_of(share, "sent_total");
        table.row({std::move(name), percentage(preferred, total), fmt::format("{} of {}", preferred, total),
                   fmt::format("{} of {}", count_of(share, "answered_preferred"), count_of(share, "answered_total")),
                   std::to_string(count_of(other, "timeout")), std::to_string(count_of(other, "stale")),
                   std::to_string(count_of(other, "mode"))});
    };
    add("last hour", "1h");
    add("last 24 hours", "24h");
    add("since start", "start");
    return table;
}

}  // namespace

Shown show_root(const Json& reply)
{
    return {fmt::format("{}\nroot.mode is {}\n\n{}\n{}", identities_of(reply).text(), text_of(reply, "mode"),
                        shares_of(part_of(reply, "share")).text(), note),
            ExitStatus::good};
}

}  // namespace rw::ctl
