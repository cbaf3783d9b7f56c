// SPDX-License-Identifier: EUPL-1.2
// What a site may do under its authority, and why not. A pure fold: what the site knows, an event and a moment give
// what it knows then and a verdict in one sentence. No file, no clock, no network: whoever calls this brings the facts
// (signatures verified by open(), zones judged by zone_check.h, clocks read) and keeps the state. A second
// implementation in Python (tests/continuity) must agree with every verdict.
#pragma once

#include <variant>

#include "zones/continuity/site.h"
#include "zones/continuity/statement.h"

namespace rw::zones::continuity
{

/// How far a sequence may lead its mark. Attack: one statement with the largest number there is, after which no other
/// could follow.
inline constexpr std::int64_t sequence_reach = 1'000;
/// An hour from arming to the second confirmation; then the zone is to be looked at anew.
inline constexpr Seconds nonce_lifetime = hour;
/// Two people who read two clocks differ by less than 10 minutes.
inline constexpr Seconds vouching_spread = 10 * minute;
/// 48 h: a base that this site verified itself for a rehearsal with clients.
inline constexpr Seconds rehearsal_base_age = 48 * hour;
/// A system clock may leave the monotonic one by a minute and one part in a thousand before it has jumped.
inline constexpr Seconds clock_tolerance = minute;
inline constexpr Seconds clock_drift_divisor = 1'000;
/// By how much the mark's time may rise at the first synchronised moment after a start, when nothing says how long
/// the machine was off.
inline constexpr Seconds start_allowance = day;

/// Each rule that can refuse. A test switches off one after the other and must turn red.
enum class Rule : std::uint8_t {
    none,
    // statements
    marks_lost,
    authority_unknown,
    authority_expired,
    authority_superseded,
    quorum,
    key_retired,
    key_stolen,
    key_expired,
    scope,
    not_begun,
    expired,
    sequence_old,
    sequence_far,
    sequence_taken,
    statement_ended,
    drill_repeated,
    anchor_not_allowed,
    drill_needs_quorum,
    drill_beside_activation,
    renews_nothing,
    // entering
    not_armed,
    nonce_old,
    clock_jumped,
    vouched_apart,
    vouched_below_mark,
    confirmation_action,
    confirmation_site,
    confirmation_subject,
    confirmation_zone,
    confirmation_nonce,
    two_people,
    zone_missing,
    zone_signature,
    zone_digest,
    zone_serial,
    zone_algorithm,
    zone_base,
    zone_difference,
    zone_share,
    rehearsal_base,
    // leaving, and what only operators do
    nothing_runs,
    enrolment_not_needed,
    clock_disagrees,
    // authority and site
    version,
    previous,
    old_quorum,
    new_quorum,
    key_came_back,
    key_dropped,
    key_moved,
};
inline constexpr std::size_t rule_count = static_cast<std::size_t>(Rule::key_moved) + 1;

/// "sequence-old": the name in JSON and in tests.
[[nodiscard]] std::string_view rule_name(Rule rule);

/// The largest sequences seen and the latest time trusted. Kept in two places; the larger wins.
struct Mark {
    std::int64_t sequence = 0;
    std::optional<Digest> activation;  ///< the last activation armed here
    std::optional<Digest> renewal;     ///< the last renew of it accepted here
    bool ended = false;                ///< by return, revoke or expiry: it cannot be armed again
    std::int64_t drill = 0;            ///< sequence of the last drill run here
    Seconds time = 0;
    bool operator==(const Mark&) const = default;
};

/// What the clocks say.
struct Moment {
    Seconds system = 0;
    bool synchronised = true;  ///< the kernel says so
    Seconds monotonic = 0;     ///< since some start; rises
};

/// What is known of a continuity zone, as zone_check.h finds it.
struct ZoneFacts {
    Digest hash{};  ///< of the unsigned zone
    std::int64_t serial = 0;
    std::string anchor;                    ///< DS by which every signature was verified; empty: they were not
    bool zonemd = false;                   ///< verified
    std::vector<std::int64_t> algorithms;  ///< of the keys that sign it
    Base base;                             ///< what it was compared with
    std::int64_t unlisted = 0;             ///< differences from the base that the policy does not list
    std::string first_unlisted;
    std::int64_t changed_tlds = 0;
    std::int64_t base_tlds = 0;
    std::optional<Seconds> base_verified;  ///< when this site itself verified the base
};

/// A statement that waits for confirmations.
struct Armed {
    Signed<Statement> statement;
    std::string nonce;
    Seconds since = 0;  ///< monotonic
    std::optional<ZoneFacts> zone;
};

/// A statement in force.
struct Running {
    Signed<Statement> statement;
    std::string nonce;
    ZonePolicy policy;
    Digest zone{};
    Seconds expires = 0;
    Seconds deadline = 0;  ///< monotonic: it ends then whatever the system clock says
};

struct ClockState {
    std::optional<Seconds> lead;  ///< system minus monotonic at the start, or when operators set the time
    Seconds lead_since = 0;       ///< monotonic, when that was
    Seconds last = 0;             ///< monotonic, at the last moment
    bool fresh = true;            ///< no synchronised moment since the start
};

/// All that a site knows.
struct State {
    std::vector<Signed<Authority>> chain;  ///< the installed one, then each rotation
    Signed<Site> site;
    std::optional<Mark> file;     ///< in the state file
    std::optional<Mark> journal;  ///< in the journal, the log's floor included
    ClockState clock;
    std::optional<Armed> armed;
    std::optional<Running> active;
    std::optional<Running> drill;

