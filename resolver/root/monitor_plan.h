// SPDX-License-Identifier: EUPL-1.2
// Which root server the monitor asks for what next, and how long it waits before: slow, jittered and bounded, so that
// the watching of the root never burdens it. Pure; the shell draws from it.
#pragma once

#include <array>

#include "resolver/base/random.h"
#include "resolver/root/monitor.h"

namespace rw::root
{

/// Queries in one `root.monitor.interval`: with the default of 15 minutes at most 60 an hour in all, where one busy
/// resolver sends that in a second. Within an interval each preferred address (four with I and K) is asked for its SOA
/// once, seven others as well, and four for one of DNSKEY, ZONEMD and NS.
inline constexpr std::uint32_t probes_per_interval = 15;

/// Queries that the first interval starts with, so that a preferred identity that cannot be trusted is known before
/// many names were asked: the keys, and every preferred address's serial. They are saved up for afterwards.
inline constexpr std::uint32_t probes_at_start = 6;

class MonitorPlan
{
 public:
    struct Probe {
        MonitorTarget target;
        dns::RRType type = dns::RRType::soa;
    };

    /// `targets` must not be empty. Without keys nothing can be judged: `needs_keys` brings DNSKEY forward.
    [[nodiscard]] Probe next(const std::vector<MonitorTarget>& targets, bool needs_keys);
    /// How long to wait before the next probe: on the whole never less than an even share of the interval, so the bound
    /// holds.
    [[nodiscard]] Duration pause(Duration interval, Random& random) const;

 private:
    std::size_t slot_ = 0;
    // Where each rotation stands.
    std::size_t preferred_serials_ = 0;
    std::size_t other_serials_ = 0;
    std::size_t preferred_records_ = 0;
    std::size_t other_records_ = 0;
};

}  // namespace rw::root
