// SPDX-License-Identifier: EUPL-1.2
// The steps, and time: a mark that only rises, a clock that is believed only while it keeps pace with the monotonic
// one.
#include "zones/continuity/evaluator.h"

#include <algorithm>
#include <array>

#include "zones/continuity/judge.h"

namespace rw::zones::continuity
{

namespace
{

constexpr std::array<std::string_view, rule_count> rule_names{
    "none",
    "marks-lost",
    "authority-unknown",
    "authority-expired",
    "authority-superseded",
    "quorum",
    "key-retired",
    "key-stolen",
    "key-expired",
    "scope",
    "not-begun",
    "expired",
    "sequence-old",
    "sequence-far",
    "sequence-taken",
    "statement-ended",
    "drill-repeated",
    "anchor-not-allowed",
    "drill-needs-quorum",
    "drill-beside-activation",
    "renews-nothing",
    "not-armed",
    "nonce-old",
    "clock-jumped",
    "vouched-apart",
    "vouched-below-mark",
    "confirmation-action",
    "confirmation-site",
    "confirmation-subject",
    "confirmation-zone",
    "confirmation-nonce",
    "two-people",
    "zone-missing",
    "zone-signature",
    "zone-digest",
    "zone-serial",
    "zone-algorithm",
    "zone-base",
    "zone-difference",
    "zone-share",
    "rehearsal-base",
    "nothing-runs",
    "enrolment-not-needed",
    "clock-disagrees",
    "version",
    "previous",
    "old-quorum",
    "new-quorum",
    "key-came-back",
    "key-dropped",
    "key-moved",
};

}  // namespace

std::string_view rule_name(Rule rule)
{
    return rule_names.at(static_cast<std::size_t>(rule));
}

std::optional<Mark> State::mark() const
{
    if (!file || !journal)
        return file ? file : journal;
    Mark mark = file->sequence >= journal->sequence ? *file : *journal;
    if (file->sequence == journal->sequence) {
        mark.ended = file->ended || journal->ended;
        mark.activation = file->activation ? file->activation : journal->activation;
        mark.renewal = file->renewal ? file->renewal : journal->renewal;
    }
    mark.drill = std::max(file->drill, journal->drill);
    mark.time = std::max(file->time, journal->time);
    return mark;
}

std::vector<Digest> State::party_keys() const
{
    std::vector<Digest> all;
    for (const Signed<Authority>& authority : chain) {
        for (const Digest& key : authority.content.keys()) {
            if (std::ranges::find(all, key) == all.end())
                all.push_back(key);
        }
    }
    return all;
}

Seconds trusted_time(const State& state, const Moment& now)
{
    const std::optional<Mark> mark = state.mark();
    return mark ? std::max(mark->time, now.system) : now.system;
}

Verdict step(State& state, const Event& event, const Moment& now)
{
    return step_without(Rule::none, state, event, now);
}

Verdict step_without(Rule off, State& state, const Event& event, const Moment& now)
{
    Judge judge(state, now, off);
    if (!std::holds_alternative<Start>(event))
        judge.advance();
    Verdict verdict = std::visit(judge, event);
    verdict.notes = judge.take_notes();
    return verdict;
}

/// A clock that was set: it left the monotonic clock by more than clocks drift.
bool Judge::jumped() const
{
    const ClockState& clock = state_.clock;
    if (!clock.lead)
        return false;
    const Seconds lead = now_.system - now_.monotonic;
    const Seconds allowed = clock_tolerance + (now_.monotonic - clock.lead_since) / clock_drift_divisor;
    return std::max(lead, *clock.lead) - std::min(lead, *clock.lead) > allowed;
}

Judge::Times Judge::times() const
{
    const std::optional<Mark> mark = state_.mark();
    if (now_.synchronised && !jumped()) {
        const Seconds at = trusted_time(state_, now_);
        return {.earliest = at, .latest = at, .known = true};
    }
    const Seconds floor = mark ? mark->time : 0;
    return {.earliest = floor, .latest = floor, .known = false};
}

void Judge::write_mark(const Mark& mark)
{
    state_.file = mark;
    state_.journal = mark;
}

void Judge::restart_clock()
{
    state_.clock = {
        .lead = now_.system - now_.monotonic, .lead_since = now_.monotonic, .last = now_.monotonic, .fresh = true};
}

void Judge::advance()
{
    if (!state_.clock.lead)
        restart_clock();
    const Seconds elapsed = std::max<Seconds>(0, now_.monotonic - state_.clock.last);
    state_.clock.last = std::max(state_.clock.last, now_.monotonic);
    const std::optional<Mark> mark = state_.mark();
    if (mark && now_.synchronised && !jumped()) {
        const Seconds reach = mark->time + elapsed + (state_.clock.fresh ? start_allowance : 0);
        Mark risen = *mark;
        risen.time = std::max(mark->time, std::min(now_.system, reach));
        state_.clock.fresh = false;
        write_mark(risen);
    }
    const Seconds at = trusted_time(state_, now_);
    if (state_.active && (now_.monotonic >= state_.active->deadline || (!jumped() && at >= state_.active->expires)))
        end_active("it expired");
    if (state_.drill && (now_.monotonic >= state_.drill->deadline || (!jumped() && at >= state_.drill->expires)))
        end_drill("its time is over");
}

/// Ends the activation for good: its statement cannot be armed again.
void Judge::end_active(std::string_view why)
{
    note(fmt::format("activation {} ended: {}", state_.active->statement.content.id, why));
    const Digest ended = state_.active->statement.hash;
    state_.active.reset();
    if (std::optional<Mark> mark = state_.mark(); mark && mark->activation == ended) {
        mark->ended = true;
        write_mark(*mark);
    }
}

void Judge::end_drill(std::string_view why)
{
    note(fmt::format("drill {} ended: {}", state_.drill->statement.content.id, why));
    state_.drill.reset();
}

Verdict Judge::operator()(const Start&)
{
    restart_clock();
    state_.armed.reset();
    if (state_.drill)
        end_drill("the process started again");
    if (state_.active) {
        const Seconds left = state_.active->expires - trusted_time(state_, now_);
        state_.active->deadline = now_.monotonic + left;
        if (left <= 0)
            end_active("it expired while the process was away");
        else
            end_what_lost_its_quorum();
    }
    return permit(state_.active ? fmt::format("goes on under {}", state_.active->statement.content.id)
                                : std::string("IANA's root is in use"));
}

Verdict Judge::operator()(const Tick&)
{
    return permit(notes_.empty() ? "nothing changed" : notes_.front());
}

Verdict Judge::operator()(const LoseMarks& lost)
{
    if (lost.file)
        state_.file.reset();
    if (lost.journal)
        state_.journal.reset();
    return permit(state_.mark() ? "one mark is left: it counts" : "both marks are lost");
}

}  // namespace rw::zones::continuity
