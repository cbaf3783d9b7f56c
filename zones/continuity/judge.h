// SPDX-License-Identifier: EUPL-1.2
// The evaluator's inside: one object for one step. evaluator.cc has time and dispatch, judge_statement.cc what makes a
// statement good, judge_entry.cc confirmations and zones, judge_rotation.cc authorities and sites.
#pragma once

#include <fmt/format.h>

#include "zones/continuity/evaluator.h"

namespace rw::zones::continuity
{

class Judge
{
 public:
    Judge(State& state, const Moment& now, Rule off) : state_(state), now_(now), off_(off) {}

    Verdict operator()(const Start&);
    Verdict operator()(const Tick&);
    Verdict operator()(const Rotate&);
    Verdict operator()(const Install&);
    Verdict operator()(const ChangeSite&);
    Verdict operator()(const Present&);
    Verdict operator()(const ShowZone&);
    Verdict operator()(const Enter&);
    Verdict operator()(const Leave&);
    Verdict operator()(const Enrol&);
    Verdict operator()(const SetTime&);
    Verdict operator()(const LoseMarks&);

    /// What follows from time alone: the mark's time rises, what has expired ends. Before every event but a start.
    void advance();
    [[nodiscard]] std::vector<std::string> take_notes() { return std::move(notes_); }

 private:
    using Refusal = std::optional<Verdict>;
    using Confirmations = std::vector<Signed<Confirmation>>;

    /// A window of what the time may be.
    struct Times {
        Seconds earliest = 0;
        Seconds latest = 0;
        bool known = false;  ///< false: only that it is not before `latest`
    };

    // what a verdict is made with
    [[nodiscard]] bool broken(Rule rule, bool bad) const { return bad && rule != off_; }
    static Verdict permit(std::string sentence)
    {
        return {.permitted = true, .sentence = std::move(sentence), .notes = {}};
    }
    static Verdict refuse(Rule rule, std::string sentence, bool critical = false)
    {
        return {.permitted = false, .rule = rule, .sentence = std::move(sentence), .critical = critical, .notes = {}};
    }
    void note(std::string sentence) { notes_.push_back(std::move(sentence)); }

    // time
    [[nodiscard]] bool jumped() const;
    [[nodiscard]] Times times() const;
    void write_mark(const Mark& mark);
    void restart_clock();
    void end_active(std::string_view why);
    void end_drill(std::string_view why);

    // statements
    [[nodiscard]] Refusal judge_standing(const Signed<Statement>& statement, const Times& times) const;
    [[nodiscard]] std::vector<Signed<Authority>>::const_iterator named_authority(const Digest& hash) const;
    [[nodiscard]] Refusal judge_quorum(const Signed<Statement>& statement, Seconds at) const;
    [[nodiscard]] Refusal judge_rehearsal_quorum(const Signed<Statement>& statement, Seconds at) const;
    [[nodiscard]] Tally tally_of(const Signed<Statement>& statement, Role role, Seconds at) const;
    [[nodiscard]] Refusal judge_sequence(const Signed<Statement>& statement) const;
    [[nodiscard]] bool marks_own(const Signed<Statement>& statement) const;
    Verdict arm(const Signed<Statement>& statement, const std::string& nonce);
    Verdict renew(const Signed<Statement>& statement, const std::string& nonce);
    Verdict lead_out(const Signed<Statement>& statement);
    void apply(const Signed<Statement>& renewal);
    void end_what_lost_its_quorum();

    // entering
    [[nodiscard]] Refusal judge_armed() const;
    [[nodiscard]] Refusal judge_zone(const ZoneFacts& zone, const ZonePolicy& policy) const;
    [[nodiscard]] Refusal judge_rehearsal(const Armed& armed, const Times& times) const;
    [[nodiscard]] Refusal judge_people(const Confirmations& given, const Confirmation& wanted,
                                       std::size_t needed) const;
    [[nodiscard]] Refusal judge_binding(const Confirmation& given, const Confirmation& wanted) const;
    [[nodiscard]] std::expected<Times, Verdict> entry_times(const Confirmations& confirmations) const;
    [[nodiscard]] Refusal judge_vouching(const Confirmations& confirmations) const;
    [[nodiscard]] Refusal judge_two_who_vouch(const Confirmations& given, const Confirmation& wanted) const;
    [[nodiscard]] Confirmation wanted(Action action, std::optional<Digest> subject, const std::string& nonce) const;
    [[nodiscard]] std::size_t people_needed(const Statement& statement) const;
    void begin(const Armed& armed, const Times& times);
    [[nodiscard]] const ZonePolicy& policy_of(const Armed& armed) const;

    // authority and site
    [[nodiscard]] Refusal judge_rotation(const Signed<Authority>& next) const;
    [[nodiscard]] Tally own_quorum(const Signed<Authority>& authority) const;
    [[nodiscard]] Refusal judge_keys(const Authority& old, const Authority& next) const;

    State& state_;
    const Moment& now_;
    Rule off_;
    std::vector<std::string> notes_;
};

}  // namespace rw::zones::continuity
