// SPDX-License-Identifier: EUPL-1.2
// The monitor's judgement.
#include "resolver/root/monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rw::root
{

namespace
{

char capital(config::IdentityLetter letter)
{
    return static_cast<char>(std::toupper(static_cast<unsigned char>(letter.letter)));
}

std::string in_words(Duration time)
{
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time).count();
    return minutes < 120 ? fmt::format("{} min", minutes) : fmt::format("{} h", minutes / 60);
}

}  // namespace

void Monitor::set_targets(const std::vector<MonitorTarget>& targets)
{
    std::erase_if(records_, [&](const Record& record) { return std::ranges::count(targets, record.target) == 0; });
    for (const MonitorTarget& target : targets) {
        if (record_of(target.address) == nullptr) {
            Record record;
            record.target = target;
            records_.push_back(std::move(record));
        }
    }
}

Monitor::Record* Monitor::record_of(const IpAddress& address)
{
    const auto at =
        std::ranges::find_if(records_, [&](const Record& record) { return record.target.address == address; });
    return at == records_.end() ? nullptr : &*at;
}

std::string Monitor::describe(const Record& record)
{
    return fmt::format("{} at {}{}", capital(record.target.letter), record.target.address.to_string(),
                       record.nsid ? fmt::format(" (says it is {})", *record.nsid) : "");
}

void Monitor::report(IncidentKind kind, const Record& record, const Moment& now, std::string text)
{
    incidents_.push_back({kind, now.wall, record.target.letter, record.target.address, std::move(text)});
}

std::vector<Incident> Monitor::observe(const Observation& observation, const Moment& now)
{
    Record* record = record_of(observation.address);
    if (record == nullptr)
        return {};
    incidents_.clear();
    record->answers = observation.rtt.has_value();
    Health::Sample sample{observation.rtt, observation.tcp, std::nullopt};
    if (observation.verdict.authenticity != Authenticity::unknown)
        sample.correct = observation.verdict.authenticity == Authenticity::authentic;
    health_of(*record).note(sample);
    if (observation.rtt) {
        record->nsid = observation.nsid;
        judge_authenticity(*record, observation, now);
        if (observation.asked == dns::RRType::soa && observation.serial)
            judge_serial(*record, observation, now);
        if (observation.asked == dns::RRType::zonemd)
            judge_zonemd(*record, observation, now);
    }
    judge_preferred(now);
    judge_health(*record, now);
    return std::move(incidents_);
}

void Monitor::judge_authenticity(Record& record, const Observation& observation, const Moment& now)
{
    if (observation.verdict.authenticity == Authenticity::unknown)
        return;
    const bool was_tampered = !record.forged.empty();
    std::erase(record.forged, observation.asked);
    if (observation.verdict.authenticity == Authenticity::forged)
        record.forged.push_back(observation.asked);
    if (!was_tampered && !record.forged.empty())
        report(
            IncidentKind::path_tampering, record, now,
            fmt::format(
                "{} gave {} records that the root's keys did not sign; it is asked last while others give signed ones",
                describe(record), dns::type_name(observation.asked)));
    if (was_tampered && record.forged.empty())
        report(IncidentKind::path_restored, record, now,
               fmt::format("{} gives records that the root's keys signed again", describe(record)));
}

void Monitor::judge_serial(Record& record, const Observation& observation, const Moment& now)
{
    const bool authentic = observation.verdict.authenticity == Authenticity::authentic;
    record.serial = observation.serial;
    record.validated = authentic;
    if (!authentic)
        return;
    publications_.note(*observation.serial, observation.verdict.signed_at, now);
    const Duration behind = publications_.behind(*observation.serial, now);
    const auto reference = publications_.reference();
    const bool current = reference == observation.serial;
    if (!current)
        record.longest_behind = std::max(record.longest_behind, behind);
    if (current && record.was_current != reference) {
        // The first time with this zone: how long it had been seen without.
        if (record.was_current)
            health_of(record).note_publication(record.longest_behind);
        record.was_current = reference;
        record.longest_behind = {};
    }
    judge_staleness(record, behind, now);
}

void Monitor::judge_staleness(Record& record, Duration behind, const Moment& now)
{
    const std::string nsid = record.nsid.value_or("");
    auto at = std::ranges::find(record.instances, nsid, &Instance::nsid);
    Instance instance = at == record.instances.end() ? Instance{nsid, 0, false} : std::move(*at);
    if (at != record.instances.end())
        record.instances.erase(at);
    const bool late = behind > stale_after;
    instance.behind = late ? instance.behind + 1 : 0;
    record.behind_in_row = late ? record.behind_in_row + 1 : 0;
    instance.stale = instance.behind >= stale_probes;
    const bool stale = instance.stale || record.behind_in_row >= stale_probes_of_any;
    record.instances.push_back(std::move(instance));
    if (record.instances.size() > max_instances)
        record.instances.erase(record.instances.begin());
    if (stale && !record.stale)
        report(IncidentKind::stale, record, now,
               fmt::format("{} serves root zone {}, out of date for {}; the newest validly signed one is {}",
                           describe(record), *record.serial, in_words(behind), *publications_.reference()));
    if (!stale && record.stale && !late)
        report(IncidentKind::caught_up, record, now,
               fmt::format("{} serves root zone {} and is up to date again", describe(record), *record.serial));
    record.stale = stale || (record.stale && late);
}

