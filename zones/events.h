// SPDX-License-Identifier: EUPL-1.2
// Reads meaning into the difference of two versions: which delegations came, went or changed hands, what happened to
// the root's keys, names, addresses, ZONEMD, signatures and serial. Pure; severity.h weighs what this finds.
#pragma once

#include <chrono>

#include "zones/delta.h"
#include "zones/event.h"
#include "zones/zone.h"

namespace rw::zones
{

/// Thresholds of events; from config/severity.yaml.
struct EventLimits {
    std::size_t burst_tlds = 50;                                   ///< more TLDs than this changed in one version
    std::uint32_t serials_per_day = 3;                             ///< more versions than this in one day
    std::chrono::seconds signature_window = std::chrono::days(7);  ///< a signature valid for less than this
};

/// Events of `after`, given `before` and their delta. In order of discovery; severity sorts.
[[nodiscard]] std::vector<Event> find_events(const Zone& before, const Zone& after, const Delta& delta,
                                             const EventLimits& limits);

/// Serials that should have been between two versions.
struct MissingSerials {
    std::size_t count = 0;
    std::vector<std::uint32_t> listed;  ///< the first 100: a longer list helps nobody
};

/// By IANA's numbering: YYYYMMDDNN, at least NN 00 and 01 on every day. None when either serial is not of that form.
[[nodiscard]] MissingSerials missing_serials(std::uint32_t before, std::uint32_t after);

/// Whether `owner` (presentation form, absolute) has exactly one label.
[[nodiscard]] bool is_tld(std::string_view owner);
/// The TLD that `owner` is or lies under; "." for the root.
[[nodiscard]] std::string tld_of(std::string_view owner);

// The parts of find_events.
void find_delegation_events(const Zone& before, const Zone& after, const Delta& delta, std::vector<Event>& events);
void find_key_events(const Zone& before, const Zone& after, std::vector<Event>& events);
void find_apex_events(const Zone& before, const Zone& after, const Delta& delta, const EventLimits& limits,
                      std::vector<Event>& events);
void find_serial_events(const Zone& before, const Zone& after, const Delta& delta, const EventLimits& limits,
                        std::vector<Event>& events);

}  // namespace rw::zones
