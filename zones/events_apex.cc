// SPDX-License-Identifier: EUPL-1.2
// Events of the root itself (names and addresses of its servers, ZONEMD, signatures) and of the sequence of versions.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "resolver/dnssec/rrsig.h"
#include "zones/events.h"

namespace rw::zones
{

namespace
{

void add(std::vector<Event>& events, EventClass event_class, std::string summary)
{
    events.push_back({.event_class = event_class, .tld = ".", .summary = std::move(summary)});
}

std::set<std::string> root_servers(const Zone& zone)
{
    std::set<std::string> names;
    const RRsetRange* ns = zone.find_at_apex(dns::RRType::ns);
    for (std::uint32_t i = 0; ns != nullptr && i < ns->count; ++i)
        names.insert(dns::name_at(zone.rdata(*ns, i), 0).to_string());
    return names;
}

void find_server_events(const Zone& before, const Zone& after, const Delta& delta, std::vector<Event>& events)
{
    std::set<std::string> servers = root_servers(before);
    servers.merge(root_servers(after));
    std::map<std::string, std::vector<std::string>> addresses;
    for (const Change& change : delta.changes) {
        const bool changed = !change.added.empty() || !change.removed.empty();
        if (change.owner == "." && change.type == dns::RRType::ns && changed)
            add(events, EventClass::root_ns_changed,
                fmt::format("NS of the root: added {}; removed {}", fmt::join(change.added, ", "),
                            fmt::join(change.removed, ", ")));
        if ((change.type == dns::RRType::a || change.type == dns::RRType::aaaa) && changed &&
            servers.contains(change.owner))
            addresses[change.owner].push_back(
                fmt::format("{} {} to {}", dns::type_name(change.type),
                            change.removed.empty() ? "none" : fmt::format("{}", fmt::join(change.removed, ", ")),
                            change.added.empty() ? "none" : fmt::format("{}", fmt::join(change.added, ", "))));
    }
    for (const auto& [server, texts] : addresses)
        add(events, EventClass::root_server_address, fmt::format("{}: {}", server, fmt::join(texts, "; ")));
}

/// Scheme and hash of every ZONEMD at the apex.
std::set<std::pair<unsigned, unsigned>> zonemd_kinds(const Zone& zone)
{
    std::set<std::pair<unsigned, unsigned>> kinds;
    const RRsetRange* zonemd = zone.find_at_apex(dns::RRType::zonemd);
    for (std::uint32_t i = 0; zonemd != nullptr && i < zonemd->count; ++i) {
        const Octets rdata = zone.rdata(*zonemd, i);
        if (rdata.size() > 6)
            kinds.emplace(rdata[4], rdata[5]);
    }
    return kinds;
}

void find_zonemd_events(const Zone& before, const Zone& after, std::vector<Event>& events)
{
    const auto old_kinds = zonemd_kinds(before);
    const auto new_kinds = zonemd_kinds(after);
    if (old_kinds == new_kinds)
        return;
    const auto text = [](const auto& kinds) {
        std::vector<std::string> texts;
        texts.reserve(kinds.size());
        for (const auto& [scheme, hash] : kinds)
            texts.push_back(fmt::format("scheme {} hash {}", scheme, hash));
        return fmt::format("{}", fmt::join(texts, ", "));
    };
    // Scheme SIMPLE with SHA-384 or SHA-512 (RFC 8976 §5): what anybody can check.
    const bool checkable = std::ranges::any_of(
        new_kinds, [](const auto& kind) { return kind.first == 1 && (kind.second == 1 || kind.second == 2); });
    if (new_kinds.empty() && after.find_at_apex(dns::RRType::dnskey) == nullptr &&
        before.find_at_apex(dns::RRType::dnskey) != nullptr)
        return;  // all DNSSEC data is gone, which is one event (events_keys.cc)
    if (new_kinds.empty())
        add(events, EventClass::zonemd_removed, fmt::format("ZONEMD ({}) is gone", text(old_kinds)));
    else if (!checkable)
        add(events, EventClass::zonemd_hash_unknown,
            fmt::format("ZONEMD now has {}, which nobody can check", text(new_kinds)));
    else if (old_kinds.empty())
        add(events, EventClass::zonemd_added, fmt::format("ZONEMD ({}) is there now", text(new_kinds)));
    else
        add(events, EventClass::zonemd_hash_changed,
            fmt::format("ZONEMD changed from {} to {}", text(old_kinds), text(new_kinds)));
}

struct Windows {
    std::uint32_t shortest = UINT32_MAX;
    std::string shortest_at;
    std::string future_at;
};

/// Looks at every signature, against the inception of the SOA's: the moment the version was signed.
Windows signature_windows(const Zone& zone)
{
    Windows windows;
    std::optional<std::uint32_t> signed_at;
    for (const RRsetRange& rrset : zone.rrsets()) {
        for (std::uint32_t i = 0; rrset.type == dns::RRType::rrsig && i < rrset.count; ++i) {
            const std::optional<dnssec::Rrsig> rrsig = dnssec::Rrsig::parse(zone.rdata(rrset, i));
            if (!rrsig)
                continue;
            if (rrsig->covered == dns::RRType::soa)
                signed_at = rrsig->inception;
            const auto at = [&] {
                return fmt::format("{} {}", zone.owner(rrset.owner).to_string(), dns::type_name(rrsig->covered));
            };
            if (rrsig->expiration - rrsig->inception < windows.shortest) {
                windows.shortest = rrsig->expiration - rrsig->inception;
                windows.shortest_at = at();
            }
            if (signed_at && dnssec::serial_after(rrsig->inception, *signed_at) && windows.future_at.empty())
                windows.future_at = at();
        }
    }
    return windows;
}

void find_signature_events(const Zone& before, const Zone& after, const EventLimits& limits, std::vector<Event>& events)
{
    const Windows old_windows = signature_windows(before);
    const Windows new_windows = signature_windows(after);
    const auto limit = static_cast<std::uint32_t>(limits.signature_window.count());
    if (new_windows.shortest < limit && old_windows.shortest >= limit)
        add(events, EventClass::signature_window,
            fmt::format("the signature of {} is valid for {} hours only", new_windows.shortest_at,
                        new_windows.shortest / 3600));
    if (!new_windows.future_at.empty() && old_windows.future_at.empty())
        add(events, EventClass::signature_future,
            fmt::format("the signature of {} starts after the version was signed", new_windows.future_at));
}

/// A serial as YYYYMMDDNN.
struct DatedSerial {
    std::chrono::sys_days day;
    std::uint32_t number = 0;
};

std::optional<DatedSerial> dated(std::uint32_t serial)
{
    const std::uint32_t date = serial / 100;
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(date / 10000)),
                                          std::chrono::month(date / 100 % 100), std::chrono::day(date % 100)};
    // The root has used dates since 1995; other years mean another numbering.
    if (!day.ok() || day.year() < std::chrono::year(1995) || day.year() > std::chrono::year(2100))
        return std::nullopt;
    return DatedSerial{.day = day, .number = serial % 100};
}

