// SPDX-License-Identifier: EUPL-1.2
// Looking at negative trust anchors.
#include "resolver/service/negative_anchors.h"

#include "resolver/base/log.h"
#include "resolver/service/explain.h"
#include "resolver/service/shared.h"

namespace rw::service
{

namespace
{

constexpr Duration interval = std::chrono::hours{1};

/// Leaves what the operator exempted from validation for good.
void take_out(validate::AnchorSet& set, const dns::Name& name)
{
    std::erase_if(set.negative, [&](const validate::NegativeAnchor& anchor) {
        return anchor.name == name && anchor.exemption == validate::Exemption::negative_anchor;
    });
}

/// Takes the anchor of `name` out and forgets what was cached without validation.
void drop(Shared& shared, const dns::Name& name)
{
    shared.anchors.change([&](validate::AnchorSet& set) { take_out(set, name); });
    shared.forget({name});
}

/// Whether `name` would validate without its negative anchor.
io::Task<bool> validates(iterate::Context& context, Shared& shared, dns::Name name)
{
    validate::AnchorSet set = *shared.anchors.current();
    take_out(set, name);
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
            if (negative.exemption != validate::Exemption::negative_anchor)
                continue;
            if (context.scheduler.clock().wall_seconds() >= negative.until) {
                log(LogLevel::warning, "the negative trust anchor of {} has ended", negative.name.to_string());
                drop(shared, negative.name);
                continue;
            }
            // What the public zone says is no word on servers that the operator named: the anchor may be for them.
            if (context.configured.has_servers_below(negative.name))
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
