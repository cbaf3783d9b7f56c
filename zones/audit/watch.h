// SPDX-License-Identifier: EUPL-1.2
// The regulator's side: follows the logs of many institutions. Keeps for each the last checkpoint, the frontier of its
// tree and the rotations of its keys, so that a round reads only what is new and yet proves that the log only grew;
// alarms on silence, rollback, fork, a source that shows another log, and on institutions that disagree about one
// serial. Who a log is and what time it is come from this side alone: from the keys and sources of the first sight, and
// our own clock. State is a folder of small canonical JSON files, each checked against the trusted keys when it is
// loaded.
#pragma once

#include <chrono>
#include <map>

#include "resolver/base/clock.h"
#include "zones/audit/claims.h"
#include "zones/audit/key_history.h"
#include "zones/audit/log_source.h"
#include "zones/audit/policy.h"
#include "zones/canonical_json.h"

namespace rw::zones::audit
{

/// 64 MiB of event text in one round, shared evenly by its sources: no log takes the room of another. An event has some
/// 400 octets and ten years of the root 100,000 of them, so that one source has room for all. What exceeds its share is
/// proved but not shown, and counted.
inline constexpr std::size_t event_octets_per_round = 64U << 20;
/// 4,000,000 leaves and 2 GiB of entries are read of one log in a round; forty years of the root. A log without end
/// would keep the follower from all others.
inline constexpr std::uint64_t leaves_per_round = 4'000'000;
inline constexpr std::uint64_t octets_per_round = std::uint64_t{2} << 30;
/// 16 pairs of checkpoints are kept as evidence against one log: one convicts.
inline constexpr std::size_t evidence_limit = 16;

enum class AlarmKind : std::uint8_t {
    unreachable,
    silence,
    rollback,
    fork,
    forged,
    disagreement,
    witnesses,
    swapped,  ///< a source shows another log than at first sight
    clock     ///< a time that is ahead of ours
};

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
    std::int64_t newest = 0;   ///< what its newest leaf says of its own time
    std::int64_t grew_at = 0;  ///< when this watcher saw it grow last, by its own clock
    bool first_sight = false;  ///< nothing was known of it before
};

struct WatchRound {
    std::vector<Alarm> alarms;
    std::vector<WatchedEvent> events;  ///< new ones of all logs, by serial, then worst first
    std::vector<FollowedLog> logs;     ///< those that could be followed, in the order of the sources
    std::vector<std::string> unseen;   ///< origins of logs that are known or whose key was given, shown by no source
    std::uint64_t not_shown = 0;       ///< events beyond their share of event_octets_per_round
};

class Watcher
{
 public:
    struct Rules {
        std::vector<VerifierKey> keys;  ///< of all logs, got by a way that is trusted
        const Policy* policy = nullptr;
        std::chrono::seconds silence{std::chrono::hours(24)};  ///< no new leaf for longer than this
        std::vector<VerifierKey> accepted{};  ///< keys a person lets speak for their log from now on, besides its own
    };

    /// Loads the state and locks it for as long as this lives; the folder is made when it is not there.
    [[nodiscard]] static Result<Watcher> open(Files& files, std::string state_folder, Rules rules);
    /// Looks at every source once and stores what was learnt. What a source is called is its identity: the log it shows
    /// first is the only one it may show.
    [[nodiscard]] Result<WatchRound> look(const std::vector<LogSource*>& sources, WallSeconds now);

 private:
    struct Followed {
        Checkpoint checkpoint;
        Frontier frontier;
        KeyHistory keys;
        std::int64_t newest = 0;   ///< time that its newest leaf says
        std::int64_t grew_at = 0;  ///< by our clock
    };
    /// What one log says that is new.
    struct NewFacts {
        std::vector<Json> events;
        std::multimap<std::uint32_t, Claim> claims;  ///< by serial
        std::vector<std::uint64_t> key_leaves;
        std::uint64_t octets = 0;      ///< of all entries
        std::size_t event_octets = 0;  ///< of those in `events`
        std::uint64_t not_shown = 0;
        std::optional<std::uint64_t> ahead;  ///< the first leaf whose time is ahead of ours
        bool endless = false;                ///< more than octets_per_round
    };
    /// One look at one source.
    struct Look {
        LogSource& source;
        Checkpoint checkpoint;
        std::string origin;
        std::int64_t now;
        bool first_sight;
    };

    Watcher(Files& files, std::string state_folder, Rules rules, FileLock lock);
    void look_at(LogSource& source, std::int64_t now, WatchRound& round);
    bool is_bound_elsewhere(const LogSource& source, const std::string& origin, WatchRound& round);
    bool judge_signatures(const Look& look, Followed& followed, WatchRound& round);
    bool judge_growth(const Look& look, Followed& followed, WatchRound& round);
    void judge_time(const Look& look, std::uint64_t fresh, Followed& followed, WatchRound& round);
    Result<void> read_new(LogSource& source, const Look& look, Followed& followed, NewFacts& facts);
    void note_leaf(std::uint64_t index, const Json& leaf, std::size_t octets, std::int64_t now, NewFacts& facts);
    Result<void> follow_rotation(LogSource& source, const NewFacts& facts, Followed& followed);
    void note_facts(const std::string& origin, NewFacts facts, WatchRound& round);
    void note_unseen(WatchRound& round) const;
    void keep_evidence(const Checkpoint& old_one, const Checkpoint& new_one, WatchRound& round);
    [[nodiscard]] std::vector<VerifierKey> given_keys() const;
    Result<void> save();
    Result<void> load();
    Result<void> load_log(const std::string& name);
    Result<void> load_table(const char* name, const std::function<Result<void>(const Json&)>& take);
    Result<void> take_sources(const Json& json);

    Files& files_;
    std::string folder_;
    Rules rules_;
    FileLock lock_;
    std::map<std::string, Followed> logs_;        ///< by origin
    std::map<std::string, std::string> sources_;  ///< hash of a source's name to the origin it showed first
    Claims claims_;
    std::size_t event_share_ = event_octets_per_round;
};

}  // namespace rw::zones::audit
