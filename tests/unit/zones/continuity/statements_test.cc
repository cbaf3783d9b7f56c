// SPDX-License-Identifier: EUPL-1.2
// Attacks with statements, authorities and marks, and what must work beside them.
#include <doctest/doctest.h>

#include "tests/unit/zones/continuity/world.h"

using namespace rw::zones::continuity;
using namespace rw::zones::continuity::test;

RW_STORY(three_of_four, "3 of 4 parties, a zone as it must be and two people: entered")
{
    return world.activate() && world.state.active->statement.content.sequence == 11;
}

RW_STORY(two_of_four, "2 of 4 parties do not activate")
{
    const Verdict verdict = world.present(world.make(StatementType::activate, 11), 2);
    return refused(verdict, Rule::quorum) &&
           verdict.sentence ==
               "activate TEST-11 lacks the quorum for activate: 3 of 4 parties; 2 have signed: Netnod TEST, "
               "RIPE NCC TEST";
}

RW_STORY(one_party_twice, "one party that signs with two keys counts once")
{
    std::vector<rw::zones::Digest> by = signers(2);
    by.push_back(key("Netnod TEST", 2));
    return refused(world.present(world.make(StatementType::activate, 11), by), Rule::quorum);
}

RW_STORY(retired_key, "a retired key signs nothing new")
{
    world.rotate([](Authority& next) { next.parties[0].keys[0].state = KeyState::retired; },
                 {key(parties()[0], 2), key(parties()[1]), key(parties()[2])});
    Statement statement = world.make(StatementType::activate, 11);
    statement.not_before = epoch;
    return world.state.chain.size() == 2 && refused(world.present(statement, 3), Rule::quorum);
}

RW_STORY(retired_key_counts_on, "what a key signed before it was retired counts until it expires")
{
    const Statement before = world.make(StatementType::activate, 11);
    world.rotate([](Authority& next) { next.parties[0].keys[0].state = KeyState::retired; },
                 {key(parties()[0], 2), key(parties()[1]), key(parties()[2])});
    return world.present(before, 3).permitted;
}

RW_STORY(expired_key, "an expired key signs nothing that arms or enters, and still leads out")
{
    world.state.chain[0].content.parties[0].keys[0].expires = epoch;
    const Statement statement = world.make(StatementType::activate, 11);
    const bool refused_then = refused(world.present(statement, 3), Rule::quorum);
    const bool others =
        world.present(statement, {key(parties()[0], 2), key(parties()[1]), key(parties()[2])}).permitted;
    return refused_then && others && world.present(world.make(StatementType::leave, 12), 2).permitted;
}

RW_STORY(key_expires_between, "a key that expires between arming and confirming does not enter")
{
    world.state.chain[0].content.parties[0].keys[0].expires = epoch + 10 * minute;
    world.arm();
    world.pass(11 * minute);
    return refused(world.enter(), Rule::quorum);
}

RW_STORY(key_expires_while_running, "a key that expires while its statement runs ends nothing, also across a start")
{
    world.state.chain[0].content.parties[0].keys[0].expires = epoch + 10 * minute;
    world.activate();
    world.pass(hour);
    (void)world.happen(Start{});
    return world.state.active.has_value();
}

RW_STORY(expired_key_backdated, "an expired key does not rotate the authority, whatever date it writes")
{
    world.state.chain[0].content.parties[0].keys[0].expires = epoch;
    const auto backdated = [](Authority& next) { next.issued = epoch - day; };
    return refused(world.rotate(backdated), Rule::old_quorum) &&
           refused(world.rotate([](Authority&) {}), Rule::old_quorum) &&
           world.rotate([](Authority&) {}, {key(parties()[0], 2), key(parties()[1]), key(parties()[2])}).permitted;
}

RW_STORY(expiry_only_shortens, "a later version makes no key last longer, and may make it end sooner")
{
    world.state.chain[0].content.parties[0].keys[0].expires = epoch + 100 * day;
    const auto until = [](std::optional<Seconds> at) {
        return [at](Authority& next) { next.parties[0].keys[0].expires = at; };
    };
    const Statement before = world.make(StatementType::activate, 11);
    return refused(world.rotate(until({})), Rule::key_came_back) &&
           refused(world.rotate(until(epoch + 101 * day)), Rule::key_came_back) &&
           refused(world.rotate(until(epoch)), Rule::new_quorum) &&
           world.rotate(until(epoch), {key(parties()[0], 2), key(parties()[1]), key(parties()[2])}).permitted &&
           refused(world.present(before, 3), Rule::quorum);
}

