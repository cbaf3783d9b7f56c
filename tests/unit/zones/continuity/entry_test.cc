// SPDX-License-Identifier: EUPL-1.2
// Attacks with zones, confirmations and clocks, drills; and the proof that each rule is needed.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/unit/zones/continuity/world.h"

using namespace rw::zones::continuity;
using namespace rw::zones::continuity::test;

namespace
{

/// Arms, shows a zone changed by `change`; the verdict about the zone.
template <class Change>
Verdict shown(World& world, Change change)
{
    world.present(world.make(StatementType::activate, 11), 3);
    ZoneFacts zone = World::zone();
    change(zone);
    return world.happen(ShowZone{.zone = zone});
}

Statement drill(World& world, DrillMode mode)
{
    Statement statement = world.make(StatementType::drill, 6);
    statement.drill->mode = mode;
    statement.sites = {"bank-test"};
    return statement;
}

std::vector<Signed<Confirmation>> one_of(const Confirmation& confirmation)
{
    return {World::from(confirmation, key("Anna"))};
}

}  // namespace

RW_STORY(zone_of_another_key, "a zone signed by another key is refused")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.anchor = other_anchor; }), Rule::zone_signature) &&
           refused(shown(world, [](ZoneFacts& zone) { zone.anchor.clear(); }), Rule::zone_signature);
}

RW_STORY(zonemd_wrong, "a zone whose ZONEMD is wrong is refused")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.zonemd = false; }), Rule::zone_digest);
}

RW_STORY(zone_too_old, "a zone older than the least serial is refused")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.serial -= 1; }), Rule::zone_serial);
}

RW_STORY(zone_of_another_algorithm, "a zone signed with an algorithm that is not allowed is refused")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.algorithms.push_back(8); }), Rule::zone_algorithm);
}

RW_STORY(captured_newest, "a captured newest IANA zone beside a sound base is no yardstick")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.base.serial += 100; }), Rule::zone_base);
}

RW_STORY(unlisted_difference, "one unlisted difference refuses a zone")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.unlisted = 1; }), Rule::zone_difference);
}

RW_STORY(too_many_tlds, "a zone in which more TLDs differ than the statement says is refused, even when listed")
{
    return refused(shown(world, [](ZoneFacts& zone) { zone.changed_tlds = 11; }), Rule::zone_share) &&
           shown(world, [](ZoneFacts& zone) { zone.changed_tlds = 10; }).permitted;
}

RW_STORY(later_version, "a later version that fails the check is refused and the last good one stays")
{
    world.activate();
    ZoneFacts bad = World::zone();
    bad.hash = rw::zones::sha256("bad");
    bad.unlisted = 1;
    return refused(world.happen(ShowZone{.zone = bad, .for_armed = false}), Rule::zone_difference) &&
           world.state.active->zone == World::zone().hash;
}

RW_STORY(no_zone, "nothing is entered before its zone was shown")
{
    world.present(world.make(StatementType::activate, 11), 3);
    Confirmation blind = world.confirmation();
    blind.zone.reset();
    return refused(world.happen(Enter{World::two(blind)}), Rule::zone_missing);
}

RW_STORY(one_person, "one person does not enter")
{
    world.arm();
    return refused(world.happen(Enter{one_of(world.confirmation())}), Rule::two_people);
}

RW_STORY(one_person_two_keys, "one person who confirms twice with two keys counts once")
{
    world.arm();
    const Confirmation one = world.confirmation();
    return refused(world.happen(Enter{{World::from(one, key("Anna")), World::from(one, key("Anna", 2))}}),
                   Rule::two_people);
}

RW_STORY(strangers, "who is no operator of this site confirms nothing")
{
    world.arm();
    const Confirmation one = world.confirmation();
    return refused(world.happen(Enter{{World::from(one, key("Anna")), World::from(one, key("Netnod TEST"))}}),
                   Rule::two_people);
}

