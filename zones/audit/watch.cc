// SPDX-License-Identifier: EUPL-1.2
// One round over all logs. That a log only grew is proved by construction: the frontier of the tree we know, plus the
// hashes of the new entries, must give the new root.
#include "zones/audit/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "zones/audit/bundle.h"
#include "zones/audit/leaf.h"
#include "zones/severity.h"

namespace rw::zones::audit
{

std::string_view alarm_name(AlarmKind kind)
{
    constexpr std::array<std::string_view, 7> names{"unreachable", "silence",      "rollback", "fork",
                                                    "forged",      "disagreement", "witnesses"};
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
    for (LogSource* source : sources)
        look_at(*source, now, round);
    round.events = merged(std::move(round.events));
    if (Result<void> done = save(); !done)
        return std::unexpected(done.error());
    return round;
}

std::vector<VerifierKey> Watcher::given_keys() const
{
    std::vector<VerifierKey> keys = rules_.keys;
    if (rules_.policy != nullptr) {
        for (const VerifierKey& key : rules_.policy->keys())
            keys.push_back(key);
    }
    return keys;
}

Watcher::Followed Watcher::known(const std::string& origin) const
{
    const auto found = logs_.find(origin);
    if (found != logs_.end())
        return found->second;
    Followed fresh;
    fresh.keys = KeyHistory(origin, given_keys());
    return fresh;
}

void Watcher::look_at(LogSource& source, WallSeconds now, WatchRound& round)
{
    const Result<Checkpoint> checkpoint = fetch_checkpoint(source);
    if (!checkpoint) {
        round.alarms.push_back({.kind = AlarmKind::unreachable,
                                .origin = source.name(),
                                .text = fmt::format("{}: {}", source.name(), checkpoint.error().message)});
        return;
    }
    const std::string& origin = checkpoint->head.origin;
    Followed followed = known(origin);
    const bool grew = checkpoint->head.size > followed.checkpoint.head.size || followed.checkpoint.head.origin.empty();
    Result<SignatureReport> signatures = check_log_signature(*checkpoint, followed.keys.keys());
    if (signatures && grew && !followed.keys.may_extend(signatures->valid))
        signatures = failed("only a key that the log itself retired signed the checkpoint");
    if (!signatures) {
        round.alarms.push_back(
            {.kind = AlarmKind::forged,
             .origin = origin,
             .text = signatures.error().message +
                     "; a rotation is followed while old and new key both sign, after that the new vkey is wanted"});
        return;
    }
    if (Result<std::size_t> witnesses = count_witnesses(signatures->valid, rules_.policy); !witnesses)
        round.alarms.push_back({.kind = AlarmKind::witnesses, .origin = origin, .text = witnesses.error().message});
    const std::uint64_t before = followed.frontier.size();
    if (!judge_growth(source, *checkpoint, followed, round))
        return;
    const auto silent = now.time_since_epoch().count() - followed.grew_at;
    if (silent > rules_.silence.count())
        round.alarms.push_back(
            {.kind = AlarmKind::silence,
             .origin = origin,
             .text = fmt::format("nothing new for {} minutes (leaf {})", silent / 60, followed.checkpoint.head.size)});
    round.logs.push_back({.origin = origin,
                          .size = followed.frontier.size(),
                          .fresh = followed.frontier.size() - before,
                          .grew_at = followed.grew_at});
    logs_[origin] = std::move(followed);
}

bool Watcher::judge_growth(LogSource& source, const Checkpoint& checkpoint, Followed& followed, WatchRound& round)
{
    const std::string& origin = checkpoint.head.origin;
    const Checkpoint old_one = followed.checkpoint;
    const bool was_known = !old_one.head.origin.empty();
    if (was_known && checkpoint.head.size < old_one.head.size) {
        round.alarms.push_back(
            {.kind = AlarmKind::rollback,
             .origin = origin,
             .text = fmt::format("the log had {} leaves and now shows {}", old_one.head.size, checkpoint.head.size)});
        keep_evidence(old_one, checkpoint, round);
        return false;
    }
    RememberingSource remembering(source);
    Result<NewFacts> facts = read_new(remembering, checkpoint, followed, round);
    const Result<void> done =
        facts ? follow_rotation(remembering, *facts, followed) : Result<void>(std::unexpected(facts.error()));
    if (!done && remembering.last_failed()) {
        round.alarms.push_back({.kind = AlarmKind::unreachable, .origin = origin, .text = done.error().message});
        return false;
    }
    if (!done) {
        round.alarms.push_back(
            {.kind = was_known ? AlarmKind::fork : AlarmKind::forged, .origin = origin, .text = done.error().message});
        if (was_known)
            keep_evidence(old_one, checkpoint, round);
        return false;
    }
    note_facts(origin, std::move(*facts), round);
    return true;
}

Result<Watcher::NewFacts> Watcher::read_new(LogSource& source, const Checkpoint& checkpoint, Followed& followed,
                                            WatchRound& round)
{
    const std::uint64_t begin = followed.frontier.size();
    LogReader reader(source, checkpoint.head.size);
    NewFacts facts;
    Frontier frontier = followed.frontier;
    std::uint64_t not_shown = 0;
    Result<void> done =
        reader.entries(begin, checkpoint.head.size, [&](std::uint64_t index, Octets entry) -> Result<void> {
            frontier.append(leaf_hash(entry));
            Result<Json> leaf = read_leaf(entry, index);
            if (!leaf)
                return std::unexpected(leaf.error());
            const std::string kind = text_member(*leaf, "kind");
            followed.grew_at = std::max(followed.grew_at, integer_member(*leaf, "time"));
            if (kind == "key" && facts.key_leaves.size() <= rotation_limit)
                facts.key_leaves.push_back(index);
            if (kind != "event" && kind != "version")
                return {};
            if (facts.leaves.size() < facts_per_round)
                facts.leaves.push_back(std::move(*leaf));
            else
                ++not_shown;
            return {};
        });
    if (!done)
        return std::unexpected(done.error());
    if (frontier.root() != checkpoint.head.root)
        return failed(fmt::format("the tree of {} leaves is not the one of {} leaves with {} more", frontier.size(),
                                  begin, frontier.size() - begin));
    round.not_shown += not_shown;
    followed.frontier = std::move(frontier);
    followed.checkpoint = checkpoint;
    return facts;
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
    for (Json& leaf : facts.leaves) {
        if (text_member(leaf, "kind") == "version") {
            note_claim(origin, leaf, round);
            continue;
        }
        const auto index = static_cast<std::uint64_t>(integer_member(leaf, "index"));
        round.events.push_back({.leaf = std::move(leaf), .seen = {{.origin = origin, .index = index}}});
    }
}

void Watcher::note_claim(const std::string& origin, const Json& leaf, WatchRound& round)
{
    const auto serial = static_cast<std::uint32_t>(integer_member(leaf, "serial"));
    const Claim claim{.sha256 = text_member(leaf, "sha256"),
                      .zonemd = text_member(leaf, "zonemd"),
                      .result = text_member(leaf, "result")};
    auto& said = claims_[serial];
    for (const auto& [other, theirs] : said) {
        if (other == origin)
            continue;
        const bool digests_differ = !claim.zonemd.empty() && !theirs.zonemd.empty() && claim.zonemd != theirs.zonemd;
        // An archive without signatures has another content than the zone itself: contents compare when both checks
        // gave the same, or when one of them says that its content is bad. Two verified ones have one digest.
        const bool comparable = claim.result == theirs.result ? claim.result != "verified" || claim.zonemd.empty()
                                                              : claim.result == "failed" || theirs.result == "failed";
        const bool contents_differ = comparable && claim.sha256 != theirs.sha256;
        if (digests_differ || contents_differ)
            round.alarms.push_back(
                {.kind = AlarmKind::disagreement,
                 .origin = origin,
                 .text = fmt::format("serial {}, {}: {} saw {} ({}), {} saw {} ({})", serial,
                                     digests_differ ? "ZONEMD" : "content", other,
                                     digests_differ ? theirs.zonemd : theirs.sha256, theirs.result, origin,
                                     digests_differ ? claim.zonemd : claim.sha256, claim.result)});
    }
    said.try_emplace(origin, claim);
    while (claims_.size() > watched_serials)
        claims_.erase(claims_.begin());
}

}  // namespace rw::zones::audit