RW_STORY(backdated, "under an old authority nothing is made after the new one was issued")
{
    const Signed<Authority> old = world.state.chain.back();
    world.rotate([](Authority&) {});
    Statement late = world.make(StatementType::activate, 11);
    late.authority = old.hash;
    late.not_before = epoch;
    return refused(world.present(late, 3), Rule::authority_superseded);
}

RW_STORY(expired_authority, "under an expired authority nothing is armed, and a return counts")
{
    world.state.chain[0].content.expires = epoch;
    return refused(world.present(world.make(StatementType::activate, 11), 3), Rule::authority_expired) &&
           world.present(world.make(StatementType::leave, 12), 2).permitted &&
           world.rotate([](Authority&) {}).permitted;
}

RW_STORY(expired_statement, "an expired statement is not armed")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.expires = epoch;
    return refused(world.present(statement, 3), Rule::expired);
}

RW_STORY(early_statement, "a statement is not armed before it begins")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.not_before = epoch + 1;
    return refused(world.present(statement, 3), Rule::not_begun);
}

RW_STORY(replay, "a statement that was returned from does not come back")
{
    const Statement statement = world.make(StatementType::activate, 11);
    world.activate();
    world.present(world.make(StatementType::leave, 12), 2);
    return !world.state.active && refused(world.present(statement, 3), Rule::statement_ended);
}

RW_STORY(again_after_local_return, "after a local return the mark's own statement is armed again, with a new nonce")
{
    const Statement statement = world.make(StatementType::activate, 11);
    world.activate();
    world.happen(Leave{World::from(world.confirmation(Action::leave), key("Cleo"))});
    const bool left = !world.state.active;
    return left && world.present(statement, signers(3), std::string(32, '1')).permitted;
}

RW_STORY(older_sequence, "an older sequence is refused")
{
    return refused(world.present(world.make(StatementType::activate, 9), 3), Rule::sequence_old) &&
           refused(world.present(world.make(StatementType::leave, 10), 3), Rule::sequence_old);
}

RW_STORY(racing, "of two statements with one sequence the second is refused, critical")
{
    Statement second = world.make(StatementType::activate, 11);
    world.present(second, 3);
    second.text = "another";
    const Verdict verdict = world.present(second, 3);
    return refused(verdict, Rule::sequence_taken) && verdict.critical;
}

RW_STORY(racing_higher, "of two statements that race the higher sequence stays armed, and the lower cannot come back")
{
    const Statement lower = world.make(StatementType::activate, 11);
    world.present(lower, 3);
    world.present(world.make(StatementType::activate, 12), 3);
    return refused(world.present(lower, 3), Rule::sequence_old) && world.state.armed->statement.content.sequence == 12;
}

RW_STORY(far_drill, "a drill's sequence of 2^53-1 is refused, and moves no mark")
{
    const Verdict verdict = world.present(world.make(StatementType::drill, largest_number), 1);
    return refused(verdict, Rule::sequence_far) && verdict.critical && world.state.mark()->drill == 5;
}

