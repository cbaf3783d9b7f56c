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

namespace rw::zones::audit
{

std::string_view alarm_name(AlarmKind kind)
{
    constexpr std::array<std::string_view, 7> names{"unreachable", "silence",      "rollback", "fork",
                                                    "forged",      "disagreement", "witnesses"};
    return names.at(static_cast<std::size_t>(kind));
}

Result<WatchRound> Watcher::look(const std::vector<LogSource*>& sources, WallSeconds now)
{
    WatchRound round;
    for (LogSource* source : sources)
        look_at(*source, now, round);
    round.logs = sources.size();
    std::ranges::sort(round.events, [](const WatchedEvent& a, const WatchedEvent& b) {
        const auto place = [](const WatchedEvent& e) {
            return std::tuple(integer_member(e.leaf, "serial"), e.origin, integer_member(e.leaf, "index"));
        };
        return place(a) < place(b);
    });
    if (Result<void> done = save(); !done)
        return std::unexpected(done.error());
    return round;
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
    std::vector<VerifierKey> keys = rules_.keys;
    if (rules_.policy != nullptr) {
        for (const VerifierKey& key : rules_.policy->keys())
            keys.push_back(key);
    }
    const Result<SignatureReport> signatures = check_log_signature(*checkpoint, keys);
    if (!signatures) {
        round.alarms.push_back({.kind = AlarmKind::forged, .origin = origin, .text = signatures.error().message});
        return;
    }
    if (Result<std::size_t> witnesses = count_witnesses(signatures->valid, rules_.policy); !witnesses)
        round.alarms.push_back({.kind = AlarmKind::witnesses, .origin = origin, .text = witnesses.error().message});
    if (!judge_growth(source, *checkpoint, round))
        return;
    const Followed& followed = logs_.at(origin);
    const auto silent = now.time_since_epoch().count() - followed.grew_at;
    if (silent > rules_.silence.count())
        round.alarms.push_back(
            {.kind = AlarmKind::silence,
             .origin = origin,
             .text = fmt::format("nothing new for {} minutes (leaf {})", silent / 60, followed.checkpoint.head.size)});
}

bool Watcher::judge_growth(LogSource& source, const Checkpoint& checkpoint, WatchRound& round)
{
    const std::string& origin = checkpoint.head.origin;
    Followed followed = logs_.contains(origin) ? logs_.at(origin) : Followed{};
    const TreeHead& old_head = followed.checkpoint.head;
    if (!old_head.origin.empty() && checkpoint.head.size < old_head.size) {
        round.alarms.push_back(
            {.kind = AlarmKind::rollback,
             .origin = origin,
             .text = fmt::format("the log had {} leaves and now shows {}", old_head.size, checkpoint.head.size)});
        keep_evidence(followed.checkpoint, checkpoint, round);
        return false;
    }
    const std::size_t events = round.events.size();
    const Result<void> done = read_new(source, checkpoint, followed, round);
    if (!done) {
        round.events.resize(events);
        const bool known = !old_head.origin.empty();
        round.alarms.push_back(
            {.kind = known ? AlarmKind::fork : AlarmKind::forged, .origin = origin, .text = done.error().message});
        if (known)
            keep_evidence(followed.checkpoint, checkpoint, round);
        return false;
    }
    logs_[origin] = std::move(followed);
    return true;
}

Result<void> Watcher::read_new(LogSource& source, const Checkpoint& checkpoint, Followed& followed, WatchRound& round)
{
    const std::uint64_t begin = followed.frontier.size();
    LogReader reader(source, checkpoint.head.size);
    std::vector<Json> leaves;
    Frontier frontier = followed.frontier;
    Result<void> done =
        reader.entries(begin, checkpoint.head.size, [&](std::uint64_t index, Octets entry) -> Result<void> {
            frontier.append(leaf_hash(entry));
            Result<Json> leaf = read_leaf(entry, index);
            if (!leaf)
                return std::unexpected(leaf.error());
            const std::string kind = text_member(*leaf, "kind");
            followed.grew_at = std::max(followed.grew_at, integer_member(*leaf, "time"));
            if (kind != "event" && kind != "version")
                return {};
            if (leaves.size() < facts_per_round)
                leaves.push_back(std::move(*leaf));
            else
                ++round.not_shown;
            return {};
        });
    if (!done)
        return done;
    if (frontier.root() != checkpoint.head.root)
        return failed(fmt::format("the tree of {} leaves is not the one of {} leaves with {} more", frontier.size(),
                                  begin, frontier.size() - begin));
    for (Json& leaf : leaves) {
        if (text_member(leaf, "kind") == "event")
            round.events.push_back({.origin = checkpoint.head.origin, .leaf = std::move(leaf)});
        else
            note_claim(checkpoint.head.origin, leaf, round);
    }
    round.new_leaves += frontier.size() - begin;
    followed.frontier = std::move(frontier);
    followed.checkpoint = checkpoint;
    return {};
}

void Watcher::note_claim(const std::string& origin, const Json& leaf, WatchRound& round)
{
    const auto serial = static_cast<std::uint32_t>(integer_member(leaf, "serial"));
    const Claim claim{.sha256 = text_member(leaf, "sha256"), .zonemd = text_member(leaf, "zonemd")};
    auto& said = claims_[serial];
    for (const auto& [other, theirs] : said) {
        // An archive without signatures has another content than the zone itself; its ZONEMD tells nothing either.
        const bool both_checked = !claim.zonemd.empty() && !theirs.zonemd.empty();
        const bool differ = both_checked ? claim.zonemd != theirs.zonemd : claim.sha256 != theirs.sha256;
        const bool comparable = both_checked || claim.zonemd.empty() == theirs.zonemd.empty();
        if (other != origin && differ && comparable)
            round.alarms.push_back({.kind = AlarmKind::disagreement,
                                    .origin = origin,
                                    .text = fmt::format("serial {}: {} saw {}, {} saw {}", serial, other,
                                                        both_checked ? theirs.zonemd : theirs.sha256, origin,
                                                        both_checked ? claim.zonemd : claim.sha256)});
    }
    said.try_emplace(origin, claim);
    while (claims_.size() > watched_serials)
        claims_.erase(claims_.begin());
}

}  // namespace rw::zones::audit
