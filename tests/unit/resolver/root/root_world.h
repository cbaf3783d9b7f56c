// SPDX-License-Identifier: EUPL-1.2
// The 13 identities over weeks of virtual time, for tests of the monitor: two root zones a day, servers that lag,
// freeze, fall silent or give somebody else's zone. Answers what the monitor's plan asks for.
#pragma once

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "config/root_identities.h"
#include "resolver/root/monitor.h"
#include "resolver/root/monitor_plan.h"

namespace rw::root
{

class RootWorld
{
 public:
    static constexpr Duration publication_interval = std::chrono::hours{12};

    explicit RootWorld(config::StalePolicy given = config::StalePolicy::demote) : policy(given)
    {
        for (const config::RootIdentity& identity : config::root_identities()) {
            const bool preferred = identity.letter.letter == 'i' || identity.letter.letter == 'k';
            targets.push_back({identity.letter, identity.ipv4, preferred});
            targets.push_back({identity.letter, identity.ipv6, preferred});
        }
        monitor.set_targets(targets);
    }

    /// One server's deviation from what is right.
    struct Odd {
        std::optional<std::uint32_t> frozen_at;  ///< serial it goes on to serve
        Duration lag = std::chrono::minutes{5};
        bool silent = false;
        bool forged = false;
        std::uint8_t zonemd = 1;  ///< what its digests are made of
        bool renames_itself = false;
    };

    /// Editions 00 and 01 of each day.
    [[nodiscard]] std::uint32_t serial_at(Duration time) const
    {
        const auto editions = time / publication_interval;
        const std::chrono::year_month_day day{start_day + std::chrono::days{editions / 2}};
        return static_cast<std::uint32_t>(static_cast<int>(day.year())) * 1'000'000 +
               static_cast<unsigned>(day.month()) * 10'000 + static_cast<unsigned>(day.day()) * 100 +
               static_cast<std::uint32_t>(editions % 2);
    }
    [[nodiscard]] std::uint32_t serial() const { return serial_at(elapsed); }
    [[nodiscard]] Moment now() const
    {
        return {Instant{elapsed + std::chrono::hours{5000}},
                WallSeconds{start_day} + std::chrono::floor<std::chrono::seconds>(elapsed)};
    }

    /// Lets the monitor go about its work for so long.
    void run(Duration time)
    {
        const Duration until = elapsed + time;
        while (elapsed < until) {
            elapsed += plan.pause(std::chrono::minutes{15}, random);
            probe(plan.next(targets, false));
        }
    }

    void probe(const MonitorPlan::Probe& probe)
    {
        ++probes;
        for (Incident& incident : monitor.observe(answer(probe), now()))
            incidents.push_back(std::move(incident));
    }

    /// Probes one address for its SOA, `times` times, a quarter of an hour apart.
    void probe_serial(const IpAddress& address, unsigned times = 1)
    {
        for (unsigned i = 0; i < times; ++i) {
            elapsed += std::chrono::minutes{15};
            for (const MonitorTarget& target : targets) {
                if (target.address == address)
                    probe({target, dns::RRType::soa});
            }
        }
    }

    [[nodiscard]] unsigned count(IncidentKind kind) const
    {
        return static_cast<unsigned>(std::ranges::count(incidents, kind, &Incident::kind));
    }
    [[nodiscard]] Judgement judgement(const IpAddress& address) const
    {
        const Standing standing = monitor.standing(policy);
        const AddressStanding* row = standing.find(address);
        return row == nullptr ? Judgement::unknown : row->judgement;
    }
    [[nodiscard]] bool demoted(const IpAddress& address) const
    {
        const Standing standing = monitor.standing(policy);
        const AddressStanding* row = standing.find(address);
        return row != nullptr && row->demoted;
    }
    static IpAddress v4(char letter) { return config::root_identities()[static_cast<std::size_t>(letter - 'a')].ipv4; }
    static IpAddress v6(char letter) { return config::root_identities()[static_cast<std::size_t>(letter - 'a')].ipv6; }

    config::StalePolicy policy;
    Monitor monitor;
    MonitorPlan plan;
    SeededRandom random{1};
    std::vector<MonitorTarget> targets;
    std::map<IpAddress, Odd> odd;
    std::vector<Incident> incidents;
    Duration elapsed{};
    unsigned probes = 0;

 private:
    Observation answer(const MonitorPlan::Probe& probe)
    {
        const Odd& server = odd[probe.target.address];
        Observation seen;
        seen.address = probe.target.address;
        seen.asked = probe.type;
        if (server.silent)
            return seen;
        const Duration then = std::max(Duration::zero(), elapsed - server.lag);
        const std::uint32_t serial = server.frozen_at.value_or(serial_at(then));
        seen.rtt = std::chrono::milliseconds{20 + random.below(10)};
        seen.nsid = server.renames_itself ? fmt::format("ns{}", probes) : std::string("ns1");
        seen.present = true;
        seen.verdict = {
            server.forged ? Authenticity::forged : Authenticity::authentic,
            WallSeconds{start_day} +
                std::chrono::floor<std::chrono::seconds>(then / publication_interval * publication_interval) -
                std::chrono::hours{1}};
        if (probe.type == dns::RRType::soa)
            seen.serial = serial;
        if (probe.type == dns::RRType::zonemd)
            seen.zonemd = {{serial, 1, 1, OctetBuffer(48, server.zonemd)}};
        return seen;
    }

    static constexpr std::chrono::sys_days start_day{std::chrono::December / 20 / 2026};
};

}  // namespace rw::root
