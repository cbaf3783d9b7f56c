// SPDX-License-Identifier: EUPL-1.2
// Entering and leaving: who confirmed what, and whether the zone is the one that the statement permits. Entering takes
// everything, leaving one person.
#include <algorithm>

#include "zones/continuity/judge.h"

namespace rw::zones::continuity
{

const ZonePolicy& Judge::policy_of(const Armed& armed) const
{
    const Statement& content = armed.statement.content;
    return content.policy ? *content.policy : state_.active->policy;
}

Judge::Refusal Judge::judge_armed() const
{
    if (!state_.armed)
        return refuse(Rule::not_armed, "nothing is armed");
    const Seconds age = now_.monotonic - state_.armed->since;
    if (broken(Rule::nonce_old, age > nonce_lifetime))
        return refuse(Rule::nonce_old,
                      fmt::format("it was armed {} ago: arm it again and look at the zone anew", span_words(age)));
    return std::nullopt;
}

Judge::Refusal Judge::judge_zone(const ZoneFacts& zone, const ZonePolicy& policy) const
{
    if (broken(Rule::zone_signature, zone.anchor != policy.anchor))
        return refuse(Rule::zone_signature, zone.anchor.empty()
                                                ? std::string("the zone's signatures do not verify")
                                                : fmt::format("the zone verifies by {}, the statement trusts {}",
                                                              zone.anchor, policy.anchor));
    if (broken(Rule::zone_digest, !zone.zonemd))
        return refuse(Rule::zone_digest, "the zone's ZONEMD does not verify");
    if (broken(Rule::zone_serial, zone.serial < policy.least_serial))
        return refuse(Rule::zone_serial, fmt::format("the zone has serial {}, the statement wants {} or later",
                                                     zone.serial, policy.least_serial));
    for (const std::int64_t algorithm : zone.algorithms) {
        const bool allowed = std::ranges::find(policy.algorithms, algorithm) != policy.algorithms.end();
        if (broken(Rule::zone_algorithm, !allowed))
            return refuse(
                Rule::zone_algorithm,
                fmt::format("the zone is signed with algorithm {}, which the statement does not allow", algorithm));
    }
    if (broken(Rule::zone_base, zone.base != policy.base))
        return refuse(Rule::zone_base,
                      fmt::format("the zone was compared with serial {} and not with the base, serial {}",
                                  zone.base.serial, policy.base.serial));
    if (broken(Rule::zone_difference, zone.unlisted > 0))
        return refuse(Rule::zone_difference, fmt::format("{} difference(s) from the base are not listed: {}",
                                                         zone.unlisted, zone.first_unlisted));
    if (broken(Rule::zone_share, zone.changed_tlds * 1'000 > policy.share * zone.base_tlds))
        return refuse(Rule::zone_share, fmt::format("{} of {} TLDs differ from the base, more than {} in a thousand",
                                                    zone.changed_tlds, zone.base_tlds, policy.share));
    return std::nullopt;
}

/// By one party's word clients are touched only when nothing changes for them.
Judge::Refusal Judge::judge_rehearsal(const Armed& armed, const Times& times) const
{
    const Statement& content = armed.statement.content;
    if (!content.drill || content.drill->mode == DrillMode::shadow ||
        tally_of(armed.statement, Role::activate, times.latest).met())
        return std::nullopt;
    const std::optional<Seconds>& verified = armed.zone->base_verified;
    if (broken(Rule::rehearsal_base, !verified || times.latest - *verified > rehearsal_base_age))
        return refuse(Rule::rehearsal_base,
                      "a drill with clients and without the quorum for activate needs a base that this site verified "
                      "itself within 48 hours");
    return std::nullopt;
}

Judge::Refusal Judge::judge_binding(const Confirmation& given, const Confirmation& wanted) const
{
    if (broken(Rule::confirmation_action, given.action != wanted.action))
        return refuse(Rule::confirmation_action, fmt::format("the confirmation is for {}, not for {}",
                                                             action_name(given.action), action_name(wanted.action)));
    if (broken(Rule::confirmation_site, given.site != wanted.site))
        return refuse(Rule::confirmation_site,
                      fmt::format("the confirmation is for site {}, this is {}", given.site, wanted.site));
    if (broken(Rule::confirmation_subject, given.subject != wanted.subject))
        return refuse(Rule::confirmation_subject, "the confirmation is for another statement or authority");
    if (broken(Rule::confirmation_zone, given.zone != wanted.zone))
        return refuse(Rule::confirmation_zone, "the confirmation is for another zone than the one shown");
    if (broken(Rule::confirmation_nonce, given.nonce != wanted.nonce))
        return refuse(Rule::confirmation_nonce, "the confirmation has another nonce: it was made for another occasion");
    return std::nullopt;
}

/// `needed` different people of this site, each for exactly what is wanted.
Judge::Refusal Judge::judge_people(const Confirmations& given, const Confirmation& wanted, std::size_t needed) const
{
    std::vector<Digest> signers;
    for (const Signed<Confirmation>& one : given) {
        if (Refusal no = judge_binding(one.content, wanted))
            return no;
        signers.insert(signers.end(), one.signers.begin(), one.signers.end());
    }
    const std::vector<std::string> names = people(state_.site.content, signers);
    if (broken(Rule::two_people, names.size() < needed))
        return refuse(Rule::two_people,
                      fmt::format("{} people of this site must confirm; {}", needed,
                                  names.empty() ? "nobody has" : fmt::format("confirmed: {}", list_words(names))));
    return std::nullopt;
}

/// Two people who read clocks agree, and not on a time that is past for certain.
Judge::Refusal Judge::judge_vouching(const Confirmations& confirmations) const
{
    const auto by_time = [](const Signed<Confirmation>& one) { return one.content.time; };
    const auto [least, most] = std::ranges::minmax_element(confirmations, {}, by_time);
    if (confirmations.empty())
        return std::nullopt;
    if (broken(Rule::vouched_apart, most->content.time - least->content.time > vouching_spread))
        return refuse(Rule::vouched_apart, fmt::format("the times that the operators vouch for are {} apart",
                                                       span_words(most->content.time - least->content.time)));
    return std::nullopt;
}

/// What only operators do: two of them, who agree on the time.
Judge::Refusal Judge::judge_two_who_vouch(const Confirmations& given, const Confirmation& wanted) const
{
    Refusal no = judge_people(given, wanted, 2);
    return no ? no : judge_vouching(given);
}

/// What an operator of this site must have signed.
Confirmation Judge::wanted(Action action, std::optional<Digest> subject, const std::string& nonce) const
{
    return {
        .action = action, .site = state_.site.content.id, .subject = subject, .zone = {}, .nonce = nonce, .time = 0};
}

std::expected<Judge::Times, Verdict> Judge::entry_times(const Confirmations& confirmations) const
{
    if (now_.synchronised)
        return Times{.earliest = trusted_time(state_, now_), .latest = trusted_time(state_, now_), .known = true};
    if (Refusal no = judge_vouching(confirmations))
        return std::unexpected(*no);
    Times times{.earliest = last_second, .latest = 0, .known = true};
    const Seconds floor = state_.mark() ? state_.mark()->time : 0;
    for (const Signed<Confirmation>& one : confirmations) {
        if (broken(Rule::vouched_below_mark, one.content.time < floor - vouching_spread))
            return std::unexpected(
                refuse(Rule::vouched_below_mark, fmt::format("{} is vouched for, but {} was trusted here already",
                                                             time_words(one.content.time), time_words(floor))));
        times.earliest = std::min(times.earliest, std::max(floor, one.content.time));
        times.latest = std::max({times.latest, floor, one.content.time});
    }
    return times;
}

std::size_t Judge::people_needed(const Statement& statement) const
{
    if (statement.drill)
        return statement.drill->mode == DrillMode::shadow ? 1 : 2;
    // The site file may do without people, but only while the time is known without them.
    const bool automatic =
        statement.type == StatementType::activate && state_.site.content.auto_activate && now_.synchronised;
    return automatic ? 0 : 2;
}

Verdict Judge::operator()(const ShowZone& event)
{
    if (event.for_armed) {
        if (Refusal no = judge_armed())
            return *no;
        if (!state_.armed->statement.content.policy && !state_.active)
            return refuse(Rule::renews_nothing, "what is armed renews an activation that is not active here");
        if (Refusal no = judge_zone(event.zone, policy_of(*state_.armed)))
            return *no;
        state_.armed->zone = event.zone;
        return permit(fmt::format("zone {} may be entered", short_hash(event.zone.hash)));
    }
    std::optional<Running>& running = state_.active ? state_.active : state_.drill;
    if (!running)
        return refuse(Rule::nothing_runs, "nothing is active that could take a new version");
    if (Refusal no = judge_zone(event.zone, running->policy))
        return *no;
    running->zone = event.zone.hash;
    return permit(fmt::format("version {} is good", event.zone.serial));
}

Verdict Judge::operator()(const Enter& event)
{
    if (Refusal no = judge_armed())
        return *no;
    Armed armed = *state_.armed;
    const Statement& content = armed.statement.content;
    const bool renews = content.type == StatementType::renew;
    // Without an activation there is nothing to change, whatever rule is switched off.
    if (renews && (!state_.active || content.subject != state_.active->statement.hash))
        return refuse(Rule::renews_nothing, "what is armed renews an activation that is not active here");
    if (broken(Rule::zone_missing, !armed.zone))
        return refuse(Rule::zone_missing, "no zone was shown that the statement permits");
    armed.zone = armed.zone.value_or(ZoneFacts{});
    if (broken(Rule::clock_jumped, jumped()))
        return refuse(Rule::clock_jumped,
                      "the system clock was set while this runs: nothing is entered until two operators set the time",
                      true);
    Confirmation shown = wanted(Action::enter, armed.statement.hash, armed.nonce);
    shown.zone = armed.zone->hash;
    if (Refusal no = judge_people(event.confirmations, shown, people_needed(content)))
        return *no;
    const std::expected<Times, Verdict> at = entry_times(event.confirmations);
    if (!at)
        return at.error();
    if (Refusal no = judge_standing(armed.statement, *at))
        return *no;
    // The marks may be others than when it was armed: lost, or set anew by an enrolment.
    if (Refusal no = judge_sequence(armed.statement))
        return *no;
    if (Refusal no = judge_rehearsal(armed, *at))
        return *no;
    begin(armed, *at);
    return permit(fmt::format("{} {} is in force", type_name(content.type), content.id));
}

void Judge::begin(const Armed& armed, const Times& times)
{
    const Statement& content = armed.statement.content;
    state_.armed.reset();
    if (content.type == StatementType::renew) {
        apply(armed.statement);
        state_.active->nonce = armed.nonce;
        state_.active->zone = armed.zone->hash;
        return;
    }
    Running running{.statement = armed.statement,
                    .nonce = armed.nonce,
                    .policy = *content.policy,
                    .zone = armed.zone->hash,
                    .expires = content.expires,
                    .deadline = now_.monotonic + content.expires - times.latest};
    if (state_.drill)
        end_drill(fmt::format("{} began", content.id));
    if (!content.drill) {
        state_.active = std::move(running);
        return;
    }
    running.deadline = now_.monotonic + content.drill->length;
    state_.drill = std::move(running);
    if (std::optional<Mark> mark = state_.mark()) {
        mark->drill = content.sequence;
        write_mark(*mark);
    }
}

Verdict Judge::operator()(const Leave& event)
{
    const std::optional<Digest>& subject = event.confirmation.content.subject;
    const bool drill = state_.drill && (!state_.active || subject == state_.drill->statement.hash);
    std::optional<Running>& running = drill ? state_.drill : state_.active;
    if (!running)
        return refuse(Rule::nothing_runs, "IANA's root is in use: there is nothing to leave");
    if (Refusal no =
            judge_people({event.confirmation}, wanted(Action::leave, running->statement.hash, running->nonce), 1))
        return *no;
    const std::string id = running->statement.content.id;
    running.reset();
    state_.armed.reset();
    return permit(fmt::format("{} is left: IANA's root is in use", id));
}

Verdict Judge::operator()(const Enrol& event)
{
    if (broken(Rule::enrolment_not_needed, state_.mark().has_value()))
        return refuse(Rule::enrolment_not_needed, "a mark is there: nothing is to be enrolled");
    const Digest& subject = event.statement ? event.statement->hash : state_.chain.back().hash;
    if (Refusal no = judge_two_who_vouch(event.confirmations, wanted(Action::enrol, subject, event.nonce)))
        return *no;
    Mark mark;
    mark.time = last_second;
    for (const Signed<Confirmation>& one : event.confirmations)
        mark.time = std::min(mark.time, one.content.time);
    if (event.statement) {
        if (Refusal no = judge_standing(*event.statement, {.earliest = mark.time, .latest = mark.time, .known = true}))
            return *no;
        const Statement& content = event.statement->content;
        (content.drill ? mark.drill : mark.sequence) = content.sequence;
        if (content.type == StatementType::activate)
            mark.activation = event.statement->hash;
    }
    write_mark(mark);
    return {.permitted = true, .sentence = "the marks are set anew", .critical = true, .notes = {}};
}

Verdict Judge::operator()(const SetTime& event)
{
    std::optional<Mark> mark = state_.mark();
    if (!mark)
        return refuse(Rule::marks_lost, "both marks are lost: enrol a statement, which sets the time too");
    if (Refusal no = judge_two_who_vouch(event.confirmations, wanted(Action::set_time, {}, event.nonce)))
        return *no;
    for (const Signed<Confirmation>& one : event.confirmations) {
        const Seconds apart = std::max(one.content.time, now_.system) - std::min(one.content.time, now_.system);
        if (broken(Rule::clock_disagrees, apart > vouching_spread))
            return refuse(Rule::clock_disagrees, fmt::format("the system clock says {}: set it first, then the mark",
                                                             time_words(now_.system)));
        mark->time = &one == event.confirmations.data() ? one.content.time : std::min(mark->time, one.content.time);
    }
    write_mark(*mark);
    restart_clock();
    state_.clock.fresh = false;
    return {.permitted = true, .sentence = "the time is set", .critical = true, .notes = {}};
}

}  // namespace rw::zones::continuity