RW_STORY(far_activation, "a sequence of more than 1,000 above the mark is refused")
{
    return refused(world.present(world.make(StatementType::activate, 1'011), 3), Rule::sequence_far) &&
           world.present(world.make(StatementType::activate, 1'010), 3).permitted;
}

RW_STORY(far_return, "a return of the largest sequence blocks nobody")
{
    return refused(world.present(world.make(StatementType::leave, largest_number), 2), Rule::sequence_far) &&
           world.state.mark()->sequence == 10;
}

RW_STORY(other_authority, "a statement under another authority is refused")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.authority = rw::zones::sha256("another authority");
    return refused(world.present(statement, 3), Rule::authority_unknown);
}

RW_STORY(other_site, "a statement for other sites is refused")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.sites = {"other-test"};
    return refused(world.present(statement, 3), Rule::scope);
}

RW_STORY(other_anchor_named, "a statement cannot name an anchor that the authority does not allow")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.policy->anchor = other_anchor;
    return refused(world.present(statement, 4), Rule::anchor_not_allowed);
}

RW_STORY(rolled_back, "an authority is not rolled back")
{
    const Signed<Authority> first = world.state.chain.back();
    world.rotate([](Authority&) {});
    const Verdict verdict = world.happen(Rotate{first});
    return refused(verdict, Rule::version) && verdict.critical;
}

RW_STORY(other_line, "an authority that follows another version than ours is refused")
{
    const Verdict verdict = world.rotate([](Authority& next) { next.previous = rw::zones::sha256("other"); });
    return refused(verdict, Rule::previous) && verdict.critical;
}

RW_STORY(without_old_quorum, "an authority is not rotated without the old quorum")
{
    const auto thieves = [](Authority& next) {
        for (Party& party : next.parties)
            party.keys.push_back({.key = key("thief of " + party.name), .state = KeyState::active});
    };
    const Verdict verdict =
        world.rotate(thieves, {key(parties()[0]), key("thief of " + parties()[1]), key("thief of " + parties()[2])});
    return refused(verdict, Rule::old_quorum) && verdict.critical;
}

RW_STORY(without_new_quorum, "an authority is not rotated without the new quorum")
{
    const auto stricter = [](Authority& next) { next.thresholds[0] = 4; };
    return refused(world.rotate(stricter), Rule::new_quorum) && world.rotate(stricter, signers(4)).permitted;
}

RW_STORY(by_drill_role, "the drill role does not rotate the authority")
{
    return refused(world.rotate([](Authority&) {}, signers(1)), Rule::old_quorum);
}

RW_STORY(thief_in_old_quorum, "a key that the new authority calls stolen does not count for the old quorum")
{
    const auto stolen = [](Authority& next) { next.parties[0].keys[0].state = KeyState::stolen; };
    return refused(world.rotate(stolen, signers(3)), Rule::old_quorum) &&
           world.rotate(stolen, {key(parties()[0], 2), key(parties()[1]), key(parties()[2])}).permitted;
}

RW_STORY(stolen_while_running, "a key stolen while its statement runs ends it as if revoked")
{
    world.activate();
    const Statement statement = world.state.active->statement.content;
    world.rotate([](Authority& next) { next.parties[0].keys[0].state = KeyState::stolen; },
                 {key(parties()[0], 2), key(parties()[1]), key(parties()[2])});
    return !world.state.active && world.state.mark()->ended && refused(world.present(statement, 3), Rule::quorum);
}

RW_STORY(stolen_and_still_enough, "a key stolen while its statement runs ends nothing when the others suffice")
{
    world.present(world.make(StatementType::activate, 11), 4);
    world.happen(ShowZone{.zone = World::zone()});
    world.enter();
    world.rotate([](Authority& next) { next.parties[0].keys[0].state = KeyState::stolen; },
                 {key(parties()[0], 2), key(parties()[1]), key(parties()[2])});
    return world.state.active.has_value() && world.state.chain.size() == 2;
}

RW_STORY(key_back, "a retired key does not become active again")
{
    const auto back = [](Authority& next) { next.parties[0].keys[0].state = KeyState::active; };
    world.rotate([](Authority& next) { next.parties[0].keys[0].state = KeyState::retired; },
                 {key(parties()[0], 2), key(parties()[1]), key(parties()[2])});
    return refused(world.rotate(back, {key(parties()[0], 2), key(parties()[1]), key(parties()[2])}),
                   Rule::key_came_back);
}

RW_STORY(key_left_out, "an active key is not left out without a word")
{
    return refused(world.rotate([](Authority& next) { next.parties[0].keys.pop_back(); }), Rule::key_dropped);
}

RW_STORY(key_given_away, "a key is not given to another party")
{
    const auto swap = [](Authority& next) { std::swap(next.parties[0].keys[1], next.parties[1].keys[1]); };
    return refused(world.rotate(swap), Rule::key_moved);
}

RW_STORY(renewed, "a renew extends the activation it names, and no other")
{
    world.activate();
    Statement renew = world.make(StatementType::renew, 12);
    renew.extends = true;
    renew.expires = epoch + 14 * day - hour;
    renew.subject = rw::zones::sha256("another");
    const bool other = refused(world.present(renew, 3), Rule::renews_nothing);
    renew.subject = world.state.active->statement.hash;
    return other && world.present(renew, 3).permitted && world.state.active->expires == renew.expires;
}

RW_STORY(renew_moves_base, "a renew that moves the base needs two people again")
{
    world.activate();
    Statement renew = world.make(StatementType::renew, 12);
    renew.subject = world.state.active->statement.hash;
    renew.policy = policy();
    renew.policy->base.serial += 1;
    world.present(renew, 3);
    const bool waits = world.state.active->policy.base.serial == policy().base.serial && world.state.armed;
    ZoneFacts zone = World::zone();
    zone.base = renew.policy->base;
    world.happen(ShowZone{.zone = zone});
    return waits && world.enter().permitted && world.state.active->policy.base.serial == policy().base.serial + 1;
}

RW_STORY(never_saw, "a site that never saw the statement before says so and goes on")
{
    Statement statement = world.make(StatementType::activate, 11);
    statement.before = rw::zones::sha256("unseen");
    return world.present(statement, 3).permitted && world.last.notes.size() == 1;
}

RW_STORY(one_mark_lost, "one mark lost: the other counts")
{
    world.happen(LoseMarks{.file = true});
    return refused(world.present(world.make(StatementType::activate, 9), 3), Rule::sequence_old);
}

RW_STORY(marks_lost, "both marks lost: nothing is accepted until two operators enrol a statement")
{
    world.happen(LoseMarks{.file = true, .journal = true});
    const Statement statement = world.make(StatementType::activate, 7);
    const bool before = refused(world.present(statement, 3), Rule::marks_lost);
    Confirmation enrol = world.confirmation(Action::enrol);
    enrol.subject = World::by(statement, {}).hash;
    const Enrol one{.statement = World::by(statement, signers(3)),
                    .nonce = World::first_nonce,
                    .confirmations = {World::from(enrol, key("Anna")), World::from(enrol, key("Anna", 2))}};
    const bool alone = refused(world.happen(one), Rule::two_people);
    const Enrol both{.statement = one.statement, .nonce = one.nonce, .confirmations = World::two(enrol)};
    return before && alone && world.happen(both).permitted && world.present(statement, 3).permitted;
}

/// Both marks are lost; two operators go on from `statement`.
static bool enrolled(World& world, const Statement& statement)
{
    world.happen(LoseMarks{.file = true, .journal = true});
    const Signed<Statement> by_three = World::by(statement, signers(3));
    Confirmation enrol = world.confirmation(Action::enrol);
    enrol.subject = by_three.hash;
    return world.happen(Enrol{.statement = by_three, .nonce = World::first_nonce, .confirmations = World::two(enrol)})
        .permitted;
}

RW_STORY(armed_before_marks_were_lost, "what was armed before the marks were lost is not entered by what it was then")
{
    world.arm();
    const State armed = world.state;
    world.happen(LoseMarks{.file = true, .journal = true});
    const bool lost = refused(world.enter(), Rule::marks_lost);
    world.state = armed;
    const bool older =
        enrolled(world, world.make(StatementType::activate, 900)) && refused(world.enter(), Rule::sequence_old);
    world.state = armed;
    return lost && older && enrolled(world, armed.armed->statement.content) && world.enter().permitted;
}

RW_STORY(drill_armed_before_marks_were_lost,
         "a drill that was armed before the marks were set anew takes none of them back")
{
    world.present(world.make(StatementType::drill, 6), 1);
    world.happen(ShowZone{.zone = World::zone()});
    return enrolled(world, world.make(StatementType::drill, 50)) && refused(world.enter(), Rule::drill_repeated) &&
           world.state.mark()->drill == 50;
}

RW_STORY(enrol_without_need, "operators do not move a mark that is there")
{
    const Statement statement = world.make(StatementType::activate, 7);
    Confirmation enrol = world.confirmation(Action::enrol);
    enrol.subject = World::by(statement, {}).hash;
    return refused(world.happen(Enrol{.statement = World::by(statement, signers(3)),
                                      .nonce = World::first_nonce,
                                      .confirmations = World::two(enrol)}),
                   Rule::enrolment_not_needed);
}