RW_STORY(bound_confirmations, "a confirmation for another action, site, statement, zone or nonce is refused")
{
    world.arm();
    const auto with = [&](auto change) {
        Confirmation one = world.confirmation();
        change(one);
        return world.happen(Enter{World::two(one)});
    };
    return refused(with([](Confirmation& one) { one.action = Action::leave; }), Rule::confirmation_action) &&
           refused(with([](Confirmation& one) { one.site = "other"; }), Rule::confirmation_site) &&
           refused(with([](Confirmation& one) { one.subject = rw::zones::sha256("x"); }), Rule::confirmation_subject) &&
           refused(with([](Confirmation& one) { one.zone = rw::zones::sha256("x"); }), Rule::confirmation_zone) &&
           refused(with([](Confirmation& one) { one.nonce = std::string(32, '0'); }), Rule::confirmation_nonce);
}

RW_STORY(zone_changed_after, "a confirmation for the zone shown before is not one for the zone shown now")
{
    world.arm();
    const auto confirmed = World::two(world.confirmation());
    ZoneFacts other = World::zone();
    other.hash = rw::zones::sha256("a later version");
    world.happen(ShowZone{.zone = other});
    return refused(world.happen(Enter{confirmed}), Rule::confirmation_zone);
}

RW_STORY(old_nonce, "an hour after arming nothing is entered")
{
    world.arm();
    world.pass(hour + 1);
    return refused(world.enter(), Rule::nonce_old);
}

RW_STORY(nonce_after_return, "a confirmation made before a local return does not enter again")
{
    world.arm();
    const auto confirmed = World::two(world.confirmation());
    world.happen(Enter{confirmed});
    world.happen(Leave{World::from(world.confirmation(Action::leave), key("Ben"))});
    world.present(world.make(StatementType::activate, 11), signers(3), std::string(32, '7'));
    world.happen(ShowZone{.zone = World::zone()});
    return refused(world.happen(Enter{confirmed}), Rule::confirmation_nonce);
}

RW_STORY(leaving_takes_one, "leaving takes one operator, and one of this site")
{
    world.activate();
    const Confirmation leave = world.confirmation(Action::leave);
    return refused(world.happen(Leave{World::from(leave, key("Netnod TEST"))}), Rule::two_people) &&
           world.happen(Leave{World::from(leave, key("Cleo"))}).permitted && !world.state.active;
}

RW_STORY(nothing_to_leave, "nothing is left, entered or updated when nothing is armed or active")
{
    Confirmation leave = world.confirmation(Action::leave);
    leave.subject = rw::zones::sha256("x");
    return refused(world.happen(Leave{World::from(leave, key("Cleo"))}), Rule::nothing_runs) &&
           refused(world.happen(Enter{World::two(world.confirmation())}), Rule::not_armed) &&
           refused(world.happen(ShowZone{.zone = World::zone(), .for_armed = false}), Rule::nothing_runs);
}

RW_STORY(automatic, "auto-activate enters without people, but only with a synchronised clock")
{
    world.state.site.content.auto_activate = true;
    world.arm();
    world.now.synchronised = false;
    const bool refused_then = refused(world.happen(Enter{}), Rule::two_people);
    world.now.synchronised = true;
    return refused_then && world.happen(Enter{}).permitted;
}

RW_STORY(expires, "a statement that expires ends its activation")
{
    world.activate();
    world.pass(8 * day);
    return !world.state.active && world.state.mark()->ended;
}

RW_STORY(expires_between, "a statement that expires between arming and confirming is not entered")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.expires = epoch + 10 * minute;
    world.present(statement, 3);
    world.happen(ShowZone{.zone = World::zone()});
    world.pass(11 * minute);
    return refused(world.enter(), Rule::expired);
}

RW_STORY(clock_back_a_year, "a clock set back a year does not bring an expired statement back")
{
    world.pass(8 * day);
    world.now.system -= 365 * day;
    (void)world.happen(Start{});
    return refused(world.present(world.make(StatementType::activate, 11), 3), Rule::expired);
}

RW_STORY(clock_back_while_active,
         "a clock set back while active enters nothing and ends nothing, and the statement still ends")
{
    world.activate();
    world.now.system -= 365 * day;
    world.happen(Tick{});
    const bool goes_on = world.state.active.has_value();
    world.pass(7 * day);
    return goes_on && !world.state.active;
}

