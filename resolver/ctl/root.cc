// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl root` for people: the 13 identities and the preference share.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

constexpr std::size_t events_shown = 20;  // --json has them all
constexpr std::size_t event_width = 300;
constexpr std::size_t nsid_width = 32;  // characters; an NSID may have thousands of octets

constexpr std::string_view note =
    "Share: resolution queries sent to preferred identities, of all sent to root identities; priming, monitor and\n"
    "transfers are not counted. Answered: of those, what was answered. Timeout, stale, mode: why a query went to\n"
    "somebody else: no preferred identity answered, all of them serve an old zone, or root.mode is off.\n"
    "Jurisdiction is the seat of the operator. Instance is what the answering server calls itself (NSID, not\n"
    "authenticated): where it stands is another matter, and may be another country; K answers from outside Europe "
    "too.\n"
    "Health: shares and medians over the latest probes of this resolver, against the thresholds of RSSAC047v2\n"
    "(availability 96 %, latency 250 ms, correctness 100 %, publication latency 65 min). Resolution, priming, "
    "monitor,\n"
    "transfer: queries sent since the start, by purpose.\n";

std::string capital(std::string letter)
{
    for (char& c : letter)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return letter;
}

std::string serial_of(const OrderedJson& identity)
{
    const std::string serial = number_of(identity, "serial");
    return serial == "-" || is_true(identity, "serial_validated") ? serial : serial + " (not validated)";
}

Table identities_of(const OrderedJson& reply)
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
    for (const OrderedJson& identity : part_of(reply, "identities")) {
        table.row({capital(word_at(identity, "letter")), word_at(identity, "operator"),
                   word_at(identity, "jurisdiction"), word_at(identity, "address"), word_at(identity, "tier"),
                   word_at(identity, "state"), milliseconds_of(identity, "srtt_ms"), serial_of(identity),
                   printable(word_at(identity, "nsid"), nsid_width)});
    }
    return table;
}

/// "99.9 %" of 999 thousandths: those are rounded down by whoever counts them, so that 99.99 % is not shown as all.
std::string percentage(std::uint64_t thousandths)
{
    return fmt::format("{}.{} %", thousandths / 10, thousandths % 10);
}

Table shares_of(const OrderedJson& shares)
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
        const OrderedJson& share = part_of(shares, key);
        const OrderedJson& other = part_of(share, "other");
        const std::uint64_t preferred = count_of(share, "sent_preferred");
        const std::uint64_t total = count_of(share, "sent_total");
        table.row({std::move(name), total == 0 ? "-" : percentage(preferred * 1000 / total),
                   fmt::format("{} of {}", preferred, total),
                   fmt::format("{} of {}", count_of(share, "answered_preferred"), count_of(share, "answered_total")),
                   std::to_string(count_of(other, "timeout")), std::to_string(count_of(other, "stale")),
                   std::to_string(count_of(other, "mode"))});
    };
    add("last hour", "1h");
    add("last 24 hours", "24h");
    add("since start", "start");
    return table;
}

/// "98.7 %", of a number between 0 and 1.
std::string share_of(const OrderedJson& object, std::string_view key)
{
    const auto at = object.find(key);
    constexpr double least = 1e-9;  // 0.999 * 1000 is a little less than 999
    return at == object.end() || !at->is_number()
               ? "-"
               : percentage(static_cast<std::uint64_t>(std::clamp(at->get<double>(), 0.0, 1.0) * 1000 + least));
}

Table health_of(const OrderedJson& reply)
{
    Table table;
    table.column("HEALTH");
    table.column("AVAILABLE", Align::right);
    table.column("LATENCY", Align::right);
    table.column("CORRECT", Align::right);
    table.column("PUBLICATION", Align::right);
    table.column("PROBES", Align::right);
    table.column("RESOLUTION", Align::right);
    table.column("PRIMING", Align::right);
    table.column("MONITOR", Align::right);
    table.column("TRANSFER", Align::right);
    for (const OrderedJson& identity : part_of(reply, "identities")) {
        const OrderedJson& health = part_of(identity, "health");
        const OrderedJson& queries = part_of(identity, "queries");
        const auto sent = [&](std::string_view purpose) {
            return std::to_string(count_of(part_of(queries, purpose), "sent"));
        };
        table.row({capital(word_at(identity, "letter")), share_of(health, "availability"),
                   milliseconds_of(health, "latency_ms"), share_of(health, "correctness"),
                   milliseconds_of(health, "publication_latency_ms"), number_of(health, "samples"), sent("resolution"),
                   sent("priming"), sent("monitor"), sent("transfer")});
    }
    return table;
}

std::string events_of(const OrderedJson& reply)
{
    const OrderedJson& events = part_of(reply, "events");
    if (events.empty())
        return "No events since the start.\n";
    std::string text = "EVENTS, newest first\n";
    std::size_t shown = 0;
    for (const OrderedJson& event : events) {
        if (++shown > events_shown)
            break;
        text += fmt::format("{}  {} ({}): {}\n", word_at(event, "time"), word_at(event, "event"),
                            word_at(event, "severity"), printable(word_at(event, "text"), event_width));
    }
    return text;
}

}  // namespace

Shown show_root(const OrderedJson& reply)
{
    const OrderedJson& budget = part_of(reply, "budget");
    return {fmt::format("{}\nroot.mode is {}; newest validly signed root zone: {}; root queries: {} a second, {} at "
                        "once, {} refused\n\n{}\n{}\n{}\n{}",
                        identities_of(reply).text(), word_at(reply, "mode"), number_of(reply, "reference_serial"),
                        number_of(budget, "per_second"), number_of(budget, "burst"), number_of(budget, "refused"),
                        shares_of(part_of(reply, "share")).text(), health_of(reply).text(), events_of(reply), note),
            ExitStatus::good};
}

}  // namespace rw::ctl
