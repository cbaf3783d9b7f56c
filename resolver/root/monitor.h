// SPDX-License-Identifier: EUPL-1.2
// The root monitor's judgement: observations of single probes in, standing and incidents out. Pure: no sockets, no
// timers, no keys; the shell (root_monitor.h) asks and validates. Weeks of it run in a test within a second.
//
//   staleness  by SOA probes, for each identity, family and instance (NSID): three in a row behind by more than 65 min
//   tampering  records that the root's keys did not sign
//   split view two validly signed ZONEMD for one serial: the root's owner signed two different zones
//   health     RSSAC047v2, for each identity
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "resolver/root/apex.h"
#include "resolver/root/health.h"
#include "resolver/root/publications.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_keys.h"

namespace rw::root
{

/// Further behind than this on three probes in a row is stale (RSSAC047v2 §5.4 for the time).
inline constexpr Duration stale_after = std::chrono::minutes{65};
inline constexpr std::uint32_t stale_probes = 3;
/// Behind so often in a row whatever instance says so: one that gives itself a new name each time.
inline constexpr std::uint32_t stale_probes_of_any = 6;
/// Instances told apart at one address. Attack: a new NSID in every response.
inline constexpr std::size_t max_instances = 8;
/// ZONEMD digests remembered to compare with: two weeks and two schemes.
inline constexpr std::size_t max_zonemd_seen = 64;

/// An address that is probed.
struct MonitorTarget {
    config::IdentityLetter letter;
    IpAddress address;
    bool preferred = false;
    bool operator==(const MonitorTarget&) const = default;
};

/// What one probe brought.
struct Observation {
    IpAddress address;
    dns::RRType asked = dns::RRType::soa;
    std::optional<Duration> rtt;  ///< nothing: no answer
    bool tcp = false;
    std::optional<std::string> nsid;
    bool present = false;  ///< the answer holds the RRset
    RootKeys::Verdict verdict;
    std::optional<std::uint32_t> serial;  ///< of an SOA
    std::vector<Zonemd> zonemd;
};

class Monitor
{
 public:
    /// The addresses that count from now on; what is known of others is forgotten.
    void set_targets(const std::vector<MonitorTarget>& targets);
    /// Judges one probe; gives what an operator should know.
    std::vector<Incident> observe(const Observation& observation, const Moment& now);

    /// `policy`: what follows from staleness.
    [[nodiscard]] Standing standing(config::StalePolicy policy) const;

 private:
    struct Instance {
        std::string nsid;
        std::uint32_t behind = 0;  ///< probes in a row
        bool stale = false;
    };
    struct Record {
        MonitorTarget target;
        bool answers = false;  ///< the last probe was answered
        std::optional<std::uint32_t> serial;
        bool validated = false;
        std::optional<std::string> nsid;
        std::vector<Instance> instances;  ///< the one heard last at the end
        std::uint32_t behind_in_row = 0;
        bool stale = false;
        std::vector<dns::RRType> forged;           ///< types whose last answer was not authentic
        std::optional<std::uint32_t> was_current;  ///< the newest reference that it has been seen to serve
        Duration longest_behind{};                 ///< since then
    };
    struct SeenZonemd {
        Zonemd record;
        IpAddress address;
    };

    Record* record_of(const IpAddress& address);
    void judge_authenticity(Record& record, const Observation& observation, const Moment& now);
    void judge_serial(Record& record, const Observation& observation, const Moment& now);
    void judge_staleness(Record& record, Duration behind, const Moment& now);
    void judge_zonemd(const Record& record, const Observation& observation, const Moment& now);
    void judge_preferred(const Moment& now);
    void judge_health(const Record& record, const Moment& now);
    void report(IncidentKind kind, const Record& record, const Moment& now, std::string text);
    [[nodiscard]] static std::string describe(const Record& record);
    [[nodiscard]] Health& health_of(const Record& record)
    {
        return health_[static_cast<std::size_t>(record.target.letter.letter - 'a')];
    }

    std::vector<Record> records_;
    Publications publications_;
    std::vector<SeenZonemd> zonemd_;
    std::vector<Zonemd> split_;  // reported already
    std::array<Health, letter_count> health_;
    std::array<bool, letter_count> misses_threshold_{};
    bool preferred_all_stale_ = false;
    std::optional<std::uint32_t> freshest_;  // of the preferred, while all are stale
    std::vector<Incident> incidents_;        // of the observation at hand
};

}  // namespace rw::root
