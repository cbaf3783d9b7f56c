// SPDX-License-Identifier: EUPL-1.2
// One round over all logs. That a log only grew is proved by construction: the frontier of the tree we know, plus the
// hashes of the new entries, must give the new root.
#include "zones/audit/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <tuple>

#include "zones/audit/bundle.h"
#include "zones/audit/leaf.h"
#include "zones/severity.h"

namespace rw::zones::audit
{

std::string_view alarm_name(AlarmKind kind)
{
    constexpr std::array<std::string_view, 9> names{"unreachable",  "silence",   "rollback", "fork", "forged",
                                                    "disagreement", "witnesses", "swapped",  "clock"};
    return names.at(static_cast<std::size_t>(kind));
}

namespace
{

/// Tells a source that cannot be read from one that says something wrong.
class RememberingSource final : public LogSource
{
 public:
    explicit RememberingSource(LogSource& source) : source_(source) {}
    Result<OctetBuffer> fetch(const std::string& path) override
    {
        Result<OctetBuffer> octets = source_.fetch(path);
        failed_ = !octets;
        return octets;
    }
    [[nodiscard]] std::string name() const override { return source_.name(); }
    /// Whether the last file could not be had.
    [[nodiscard]] bool last_failed() const { return failed_; }

 private:
    LogSource& source_;
    bool failed_ = false;
};

Severity severity_of(const Json& leaf)
{
    return parse_severity(text_member(leaf, "severity")).value_or(Severity::info);
}

/// Equal for events that are the same fact told by several logs.
auto identity_of(const Json& leaf)
{
    return std::tuple(integer_member(leaf, "serial"), text_member(leaf, "class"), text_member(leaf, "tld"),
                      text_member(leaf, "summary"));
}

/// The members of an event leaf that we write ourselves: what a stranger adds is proved, and takes no memory.
Json event_members(const Json& leaf)
{
    Json kept = Json::object();
    for (const char* name : {"schema", "kind", "index", "time", "serial", "class", "severity", "tld", "summary",
                             "expected", "reason", "reference"}) {
        const auto member = leaf.find(name);
        if (member != leaf.end() && !member->is_structured())
            kept[name] = *member;
    }
    return kept;
}

std::vector<WatchedEvent> merged(std::vector<WatchedEvent> events)
{
    std::ranges::sort(events, {}, [](const WatchedEvent& e) {
        return std::tuple_cat(identity_of(e.leaf), std::tuple(e.seen.front().origin, e.seen.front().index));
    });
    std::vector<WatchedEvent> unique;
    for (WatchedEvent& event : events) {
        if (unique.empty() || identity_of(unique.back().leaf) != identity_of(event.leaf)) {
            unique.push_back(std::move(event));
            continue;
        }
        unique.back().seen.push_back(std::move(event.seen.front()));
        if (severity_of(event.leaf) > severity_of(unique.back().leaf))
            unique.back().leaf = std::move(event.leaf);
    }
    std::ranges::sort(unique, {}, [](const WatchedEvent& e) {
        return std::tuple(integer_member(e.leaf, "serial"), -static_cast<int>(severity_of(e.leaf)),
                          text_member(e.leaf, "class"), text_member(e.leaf, "tld"), text_member(e.leaf, "summary"));
    });
    return unique;
}

}  // namespace

Result<WatchRound> Watcher::look(const std::vector<LogSource*>& sources, WallSeconds now)
{
    WatchRound round;
    event_share_ = event_octets_per_round / std::max<std::size_t>(sources.size(), 1);
    for (LogSource* source : sources)
        look_at(*source, now.time_since_epoch().count(), round);
    round.events = merged(std::move(round.events));
    note_unseen(round);
    if (Result<void> done = save(); !done)
        return std::unexpected(done.error());
    return round;
}

std::vector<VerifierKey> Watcher::given_keys() const
{
    std::vector<VerifierKey> keys = rules_.keys;
    std::ranges::copy(rules_.accepted, std::back_inserter(keys));
    if (rules_.policy != nullptr)
        std::ranges::copy(rules_.policy->keys(), std::back_inserter(keys));
    return keys;
}

void Watcher::look_at(LogSource& source, std::int64_t now, WatchRound& round)
{
    Result<Checkpoint> checkpoint = fetch_checkpoint(source);
    if (!checkpoint) {
        round.alarms.push_back({.kind = AlarmKind::unreachable,
                                .origin = source.name(),
                                .text = fmt::format("{}: {}", source.name(), checkpoint.error().message)});
        return;
    }
    const std::string origin = checkpoint->head.origin;
    if (is_bound_elsewhere(source, origin, round))
        return;
    const auto known = logs_.find(origin);
    const Look look{.source = source,
                    .checkpoint = std::move(*checkpoint),
                    .origin = origin,
                    .now = now,
                    .first_sight = known == logs_.end()};
    Followed followed = look.first_sight ? Followed{} : known->second;
    if (look.first_sight)
        followed.keys = KeyHistory(origin, given_keys());
    const std::uint64_t before = followed.frontier.size();
    if (!judge_signatures(look, followed, round) || !judge_growth(look, followed, round))
        return;
    judge_time(look, followed.frontier.size() - before, followed, round);
    round.logs.push_back({.origin = origin,
                          .size = followed.frontier.size(),
                          .fresh = followed.frontier.size() - before,
                          .newest = followed.newest,
                          .grew_at = followed.grew_at,
                          .first_sight = look.first_sight});
    logs_[origin] = std::move(followed);
    sources_.try_emplace(hex_lower(sha256(source.name())), origin);
}

/// The log that a source showed first is the one that is followed there: who serves another one in its place hides it.
bool Watcher::is_bound_elsewhere(const LogSource& source, const std::string& origin, WatchRound& round)
{
    const auto bound = sources_.find(hex_lower(sha256(source.name())));
    if (bound == sources_.end() || bound->second == origin)
        return false;
    round.alarms.push_back({.kind = AlarmKind::swapped,
                            .origin = bound->second,
                            .text = fmt::format("{} was this log and now shows \"{}\": nobody follows {} there",
                                                source.name(), origin, bound->second)});
    return true;
}

bool Watcher::judge_signatures(const Look& look, Followed& followed, WatchRound& round)
{
    Result<SignatureReport> signatures = check_log_signature(look.checkpoint, followed.keys.keys());
    if (signatures)
        followed.keys.begin_with(look.first_sight ? signatures->valid : rules_.accepted);
    const bool grew = look.first_sight || look.checkpoint.head.size > followed.checkpoint.head.size;
    if (signatures && grew && !followed.keys.may_extend(signatures->valid))
        signatures = failed(
            "no key signed the checkpoint that speaks for this log: one that the log retired, or one that "
            "is yours and neither was there at first sight nor introduced by the log (--accept it)");
    if (!signatures) {
        round.alarms.push_back(
            {.kind = AlarmKind::forged,
             .origin = look.origin,
             .text = signatures.error().message +
                     "; a rotation is followed while old and new key both sign, after that the new vkey is wanted"});
        return false;
    }
    if (Result<std::size_t> witnesses = count_witnesses(signatures->valid, rules_.policy); !witnesses)
        round.alarms.push_back(
            {.kind = AlarmKind::witnesses, .origin = look.origin, .text = witnesses.error().message});
    const std::int64_t cosigned = static_cast<std::int64_t>(signatures->cosigned_at.value_or(0));
    if (cosigned > look.now + clock_allowance_s)
        round.alarms.push_back({.kind = AlarmKind::clock,
                                .origin = look.origin,
                                .text = fmt::format("a witness dates its cosignature {} minutes ahead of our clock",
                                                    (cosigned - look.now) / 60)});
    else if (rules_.policy != nullptr && cosigned > 0 && look.now - cosigned > rules_.silence.count())
        round.alarms.push_back(
            {.kind = AlarmKind::witnesses,
             .origin = look.origin,
             .text = fmt::format("the latest cosignature is {} minutes old: no witness says that this "
                                 "is still all of the log",
                                 (look.now - cosigned) / 60)});
    return true;
}

bool Watcher::judge_growth(const Look& look, Followed& followed, WatchRound& round)
{
    const TreeHead& head = look.checkpoint.head;
    const Checkpoint old_one = followed.checkpoint;
    const auto alarm = [&](AlarmKind kind, std::string text) {
        round.alarms.push_back({.kind = kind, .origin = look.origin, .text = std::move(text)});
    };
    if (!look.first_sight && head.size < old_one.head.size) {
        alarm(AlarmKind::rollback, fmt::format("the log had {} leaves and now shows {}", old_one.head.size, head.size));
        keep_evidence(old_one, look.checkpoint, round);
        return false;
    }
    if (head.size - old_one.head.size > leaves_per_round) {
        alarm(AlarmKind::unreachable, fmt::format("{} new leaves are more than are read in one round ({})",
                                                  head.size - old_one.head.size, leaves_per_round));
        return false;
    }
    RememberingSource remembering(look.source);
    NewFacts facts;
    Result<void> done = read_new(remembering, look, followed, facts);
    if (done)
        done = follow_rotation(remembering, facts, followed);
    if (!done && (remembering.last_failed() || facts.endless)) {
        alarm(AlarmKind::unreachable, done.error().message);
        return false;
    }
    if (!done) {
        alarm(look.first_sight ? AlarmKind::forged : AlarmKind::fork, done.error().message);
        if (!look.first_sight)
            keep_evidence(old_one, look.checkpoint, round);
        return false;
    }
    if (facts.ahead)
        alarm(AlarmKind::clock,
              fmt::format("leaf {} is dated ahead of our clock: its times are no evidence of when", *facts.ahead));
    note_facts(look.origin, std::move(facts), round);
    return true;
}

/// Silence is measured by our clock alone: from when we saw the log grow. Only at first sight its newest leaf says how
/// long it has been silent, and no leaf is believed to be of a time to come.
void Watcher::judge_time(const Look& look, std::uint64_t fresh, Followed& followed, WatchRound& round)
{
    if (look.first_sight)
        followed.grew_at = followed.frontier.size() > 0 ? std::min(followed.newest, look.now) : look.now;
    else if (fresh > 0)
        followed.grew_at = look.now;
    if (followed.grew_at > look.now + clock_allowance_s) {
        round.alarms.push_back(
            {.kind = AlarmKind::clock,
             .origin = look.origin,
             .text = fmt::format("our own clock was {} minutes further when the log was seen to grow: "
                                 "it went back, silence is counted from now on",
                                 (followed.grew_at - look.now) / 60)});
        followed.grew_at = look.now;
    }
    const std::int64_t silent = look.now - followed.grew_at;
    if (silent > rules_.silence.count())
        round.alarms.push_back(
            {.kind = AlarmKind::silence,
             .origin = look.origin,
             .text = fmt::format("nothing new for {} minutes (leaf {})", silent / 60, followed.checkpoint.head.size)});
}

Result<void> Watcher::read_new(LogSource& source, const Look& look, Followed& followed, NewFacts& facts)
{
    const std::uint64_t begin = followed.frontier.size();
    const TreeHead& head = look.checkpoint.head;
    LogReader reader(source, head.size);
    Frontier frontier = followed.frontier;
    std::int64_t newest = followed.newest;
    Result<void> done = reader.entries(begin, head.size, [&](std::uint64_t index, Octets entry) -> Result<void> {
        facts.octets += entry.size();
        facts.endless = facts.octets > octets_per_round;
        if (facts.endless)
            return failed(fmt::format("its new leaves have more than {} MiB, which is more than is read in one round",
                                      octets_per_round >> 20));
        frontier.append(leaf_hash(entry));
        const Result<Json> leaf = read_leaf(entry, index);
        if (!leaf)
            return std::unexpected(leaf.error());
        newest = integer_member(*leaf, "time");
        note_leaf(index, *leaf, entry.size(), look.now, facts);
        return {};
    });
    if (!done)
        return done;
    if (frontier.root() != head.root)
        return failed(fmt::format("the tree of {} leaves is not the one of {} leaves with {} more", frontier.size(),
                                  begin, frontier.size() - begin));
    followed.frontier = std::move(frontier);
    followed.checkpoint = look.checkpoint;
    followed.newest = newest;
    return {};
}

void Watcher::note_leaf(std::uint64_t index, const Json& leaf, std::size_t octets, std::int64_t now, NewFacts& facts)
{
    if (!facts.ahead && integer_member(leaf, "time") > now + clock_allowance_s)
        facts.ahead = index;
    const std::string kind = text_member(leaf, "kind");
    if (kind == "key" && facts.key_leaves.size() <= rotation_limit)
        facts.key_leaves.push_back(index);
    if (kind == "version") {
        facts.claims.emplace(static_cast<std::uint32_t>(integer_member(leaf, "serial")), claim_of(leaf));
        if (facts.claims.size() > watched_serials)
            facts.claims.erase(facts.claims.begin());
    }
    if (kind != "event")
        return;
    if (facts.event_octets + octets > event_share_) {
        ++facts.not_shown;
        return;
    }
    facts.event_octets += octets;
    facts.events.push_back(event_members(leaf));
}

Result<void> Watcher::follow_rotation(LogSource& source, const NewFacts& facts, Followed& followed)
{
    for (const std::uint64_t index : facts.key_leaves) {
        Result<std::string> bundle = make_bundle(source, index, followed.checkpoint);
        if (!bundle)
            return std::unexpected(bundle.error());
        if (Result<void> done = followed.keys.learn(std::move(*bundle)); !done)
            return failed(fmt::format("leaf {}: {}", index, done.error().message));
    }
    return {};
}

void Watcher::note_facts(const std::string& origin, NewFacts facts, WatchRound& round)
{
    round.not_shown += facts.not_shown;
    for (Json& leaf : facts.events) {
        const auto index = static_cast<std::uint64_t>(integer_member(leaf, "index"));
        round.events.push_back({.leaf = std::move(leaf), .seen = {{.origin = origin, .index = index}}});
    }
    std::size_t told = 0;
    for (const auto& [serial, claim] : facts.claims) {
        for (std::string& text : claims_.note(origin, serial, claim)) {
            if (told++ < disagreements_told)
                round.alarms.push_back({.kind = AlarmKind::disagreement, .origin = origin, .text = std::move(text)});
        }
    }
    if (told > disagreements_told)
        round.alarms.push_back({.kind = AlarmKind::disagreement,
                                .origin = origin,
                                .text = fmt::format("and {} more serials", told - disagreements_told)});
}

/// Logs that somebody thinks are watched and that no source showed.
void Watcher::note_unseen(WatchRound& round) const
{
    std::set<std::string> wanted;
    for (const auto& [origin, followed] : logs_)
        wanted.insert(origin);
    for (const VerifierKey& key : rules_.keys) {
        if (key.type == KeyType::log)
            wanted.insert(key.name);
    }
    for (const FollowedLog& log : round.logs)
        wanted.erase(log.origin);
    round.unseen.assign(wanted.begin(), wanted.end());
}

}  // namespace rw::zones::audit