std::uint32_t serial_of(std::chrono::sys_days day, std::uint32_t number)
{
    const std::chrono::year_month_day date(day);
    return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 1000000 +
           static_cast<unsigned>(date.month()) * 10000 + static_cast<unsigned>(date.day()) * 100 + number;
}

}  // namespace

void find_apex_events(const Zone& before, const Zone& after, const Delta& delta, const EventLimits& limits,
                      std::vector<Event>& events)
{
    find_server_events(before, after, delta, events);
    find_zonemd_events(before, after, events);
    find_signature_events(before, after, limits, events);
}

MissingSerials missing_serials(std::uint32_t before, std::uint32_t after)
{
    constexpr std::size_t most = 100;
    constexpr std::uint32_t daily = 2;  // IANA publishes at least twice a day
    MissingSerials missing;
    const std::optional<DatedSerial> from = dated(before);
    const std::optional<DatedSerial> to = dated(after);
    if (!from || !to || after <= before)
        return missing;
    for (std::chrono::sys_days day = from->day; day <= to->day; day += std::chrono::days(1)) {
        const std::uint32_t first = day == from->day ? from->number + 1 : 0;
        const std::uint32_t end = day == to->day ? to->number : std::max(daily, first);
        for (std::uint32_t number = first; number < end; ++number) {
            if (missing.count++ < most)
                missing.listed.push_back(serial_of(day, number));
        }
    }
    return missing;
}

void find_serial_events(const Zone& before, const Zone& after, const Delta& delta, const EventLimits& limits,
                        std::vector<Event>& events)
{
    const std::uint32_t from = before.serial();
    const std::uint32_t to = after.serial();
    if (from == to)
        add(events, EventClass::serial_content, fmt::format("two different zones have the serial {}", to));
    else if (dnssec::serial_after(from, to))
        add(events, EventClass::serial_backward, fmt::format("the serial went back from {} to {}", from, to));
    const MissingSerials missing = missing_serials(from, to);
    if (missing.count == 1)
        add(events, EventClass::serial_missing, fmt::format("serial {} was never seen", missing.listed.front()));
    else if (missing.count > 1)
        add(events, EventClass::serial_missing,
            fmt::format("at least {} serials between {} and {} were never seen, from {} on", missing.count, from, to,
                        missing.listed.front()));
    const std::optional<DatedSerial> old_date = dated(from);
    const std::optional<DatedSerial> new_date = dated(to);
    if (old_date && new_date && new_date->number >= limits.serials_per_day &&
        (old_date->day != new_date->day || old_date->number < limits.serials_per_day))
        add(events, EventClass::serials_per_day, fmt::format("{} is version {} of its day", to, new_date->number + 1));
    std::size_t tlds = 0;
    const std::string* last = nullptr;
    for (const Change& change : delta.changes) {
        // Changes of one owner stand together.
        if (!is_tld(change.owner) || (last != nullptr && *last == change.owner))
            continue;
        last = &change.owner;
        ++tlds;
    }
    if (tlds > limits.burst_tlds)
        add(events, EventClass::burst, fmt::format("{} TLDs changed in one version", tlds));
}

std::vector<Event> find_events(const Zone& before, const Zone& after, const Delta& delta, const EventLimits& limits)
{
    std::vector<Event> events;
    find_serial_events(before, after, delta, limits, events);
    find_key_events(before, after, events);
    find_apex_events(before, after, delta, limits, events);
    find_delegation_events(before, after, delta, events);
    return events;
}

}  // namespace rw::zones
