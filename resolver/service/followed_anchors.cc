// SPDX-License-Identifier: EUPL-1.2
// Following keys, signalling tags.
#include "resolver/service/followed_anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "resolver/base/log.h"
#include "resolver/service/anchors.h"
#include "resolver/service/clock_check.h"
#include "resolver/service/shared.h"
#include "resolver/validate/sighting.h"

namespace rw::service
{

namespace
{

using dns::RRType;

constexpr RRType null_type{10};
constexpr Duration first_retry = std::chrono::hours{1};  // before anything is known of TTLs (RFC 5011 §2.3: not sooner)
constexpr Duration signal_interval = std::chrono::days{1};
constexpr Duration look_again = std::chrono::minutes{1};  // whether a reload has asked for it meanwhile
constexpr std::size_t max_signalled_zones = 8;

/// The root's DNSKEY RRset from a server; nothing when it cannot be had.
io::Task<std::optional<dns::RRset>> fetch_root_keys(iterate::Context& context, iterate::Iterator& iterator)
{
    const dns::Question question{dns::Name{}, RRType::dnskey, dns::RRClass::in};
    iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time);
    const iterate::Chain chain{question, nullptr, 0};
    const std::vector<Endpoint> nobody;
    std::optional<dns::RRset> keys;
    iterate::Walked walked = co_await iterator.walk(question, budget, chain, nobody);
    if (!walked)
        co_return keys;
    iterate::Reading& reading = (*walked)->reading;
    if (reading.kind == iterate::Reading::Kind::answer && !reading.links.empty())
        keys = std::move(reading.links.front());
    co_return keys;
}

/// Judges and notes `keys`; when to look again. `retry` is when to do so after a failure.
Duration take_in(iterate::Context& context, Shared& shared, const dns::RRset& keys, Duration& retry)
{
    const WallSeconds wall = context.scheduler.clock().wall_seconds();
    if (const auto wrong = clock_problem(wall, shared.time_floor.floor(), WallSeconds::min()))
        log(LogLevel::warning, "{}", *wrong);
    const WallSeconds now = shared.time_floor.at_least(wall);
    const validate::ValidatorRules rules = validator_rules(context.settings.dnssec);
    dnssec::RRsetVerifier verifier(rules.algorithms);
    dnssec::Work work;
    const auto anchors = shared.anchors.current();
    const auto sighting = validate::sight(keys, anchors->anchors, verifier, {now, rules.skew}, work);
    if (!sighting) {
        log(LogLevel::error, "the keys of the root are not followed for now: {}", sighting.error());
        return retry;
    }
    const auto transitions = shared.followed_anchors->observe(*sighting, now, shared.time_floor.floor());
    if (!transitions)
        log(LogLevel::error, "the state of the root's keys cannot be kept: {}", transitions.error().message);
    else
        for (const validate::Transition& transition : *transitions)
            log(LogLevel::warning, "{}", validate::describe(transition));
    if (!transitions || !transitions->empty())
        shared.apply_followed_anchors();
    retry = validate::retry_interval(*sighting);
    return validate::refresh_interval(*sighting);
}

io::Task<void> signal_once(iterate::Context& context, iterate::Iterator& iterator, validate::AnchorSet anchors)
{
    std::vector<dns::Name> zones;
    for (const dnssec::TrustAnchor& anchor : anchors.anchors) {
        if (std::ranges::count(zones, anchor.owner) == 0 && zones.size() < max_signalled_zones)
            zones.push_back(anchor.owner);
    }
    for (const dns::Name& zone : zones) {
        const auto question = key_tag_question(zone, anchors, context.scheduler.clock().wall_seconds());
        if (!question)
            continue;
        iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time);
        const iterate::Chain chain{*question, nullptr, 0};
        const std::vector<Endpoint> nobody;
        // What the servers say to it does not matter (RFC 8145 §5.2).
        co_await iterator.walk(*question, budget, chain, nobody);
    }
}

}  // namespace

FollowedAnchors::FollowedAnchors(std::unique_ptr<zones::Files> files, std::string folder,
                                 std::vector<dnssec::TrustAnchor> shipped)
    : files_(std::move(files)), keeper_(*files_, std::move(folder), std::move(shipped))
{
    for (const std::string& warning : keeper_.load())
        log(LogLevel::error, "trust anchors: {}", warning);
}

std::vector<dnssec::TrustAnchor> FollowedAnchors::anchors() const
{
    const std::scoped_lock lock(mutex_);
    return keeper_.anchors();
}

Result<std::vector<validate::Transition>> FollowedAnchors::observe(const validate::Sighting& sighting, WallSeconds now,
                                                                   WallSeconds proven)
{
    const std::scoped_lock lock(mutex_);
    return keeper_.observe(sighting, now, proven);
}

io::Task<void> follow_root_keys(iterate::Context& context, iterate::Iterator& iterator, Shared& shared)
{
    Duration retry = first_retry;
    while (true) {
        Duration pause = look_again;
        if (shared.follows_root_keys()) {
            const std::optional<dns::RRset> keys = co_await fetch_root_keys(context, iterator);
            // The operator may have taken over meanwhile: what his anchors vouch for is not ours to note.
            pause = keys && shared.follows_root_keys() ? take_in(context, shared, *keys, retry) : retry;
        }
        const Instant next = context.scheduler.now() + pause;
        co_await io::SleepUntil(next);
    }
}

std::optional<dns::Question> key_tag_question(const dns::Name& zone, const validate::AnchorSet& anchors,
                                              WallSeconds now)
{
    std::set<std::uint16_t> tags;  // each once, in order (RFC 8145 §5.1)
    for (const dnssec::TrustAnchor* anchor : anchors.at(zone)) {
        if (anchor->valid_at(now))
            tags.insert(anchor->key_tag());
    }
    std::string label = "_ta";
    for (const std::uint16_t tag : tags)
        label += fmt::format("-{:04x}", tag);
    const auto name = tags.empty() ? std::nullopt : zone.prepend(octets_of(label));
    return name ? std::optional(dns::Question{*name, null_type, dns::RRClass::in}) : std::nullopt;
}

io::Task<void> signal_key_tags(iterate::Context& context, iterate::Iterator& iterator, Shared& shared)
{
    while (true) {
        const bool wanted = context.settings.dnssec.enabled && context.settings.dnssec.key_tag_signal;
        if (wanted)
            co_await signal_once(context, iterator, *shared.anchors.current());
        const Instant next = context.scheduler.now() + (wanted ? signal_interval : look_again);
        co_await io::SleepUntil(next);
    }
}

}  // namespace rw::service