RW_STORY(clock_forward_while_active, "a clock set forward a year ends nothing that is active and enters nothing")
{
    world.activate();
    world.now.system += 365 * day;
    world.happen(Tick{});
    return world.state.active && world.state.mark()->time < epoch + day;
}

RW_STORY(clock_forward_before, "a clock set forward enters nothing until two operators set the time")
{
    world.arm();
    world.now.system += 2 * hour;
    const bool jumped = refused(world.enter(), Rule::clock_jumped) && world.last.critical;
    const Confirmation time = world.confirmation(Action::set_time);
    const bool alone =
        refused(world.happen(SetTime{.nonce = World::first_nonce, .confirmations = one_of(time)}), Rule::two_people);
    return jumped && alone &&
           world.happen(SetTime{.nonce = World::first_nonce, .confirmations = World::two(time)}).permitted &&
           world.enter().permitted;
}

RW_STORY(wrong_time_set, "operators do not set a time that the system clock contradicts")
{
    Confirmation time = world.confirmation(Action::set_time);
    time.time -= day;
    return refused(world.happen(SetTime{.nonce = World::first_nonce, .confirmations = World::two(time)}),
                   Rule::clock_disagrees);
}

RW_STORY(mark_rises_slowly, "the mark's time rises by a day after a start, then no faster than the monotonic clock")
{
    world.now.system += 365 * day;
    (void)world.happen(Start{});
    world.happen(Tick{});
    const bool a_day = world.state.mark()->time == epoch + day;
    world.now.system += 10;
    world.now.monotonic += 10;
    world.happen(Tick{});
    return a_day && world.state.mark()->time == epoch + day + 10;
}

RW_STORY(unsynchronised, "with an unsynchronised clock the time that two operators vouch for counts")
{
    world.arm();
    world.now.synchronised = false;
    Confirmation late = world.confirmation();
    late.time = epoch + 8 * day;
    const bool expired = refused(world.happen(Enter{World::two(late)}), Rule::expired);
    const Confirmation right = world.confirmation();
    Confirmation apart = right;
    apart.time += vouching_spread + 1;
    const bool disagree = refused(
        world.happen(Enter{{World::from(right, key("Anna")), World::from(apart, key("Ben"))}}), Rule::vouched_apart);
    Confirmation past = right;
    past.time = epoch - day;
    const bool below = refused(world.happen(Enter{World::two(past)}), Rule::vouched_below_mark);
    return expired && disagree && below && world.happen(Enter{World::two(right)}).permitted;
}

RW_STORY(drill_is_no_activation,
         "a drill is never an activation: it ends by itself and leaves the marks of activations alone")
{
    world.present(drill(world, DrillMode::full), 1);
    world.happen(ShowZone{.zone = World::zone()});
    const bool entered = world.enter().permitted && world.state.drill && !world.state.active;
    const bool alone = world.state.mark()->sequence == 10 && world.state.mark()->drill == 6;
    world.pass(hour);
    return entered && alone && !world.state.drill;
}

RW_STORY(drill_once, "a drill statement runs once")
{
    const Statement statement = drill(world, DrillMode::shadow);
    world.present(statement, 1);
    world.happen(ShowZone{.zone = World::zone()});
    world.happen(Enter{one_of(world.confirmation())});
    world.pass(2 * hour);
    return refused(world.present(statement, 1), Rule::drill_repeated);
}

RW_STORY(drill_with_differences, "a drill with clients and listed differences needs the quorum for activate")
{
    Statement statement = drill(world, DrillMode::full);
    statement.policy->differences = {
        {.owner = "se.", .type = "DS", .ttl = 0, .old = rw::zones::sha256("x"), .rdata = {}}};
    const bool one = refused(world.present(statement, 1), Rule::drill_needs_quorum);
    return one && world.present(statement, 3).permitted;
}

RW_STORY(drill_base_age, "a drill with clients by one party needs a base that the site verified within 48 hours")
{
    world.present(drill(world, DrillMode::canary), 1);
    ZoneFacts zone = World::zone();
    zone.base_verified = epoch - rehearsal_base_age - 1;
    world.happen(ShowZone{.zone = zone});
    const bool old = refused(world.enter(), Rule::rehearsal_base);
    world.present(drill(world, DrillMode::canary), 3);
    world.happen(ShowZone{.zone = zone});
    return old && world.enter().permitted;
}

