// SPDX-License-Identifier: EUPL-1.2
// Recording.
#include "zones/audit/recorder.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/verified_log.h"
#include "zones/zone_file.h"
#include "zones/zonemd.h"

namespace rw::zones::audit
{

namespace
{

/// 10,000 events of one version are leaves, the worst ones: seven for each TLD there is. Attack: a quarter of a million
/// TLDs that come and go with every version.
constexpr std::size_t findings_limit = 10'000;

}  // namespace

Recorder::Recorder(Files& files, LogWriter log, const Rules& rules)
    : files_(files), log_(std::move(log)), rules_(rules), store_(files, log_.folder())
{
}

Result<Recorder> Recorder::open(Files& files, LogWriter log, const Rules& rules)
{
    Recorder recorder(files, std::move(log), rules);
    if (Result<void> done = recorder.read_history(); !done)
        return std::unexpected(done.error());
    // What a crash kept from being published.
    if (rules.publish && !recorder.log_.is_published()) {
        if (Result<void> done = recorder.log_.publish(); !done)
            return std::unexpected(done.error());
    }
    return recorder;
}

Result<void> Recorder::read_history()
{
    FolderSource source(files_, log_.folder());
    Result<VerifiedLog> log = VerifiedLog::under(source, log_.committed(), log_.verifiers(), nullptr);
    if (!log)
        return std::unexpected(log.error());
    Result<void> done = log->entries(0, log->head().size, [&](std::uint64_t index, Octets entry) -> Result<void> {
        // A cheap look first: most leaves are events and deltas.
        if (text_of(entry).find("\"kind\":\"version\"") == std::string_view::npos)
            return {};
        const Result<Json> leaf = read_leaf(entry, index);
        if (!leaf || text_member(*leaf, "kind") != "version")
            return {};
        const std::optional<Digest> digest = digest_from_hex(text_member(*leaf, "sha256"));
        if (!digest)
            return failed(fmt::format("leaf {}: a version without content hash", index));
        known_.emplace(static_cast<std::uint32_t>(integer_member(*leaf, "serial")), *digest);
        last_digest_ = digest;
        return {};
    });
    if (!done || !last_digest_)
        return done;
    const Result<std::string> text = store_.get(*last_digest_);
    if (!text)
        return std::unexpected(text.error());
    Result<Zone> zone = read_zone(*text);
    if (!zone)
        return std::unexpected(zone.error());
    last_ = std::move(*zone);
    return {};
}

Result<void> Recorder::add(Json leaf)
{
    const std::string text = stamp(std::move(leaf), log_.next_index(), rules_.clock->wall_seconds());
    const Result<std::uint64_t> index = log_.add(text);
    return index ? Result<void>{} : std::unexpected(index.error());
}

Result<void> Recorder::seal()
{
    if (Result<Checkpoint> checkpoint = log_.commit(); !checkpoint)
        return std::unexpected(checkpoint.error());
    return rules_.publish ? log_.publish() : Result<void>{};
}

Result<void> Recorder::start(const ClockFacts& clock)
{
    if (Result<void> done = add(start_leaf(log_.committed().head.origin, clock)); !done)
        return done;
    return seal();
}

Result<void> Recorder::stop(std::string_view reason)
{
    if (Result<void> done = add(stop_leaf(reason)); !done)
        return done;
    return seal();
}

Result<void> Recorder::heartbeat()
{
    if (!last_)
        return {};
    if (Result<void> done = add(heartbeat_leaf(last_->serial(), *last_digest_)); !done)
        return done;
    return seal();
}

Result<void> Recorder::note_key(std::string_view action, const VerifierKey& key)
{
    if (Result<void> done = add(key_leaf(action, key)); !done)
        return done;
    return seal();
}

WallSeconds Recorder::time_of(const Zone& zone) const
{
    return signing_time(zone).value_or(rules_.clock->wall_seconds());
}

Recorded Recorder::judge(const Zone& zone) const
{
    Recorded recorded;
    recorded.serial = zone.serial();
    if (rules_.anchor != nullptr)
        recorded.verdict = verify_zone(zone, *rules_.anchor, time_of(zone));
    else
        recorded.verdict = {
            .serial = zone.serial(), .reason = "no trust anchor was given", .zonemd = stated_zonemd(zone)};
    return recorded;
}

Result<Recorded> Recorder::record(std::string_view zone_text, const std::string& source)
{
    Result<Zone> zone = read_zone(zone_text);
    return zone ? record(std::move(*zone), source) : std::unexpected(zone.error());
}

Result<Recorded> Recorder::record(Zone zone, const std::string& source)
{
    const std::string text = canonical_text(zone);
    const Digest digest = sha256(text);
    const auto same_serial = known_.equal_range(zone.serial());
    const bool known = std::any_of(same_serial.first, same_serial.second,
                                   [&](const auto& version) { return version.second == digest; });
    if (known)
        return Recorded{.serial = zone.serial(), .known = true, .verdict = {}, .findings = {}};
    // The content is durable before any leaf speaks of it.
    if (Result<Digest> kept = store_.put(text, last_digest_); !kept)
        return std::unexpected(kept.error());
    Recorded recorded = judge(zone);
    recorded.first_leaf = log_.next_index();
    const std::optional<WallSeconds> signed_at = signing_time(zone);
    SeenVersion seen{.verdict = recorded.verdict,
                     .sha256 = digest,
                     .octets = text.size(),
                     .records = zone.record_count(),
                     .signed_at = {},
                     .source = source};
    if (signed_at)
        seen.signed_at = signed_at->time_since_epoch().count();
    if (Result<void> done = add(version_leaf(seen)); !done)
        return std::unexpected(done.error());
    if (Result<void> done = add_comparison(zone, digest, recorded); !done)
        return std::unexpected(done.error());
    if (Result<void> done = seal(); !done)
        return std::unexpected(done.error());
    known_.emplace(zone.serial(), digest);
    last_digest_ = digest;
    last_ = std::move(zone);
    return recorded;
}

Result<void> Recorder::add_comparison(const Zone& zone, const Digest& digest, Recorded& recorded)
{
    std::vector<Event> events;
    if (recorded.verdict.result == ZoneResult::failed)
        events.push_back({.event_class = EventClass::verification_failed,
                          .tld = ".",
                          .summary = fmt::format("version {} failed: {}", zone.serial(), recorded.verdict.reason)});
    if (last_) {
        const MissingSerials missing = missing_serials(last_->serial(), zone.serial());
        if (missing.count > 0) {
            if (Result<void> done = add(gap_leaf(last_->serial(), zone.serial(), missing)); !done)
                return done;
        }
        const Delta delta = compare(*last_, zone);
        recorded.changes = delta.changes.size();
        for (Json& leaf : delta_leaves(delta, *last_digest_, digest)) {
            if (Result<void> done = add(std::move(leaf)); !done)
                return done;
        }
        for (Event& event : find_events(*last_, zone, delta, rules_.severities->limits()))
            events.push_back(std::move(event));
    }
    recorded.findings = rules_.severities->judge(std::move(events), time_of(zone));
    if (recorded.findings.size() > findings_limit) {
        Event rest{.event_class = EventClass::burst,
                   .tld = ".",
                   .summary = fmt::format("{} further events of this version, none graver than those listed, are not "
                                          "listed one by one",
                                          recorded.findings.size() - findings_limit)};
        recorded.findings.resize(findings_limit);
        recorded.findings.push_back(rules_.severities->judge(std::move(rest), time_of(zone)));
    }
    for (const Finding& finding : recorded.findings) {
        if (Result<void> done = add(event_leaf(finding, zone.serial())); !done)
            return done;
    }
    return {};
}

}  // namespace rw::zones::audit