    /// The larger of both; nothing when both are lost.
    [[nodiscard]] std::optional<Mark> mark() const;
    [[nodiscard]] std::vector<Digest> party_keys() const;  ///< of the whole chain
};

/// The process started: nothing armed, no drill, the monotonic clock begins anew.
struct Start {
};
/// Time passed.
struct Tick {
};
struct Rotate {
    Signed<Authority> authority;
};
struct Install {
    Signed<Authority> authority;
    std::string nonce;
    std::vector<Signed<Confirmation>> confirmations;
};
struct ChangeSite {
    Signed<Site> site;
};
/// A statement is handed in; `nonce` is the one to arm it with.
struct Present {
    Signed<Statement> statement;
    std::string nonce;
};
/// A zone was fetched: to be shown while something is armed, a new version while something runs.
struct ShowZone {
    ZoneFacts zone;
    bool for_armed = true;  ///< else a new version for what runs
};
struct Enter {
    std::vector<Signed<Confirmation>> confirmations;
};
struct Leave {
    Signed<Confirmation> confirmation;
};
/// Both marks are lost. Without a statement: none was ever seen here.
struct Enrol {
    std::optional<Signed<Statement>> statement;
    std::string nonce;
    std::vector<Signed<Confirmation>> confirmations;
};
struct SetTime {
    std::string nonce;
    std::vector<Signed<Confirmation>> confirmations;
};
struct LoseMarks {
    bool file = false;
    bool journal = false;
};

using Event =
    std::variant<Start, Tick, Rotate, Install, ChangeSite, Present, ShowZone, Enter, Leave, Enrol, SetTime, LoseMarks>;

struct Verdict {
    bool permitted = false;
    Rule rule = Rule::none;  ///< which refused
    std::string sentence;
    bool critical = false;  ///< somebody tries something: a person is paged
    std::vector<std::string> notes;
};

/// What `event` at `now` does to what the site knows.
[[nodiscard]] Verdict step(State& state, const Event& event, const Moment& now);

/// The same with one rule switched off; only the test that shows that each rule is needed calls it.
[[nodiscard]] Verdict step_without(Rule off, State& state, const Event& event, const Moment& now);

/// The system clock, never below the mark.
[[nodiscard]] Seconds trusted_time(const State& state, const Moment& now);

}  // namespace rw::zones::continuity