RW_STORY(drill_beside, "a drill does not begin beside an activation, and an activation ends a drill")
{
    world.present(drill(world, DrillMode::shadow), 1);
    world.happen(ShowZone{.zone = World::zone()});
    world.happen(Enter{one_of(world.confirmation())});
    const bool ran = world.state.drill.has_value();
    const bool ended = world.activate() && !world.state.drill;
    Statement second = drill(world, DrillMode::shadow);
    second.sequence = 7;
    return ran && ended && refused(world.present(second, 1), Rule::drill_beside_activation);
}

RW_STORY(drill_by_two, "a canary or full drill takes two operators")
{
    world.present(drill(world, DrillMode::full), 4);
    world.happen(ShowZone{.zone = World::zone()});
    return refused(world.happen(Enter{one_of(world.confirmation())}), Rule::two_people);
}

RW_STORY(restart, "a start goes on with a valid activation, drops what is armed, and ends a drill")
{
    world.activate();
    world.present(world.make(StatementType::activate, 12), 3);
    world.now.monotonic = 5;
    (void)world.happen(Start{});
    return world.state.active && !world.state.armed && world.state.active->deadline == 5 + 7 * day;
}

RW_STORY(site_by_two, "the site file is changed by two of its people, version by version")
{
    Signed<Site> next = world.state.site;
    next.content.version = 2;
    next.content.auto_activate = true;
    next.content.previous = world.state.site.hash;
    next.signers = {key("Anna"), key("Anna", 2)};
    const bool one = refused(world.happen(ChangeSite{next}), Rule::two_people);
    next.signers = {key("Anna"), key("Cleo")};
    next.content.previous = rw::zones::sha256("x");
    const bool line = refused(world.happen(ChangeSite{next}), Rule::previous);
    next.content.previous = world.state.site.hash;
    next.content.version = 3;
    const bool skipped = refused(world.happen(ChangeSite{next}), Rule::version);
    next.content.version = 2;
    next.content.id = "other";
    const bool elsewhere = refused(world.happen(ChangeSite{next}), Rule::confirmation_site);
    next.content.id = "bank-test";
    return one && line && skipped && elsewhere && world.happen(ChangeSite{next}).permitted;
}

RW_STORY(installed,
         "a new authority is installed by two operators who typed its hash, and ends what ran under the old one")
{
    world.activate();
    Authority fresh = first_authority();
    fresh.name = "Second TEST";
    const Signed<Authority> authority = signed_authority(fresh, signers(3));
    Confirmation install = world.confirmation(Action::install);
    install.subject = authority.hash;
    const Install one{.authority = authority, .nonce = World::first_nonce, .confirmations = one_of(install)};
    const bool alone = refused(world.happen(one), Rule::two_people);
    const Install both{.authority = authority, .nonce = World::first_nonce, .confirmations = World::two(install)};
    const bool done = world.happen(both).permitted && world.last.critical;
    return alone && done && world.state.chain.size() == 1 && !world.state.active;
}

TEST_CASE("each rule of the evaluator is needed: switched off, a story goes wrong")
{
    // Without these there is nothing to act on; that they refuse is a story above.
    const std::set<Rule> structural{Rule::none, Rule::not_armed, Rule::nothing_runs};
    for (std::size_t i = 0; i < rule_count; ++i) {
        const auto rule = static_cast<Rule>(i);
        if (structural.contains(rule))
            continue;
        const bool noticed = std::ranges::any_of(stories(), [&](const Story& story) {
            World world(rule);
            return !story.holds(world);
        });
        CHECK_MESSAGE(noticed, "no story needs the rule ", rule_name(rule));
    }
}

TEST_CASE("every story holds with all rules on")
{
    CHECK(stories().size() > 60);
    for (const Story& story : stories()) {
        World world;
        CHECK_MESSAGE(story.holds(world), story.name);
    }
}