void Monitor::judge_zonemd(const Record& record, const Observation& observation, const Moment& now)
{
    if (observation.verdict.authenticity != Authenticity::authentic)
        return;
    for (const Zonemd& fresh : observation.zonemd) {
        const auto same = std::ranges::find_if(zonemd_, [&](const SeenZonemd& seen) {
            return seen.record.serial == fresh.serial && seen.record.scheme == fresh.scheme &&
                   seen.record.hash == fresh.hash;
        });
        if (same == zonemd_.end()) {
            zonemd_.push_back({fresh, observation.address});
            if (zonemd_.size() > max_zonemd_seen)
                zonemd_.erase(zonemd_.begin());
            continue;
        }
        const bool split = !equal(same->record.digest, fresh.digest);
        const auto known = [&](const Zonemd& reported) { return reported == fresh; };
        if (split && std::ranges::none_of(split_, known)) {
            report(IncidentKind::split_view, record, now,
                   fmt::format("{} and {} show different root zones with serial {}, both validly signed",
                               same->address.to_string(), describe(record), fresh.serial));
            split_.push_back(fresh);
            if (split_.size() > max_zonemd_seen)
                split_.erase(split_.begin());
        }
    }
}

void Monitor::judge_preferred(const Moment& now)
{
    std::array<bool, letter_count> wanted{};
    std::array<bool, letter_count> heard{};
    bool all_stale = true;
    std::optional<std::uint32_t> freshest;
    const Record* example = nullptr;
    for (const Record& record : records_) {
        const auto letter = static_cast<std::size_t>(record.target.letter.letter - 'a');
        wanted[letter] |= record.target.preferred;
        if (!record.target.preferred || !record.validated)
            continue;
        heard[letter] = true;
        all_stale &= record.stale;
        if (record.stale && record.answers && (!freshest || dnssec::serial_after(*record.serial, *freshest))) {
            freshest = record.serial;
            example = &record;
        }
    }
    // An identity that has never answered is not behind: others stand in for those that are.
    const bool now_all_stale = freshest && all_stale && heard == wanted;
    freshest_ = now_all_stale ? freshest : std::nullopt;
    if (now_all_stale && !preferred_all_stale_ && example != nullptr)
        report(IncidentKind::preferred_all_stale, *example, now,
               fmt::format("every preferred identity serves an old root zone; those with the newest, {}, are kept "
                           "preferred ({})",
                           *freshest, describe(*example)));
    preferred_all_stale_ = now_all_stale;
}

void Monitor::judge_health(const Record& record, const Moment& now)
{
    const std::vector<std::string> missed = missed_thresholds(health_of(record).figures());
    bool& misses = misses_threshold_[static_cast<std::size_t>(record.target.letter.letter - 'a')];
    if (!missed.empty() && !misses)
        report(IncidentKind::threshold_missed, record, now,
               fmt::format("{} misses a threshold of RSSAC047: {}", capital(record.target.letter),
                           fmt::join(missed, ", ")));
    if (missed.empty() && misses)
        report(IncidentKind::threshold_met, record, now,
               fmt::format("{} meets the thresholds of RSSAC047 again", capital(record.target.letter)));
    misses = !missed.empty();
}

Standing Monitor::standing(config::StalePolicy policy) const
{
    Standing standing;
    standing.reference = publications_.reference();
    // When nobody's records are authentic the fault is ours: a clock that is wrong, or anchors that are out of date.
    const bool somebody_authentic =
        std::ranges::any_of(records_, [](const Record& record) { return record.validated && record.forged.empty(); });
    for (const Record& record : records_) {
        AddressStanding row{record.target.letter, record.target.address, Judgement::unknown, false,
                            record.serial,        record.validated,      record.nsid};
        if (!record.forged.empty() && somebody_authentic)
            row.judgement = Judgement::tampered;
        else if (!record.forged.empty())
            row.judgement = Judgement::unknown;
        else if (record.stale)
            row.judgement = Judgement::stale;
        else if (record.validated)
            row.judgement = Judgement::good;
        const bool kept = record.target.preferred && freshest_ && record.serial == freshest_;
        row.demoted = record.stale && policy == config::StalePolicy::demote && !kept;
        standing.addresses.push_back(std::move(row));
    }
    for (std::size_t i = 0; i < letter_count; ++i)
        standing.health[i] = health_[i].figures();
    return standing;
}

}  // namespace rw::root
