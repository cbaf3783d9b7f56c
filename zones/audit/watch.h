// SPDX-License-Identifier: EUPL-1.2
// The regulator's side: follows the logs of many institutions. Keeps for each the last checkpoint, the frontier of its
// tree and the rotations of its keys, so that a round reads only what is new and yet proves that the log only grew;
// alarms on silence, rollback, fork and on institutions that disagree about one serial. State is a folder of small
// canonical JSON files, each checked against the trusted keys when it is loaded.
#pragma once

#include <chrono>
#include <map>

#include "resolver/base/clock.h"
#include "zones/audit/key_history.h"
#include "zones/audit/log_source.h"
#include "zones/audit/policy.h"
#include "zones/canonical_json.h"

namespace rw::zones::audit
{

/// 4,000 serials are compared between institutions, the latest ones: five years.
inline constexpr std::size_t watched_serials = 4000;
/// 100,000 facts of a log are kept in one round, about 100 MB; ten years of the root. Bounds what one log can cost the
/// others. What exceeds it is proved but not shown, and counted.
inline constexpr std::size_t facts_per_round = 100'000;

enum class AlarmKind : std::uint8_t { unreachable, silence, rollback, fork, forged, disagreement, witnesses };

struct Alarm {
    AlarmKind kind{};
    std::string origin;  ///< of the log; for a disagreement the one that came later
    std::string text;
};

[[nodiscard]] std::string_view alarm_name(AlarmKind kind);

/// Where an event is on record.
struct Sighting {
    std::string origin;
    std::uint64_t index = 0;
};

/// One event, however many logs tell it: same serial, class, TLD and summary.
struct WatchedEvent {
    Json leaf;  ///< of the log that weighs it worst
    std::vector<Sighting> seen;
};

/// How one log stands after a round.
struct FollowedLog {
    std::string origin;
    std::uint64_t size = 0;
    std::uint64_t fresh = 0;   ///< leaves that are new in this round
    std::int64_t grew_at = 0;  ///< time of the newest leaf
};

struct WatchRound {
    std::vector<Alarm> alarms;
    std::vector<WatchedEvent> events;  ///< new ones of all logs, by serial, then worst first
    std::vector<FollowedLog> logs;     ///< those that could be followed, in the order of the sources
    std::uint64_t not_shown = 0;       ///< facts beyond facts_per_round
};

class Watcher
{
 public:
    struct Rules {
        std::vector<VerifierKey> keys;  ///< of all logs, got by a way that is trusted
        const Policy* policy = nullptr;
        std::chrono::seconds silence{std::chrono::hours(24)};  ///< no new leaf for longer than this
    };

    Watcher(Files& files, std::string state_folder, Rules rules)
        : files_(files), folder_(std::move(state_folder)), rules_(std::move(rules))
    {
    }

    /// Loads the state; the folder is made when it is not there.
    [[nodiscard]] Result<void> open();
    /// Looks at every source once and stores what was learnt.
    [[nodiscard]] Result<WatchRound> look(const std::vector<LogSource*>& sources, WallSeconds now);

 private:
    struct Followed {
        Checkpoint checkpoint;
        Frontier frontier;
        KeyHistory keys;
        std::int64_t grew_at = 0;  ///< time of the newest leaf
    };
    /// What each institution says about a serial: ZONEMD, content, and what its check of them gave.
    struct Claim {
        std::string sha256;
        std::string zonemd;
        std::string result;
    };
    using Claims = std::map<std::uint32_t, std::map<std::string, Claim>>;
    /// What one log says that is new.
    struct NewFacts {
        std::vector<Json> leaves;  ///< events and versions
        std::vector<std::uint64_t> key_leaves;
    };

    void look_at(LogSource& source, WallSeconds now, WatchRound& round);
    [[nodiscard]] Followed known(const std::string& origin) const;
    [[nodiscard]] std::vector<VerifierKey> given_keys() const;
    bool judge_growth(LogSource& source, const Checkpoint& checkpoint, Followed& followed, WatchRound& round);
    Result<NewFacts> read_new(LogSource& source, const Checkpoint& checkpoint, Followed& followed, WatchRound& round);
    Result<void> follow_rotation(LogSource& source, const NewFacts& facts, Followed& followed);
    void note_facts(const std::string& origin, NewFacts facts, WatchRound& round);
    void note_claim(const std::string& origin, const Json& leaf, WatchRound& round);
    void keep_evidence(const Checkpoint& old_one, const Checkpoint& new_one, WatchRound& round);
    Result<void> save();
    Result<void> load_log(const std::string& name);
    Result<void> load_claims();

    Files& files_;
    std::string folder_;
    Rules rules_;
    std::map<std::string, Followed> logs_;  ///< by origin
    Claims claims_;
};

}  // namespace rw::zones::audit
