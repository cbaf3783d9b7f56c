// SPDX-License-Identifier: EUPL-1.2
// Looking at negative trust anchors.
#include "resolver/service/negative_anchors.h"

#include <algorithm>

#include "resolver/base/log.h"
#include "resolver/service/explain.h"
#include "resolver/service/shared.h"

namespace rw::service
{

namespace
{

constexpr Duration interval = std::chrono::hours{1};

/// Takes the anchor of `name` out and forgets what was cached without validation.
void drop(Shared& shared, const dns::Name& name)
{
    shared.anchors.change([&](validate::AnchorSet& set) {
        std::erase_if(set.negative, [&](const validate::NegativeAnchor& anchor) { return anchor.name == name; });
    });
    shared.forget({name});
}

/// Whether the operator named servers for `name` or a name below it.
bool has_servers_below(const config::Settings& settings, const dns::Name& name)
{
    const auto below = [&](const config::ZoneName& zone) {
        const auto parsed = dns::Name::parse(zone.text);
        return parsed && parsed->is_at_or_below(name);
    };
    const auto zone_below = [&](const auto& zone) { return !zone.servers.empty() && below(zone.name); };
    return std::ranges::any_of(settings.stub_zones, zone_below) ||
           std::ranges::any_of(settings.forward_zones, zone_below) ||
           std::ranges::any_of(settings.policy, [&](const config::PolicySettings& rule) {
               return rule.action == config::PolicyAction::forward && below(rule.suffix);
           });
}

/// Whether `name` would validate without its negative anchor.
io::Task<bool> validates(iterate::Context& context, Shared& shared, dns::Name name)
{
    validate::AnchorSet set = *shared.anchors.current();
    std::erase_if(set.negative, [&](const validate::NegativeAnchor& anchor) { return anchor.name == name; });
    validate::AnchorStore without;
    without.replace(std::move(set));
    const dns::Question question{name, dns::RRType::soa, dns::RRClass::in};
    iterate::WorkBudget budget(context.scheduler.now() + iterate::limits::answer_time);
    const iterate::Outcome outcome = co_await resolve_afresh(context, without, shared.time_floor, question, budget);
    co_return !outcome.failure && security_of(outcome) == cache::Security::secure;
}

}  // namespace

io::Task<void> recheck_negative_anchors(iterate::Context& context, Shared& shared)
{
    while (true) {
        const Instant next = context.scheduler.now() + interval;
        co_await io::SleepUntil(next);
        if (!context.settings.dnssec.enabled)
            continue;
        const auto anchors = shared.anchors.current();
        for (const validate::NegativeAnchor& negative : anchors->negative) {
            if (context.scheduler.clock().wall_seconds() >= negative.until) {
                log(LogLevel::warning, "the negative trust anchor of {} has ended", negative.name.to_string());
                drop(shared, negative.name);
                continue;
            }
            // What the public zone says is no word on servers that the operator named: the anchor may be for them.
            if (has_servers_below(context.settings, negative.name))
                continue;
            const bool good = co_await validates(context, shared, negative.name);
            if (good) {
                log(LogLevel::warning,
                    "{} validates again: its negative trust anchor is dropped; take it out of the "
                    "configuration",
                    negative.name.to_string());
                drop(shared, negative.name);
            }
        }
    }
}

}  // namespace rw::service
