// SPDX-License-Identifier: EUPL-1.2
// Publications of the root zone.
#include "resolver/root/publications.h"

#include <algorithm>
#include <chrono>

#include "resolver/dnssec/rrsig.h"

namespace rw::root
{

namespace
{

struct DatedSerial {
    std::chrono::sys_days day;
    unsigned edition = 0;
};

/// YYYYMMDDNN, as the root zone's serials are; nothing for anything else.
std::optional<DatedSerial> dated(std::uint32_t serial)
{
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(serial / 1'000'000)},
                                           std::chrono::month{serial / 10'000 % 100},
                                           std::chrono::day{serial / 100 % 100}};
    if (!date.ok() || serial < 1'990'010'100)
        return std::nullopt;
    return DatedSerial{std::chrono::sys_days{date}, serial % 100};
}

}  // namespace

std::optional<double> days_between(std::uint32_t older, std::uint32_t newer)
{
    const auto from = dated(older);
    const auto to = dated(newer);
    if (!from || !to)
        return std::nullopt;
    return static_cast<double>((to->day - from->day).count()) +
           (static_cast<double>(to->edition) - static_cast<double>(from->edition)) / 100;
}

bool Publications::note(std::uint32_t serial, WallSeconds signed_at, const Moment& now)
{
    // A server a little behind may show a zone that was missed: it belongs between the others.
    const auto later = std::ranges::find_if(
        known_, [&](const Publication& other) { return !dnssec::serial_after(serial, other.serial); });
    if (later != known_.end() && later->serial == serial)
        return false;
    const bool newest = later == known_.end();
    known_.insert(later, {serial, now.at, signed_at});
    if (known_.size() > max_publications)
        known_.erase(known_.begin());
    return newest;
}

std::optional<std::uint32_t> Publications::reference() const
{
    if (known_.empty())
        return std::nullopt;
    return known_.back().serial;
}

Duration Publications::age(const Publication& publication, const Moment& now)
{
    const Duration since_signed = now.wall - publication.signed_at - signing_lead;
    return std::max(now.at - publication.first_seen, since_signed);
}

Duration Publications::behind(std::uint32_t serial, const Moment& now) const
{
    const auto next = std::ranges::find_if(
        known_, [&](const Publication& other) { return dnssec::serial_after(other.serial, serial); });
    if (next == known_.end())
        return Duration::zero();
    // A whole day by the serials themselves: an edition was left out, which no server on time ever does.
    const auto days = days_between(serial, known_.back().serial);
    const Duration by_serial = days && *days >= 1 ? std::chrono::days{static_cast<int>(*days)} : Duration::zero();
    return std::max({Duration::zero(), age(*next, now), by_serial});
}

}  // namespace rw::root
