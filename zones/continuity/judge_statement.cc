// SPDX-License-Identifier: EUPL-1.2
// What makes a statement good: an authority that we know and that is in force, a quorum of its parties, time, scope,
// sequence; and what a good one does.
#include <algorithm>

#include "zones/continuity/judge.h"

namespace rw::zones::continuity
{

namespace
{

std::string called(const Statement& statement)
{
    return fmt::format("{} {}", type_name(statement.type), statement.id);
}

}  // namespace

/// The version of the authority that `hash` names.
std::vector<Signed<Authority>>::const_iterator Judge::named_authority(const Digest& hash) const
{
    const auto named = std::ranges::find(std::as_const(state_.chain), hash, &Signed<Authority>::hash);
    return named != state_.chain.end() || broken(Rule::authority_unknown, true) ? named : std::prev(named);
}

/// Under the authority that the statement names, at `at`; a key that it or a later version calls stolen counts no more,
/// nor does one that has expired, but to lead out.
Tally Judge::tally_of(const Signed<Statement>& statement, Role role, Seconds at) const
{
    const auto named = named_authority(statement.content.authority);
    const bool out = statement.content.leads_out();
    const auto counts = [&](const PartyKey& key) {
        if (broken(Rule::key_retired, key.state == KeyState::retired))
            return false;
        return std::none_of(named, std::as_const(state_.chain).end(), [&](const Signed<Authority>& version) {
            const PartyKey* one = version.content.find(key.key);
            return one != nullptr && (broken(Rule::key_stolen, one->state == KeyState::stolen) ||
                                      broken(Rule::key_expired, !out && one->has_expired(at)));
        });
    };
    return tally(named->content, role, statement.signers, counts);
}

/// The authority is known; the thresholds of the statement's roles are met at `at`.
Judge::Refusal Judge::judge_quorum(const Signed<Statement>& statement, Seconds at) const
{
    const auto named = named_authority(statement.content.authority);
    if (named == state_.chain.end())
        return refuse(Rule::authority_unknown, fmt::format("{} names an authority that is not the one installed here",
                                                           called(statement.content)));
    for (const Role role : statement.content.roles()) {
        const Tally tally = tally_of(statement, role, at);
        if (broken(Rule::quorum, !tally.met()))
            return refuse(Rule::quorum, fmt::format("{} lacks the quorum for {}: {}", called(statement.content),
                                                    role_name(role), tally.words()));
    }
    return judge_rehearsal_quorum(statement, at);
}

/// A drill that touches clients is either what an activation would be, or changes nothing.
Judge::Refusal Judge::judge_rehearsal_quorum(const Signed<Statement>& statement, Seconds at) const
{
    const Statement& content = statement.content;
    if (!content.drill || content.drill->mode == DrillMode::shadow || content.policy->differences.empty())
        return std::nullopt;
    const Tally tally = tally_of(statement, Role::activate, at);
    if (broken(Rule::drill_needs_quorum, !tally.met()))
        return refuse(Rule::drill_needs_quorum,
                      fmt::format("{} lists differences and touches clients, so it needs the quorum for activate: {}",
                                  called(content), tally.words()));
    return std::nullopt;
}

/// Everything but the sequence: asked when a statement comes, when it is entered, when the authority changes.
Judge::Refusal Judge::judge_standing(const Signed<Statement>& statement, const Times& times) const
{
    const Statement& content = statement.content;
    if (Refusal no = judge_quorum(statement, times.latest))
        return no;
    const Authority& newest = state_.chain.back().content;
    if (broken(Rule::authority_expired, !content.leads_out() && times.latest >= newest.expires))
        return refuse(Rule::authority_expired,
                      fmt::format("the authority expired on {}: only a rotation, a return or a revoke counts",
                                  time_words(newest.expires)));
    const auto named = named_authority(content.authority);
    const auto successor = std::next(named);
    if (broken(Rule::authority_superseded,
               successor != state_.chain.end() && content.not_before >= successor->content.issued))
        return refuse(Rule::authority_superseded,
                      fmt::format("{} was made under version {} of the authority after version {} was issued",
                                  called(content), named->content.version, successor->content.version));
    if (broken(Rule::scope, !content.is_for(state_.site.content.id)))
        return refuse(Rule::scope,
                      fmt::format("{} is for {}, not for this site", called(content), list_words(content.sites)));
    if (broken(Rule::not_begun, !content.leads_out() && times.known && times.earliest < content.not_before))
        return refuse(Rule::not_begun,
                      fmt::format("{} is good from {} on", called(content), time_words(content.not_before)));
    if (broken(Rule::expired, times.latest >= content.expires))
        return refuse(Rule::expired, fmt::format("{} expired on {}", called(content), time_words(content.expires)));
    if (broken(Rule::anchor_not_allowed, content.policy && !newest.allows_anchor(content.policy->anchor)))
        return refuse(Rule::anchor_not_allowed,
                      fmt::format("{} names trust anchor {}, which the authority does not allow", called(content),
                                  content.policy->anchor));
    return std::nullopt;
}

bool Judge::marks_own(const Signed<Statement>& statement) const
{
    const std::optional<Mark> mark = state_.mark();
    return mark && (mark->activation == statement.hash || mark->renewal == statement.hash);
}

Judge::Refusal Judge::judge_sequence(const Signed<Statement>& statement) const
{
    const Statement& content = statement.content;
    const std::optional<Mark> mark = state_.mark();
    if (!mark) {
        // Leaving waits for nothing, and a return of old could end at worst what a return may end.
        if (content.leads_out() || !broken(Rule::marks_lost, true))
            return std::nullopt;
        return refuse(Rule::marks_lost, "both marks are lost: two operators must enrol a statement first", true);
    }
    const bool drill = content.type == StatementType::drill;
    const std::int64_t largest = drill ? mark->drill : mark->sequence;
    if (broken(Rule::sequence_far, content.sequence > largest && content.sequence - largest > sequence_reach))
        return refuse(Rule::sequence_far,
                      fmt::format("{} has sequence {}, more than {} above {}", called(content), content.sequence,
                                  sequence_reach, largest),
                      true);
    if (drill) {
        if (broken(Rule::drill_repeated, content.sequence <= largest))
            return refuse(Rule::drill_repeated,
                          fmt::format("{} has sequence {}: a drill of sequence {} ran here, and each runs once",
                                      called(content), content.sequence, largest));
        return std::nullopt;
    }
    if (marks_own(statement)) {
        if (broken(Rule::statement_ended, mark->ended))
            return refuse(Rule::statement_ended,
                          fmt::format("{} was ended here and cannot come back", called(content)));
        return std::nullopt;
    }
    if (broken(Rule::sequence_taken, content.sequence == largest && !content.leads_out()))
        return refuse(Rule::sequence_taken,
                      fmt::format("{} has sequence {}, which another statement has here", called(content), largest),
                      true);
    if (broken(Rule::sequence_old, content.sequence < largest || (content.leads_out() && content.sequence == largest)))
        return refuse(Rule::sequence_old, fmt::format("{} has sequence {}; {} was seen here already", called(content),
                                                      content.sequence, largest));
    return std::nullopt;
}

Verdict Judge::operator()(const Present& event)
{
    const Signed<Statement>& statement = event.statement;
    if (Refusal no = judge_standing(statement, times()))
        return *no;
    if (Refusal no = judge_sequence(statement))
        return *no;
    const std::optional<Mark> mark = state_.mark();
    const std::optional<Digest>& before = statement.content.before;
    if (before && (!mark || (mark->activation != before && mark->renewal != before)))
        note(fmt::format("the signers knew of a statement {} that this site never saw", short_hash(*before)));
    switch (statement.content.type) {
        case StatementType::drill:
        case StatementType::activate:
            return arm(statement, event.nonce);
        case StatementType::renew:
            return renew(statement, event.nonce);
        case StatementType::leave:
        case StatementType::revoke:
            return lead_out(statement);
    }
    return refuse(Rule::none, "no such statement");
}

Verdict Judge::arm(const Signed<Statement>& statement, const std::string& nonce)
{
    const bool drill = statement.content.type == StatementType::drill;
    const bool activation_waits = state_.armed && state_.armed->statement.content.type != StatementType::drill;
    if (broken(Rule::drill_beside_activation, drill && (state_.active || activation_waits)))
        return refuse(Rule::drill_beside_activation,
                      fmt::format("{} cannot begin while an activation is armed or active", called(statement.content)));
    std::optional<Mark> mark = state_.mark();
    if (!drill && mark && !marks_own(statement)) {
        mark->sequence = statement.content.sequence;
        mark->activation = statement.hash;
        mark->renewal.reset();
        mark->ended = false;
        write_mark(*mark);
    }
    state_.armed = Armed{.statement = statement, .nonce = nonce, .since = now_.monotonic, .zone = {}};
    return permit(fmt::format("{} is armed", called(statement.content)));
}

/// What a renew changes of what runs.
void Judge::apply(const Signed<Statement>& renewal)
{
    Running& active = *state_.active;
    if (renewal.content.policy)
        active.policy = *renewal.content.policy;
    if (renewal.content.extends) {
        active.deadline += renewal.content.expires - active.expires;
        active.expires = renewal.content.expires;
    }
}

Verdict Judge::renew(const Signed<Statement>& statement, const std::string& nonce)
{
    const Statement& content = statement.content;
    const bool renews = state_.active && content.subject == state_.active->statement.hash;
    // Without an activation there is nothing to change, whatever rule is switched off.
    if (!state_.active || broken(Rule::renews_nothing, !renews))
        return refuse(Rule::renews_nothing,
                      fmt::format("{} renews an activation that is not active here", called(content)));
    if (std::optional<Mark> mark = state_.mark(); mark && !marks_own(statement)) {
        mark->sequence = content.sequence;
        mark->renewal = statement.hash;
        write_mark(*mark);
    }
    const ZonePolicy& old = state_.active->policy;
    const bool moves = content.policy && (content.policy->anchor != old.anchor || content.policy->base != old.base);
    if (moves) {
        state_.armed = Armed{.statement = statement, .nonce = nonce, .since = now_.monotonic, .zone = {}};
        return permit(fmt::format("{} is armed: it moves anchor or base, which two people confirm", called(content)));
    }
    apply(statement);
    return permit(
        fmt::format("{} is in force: the activation ends on {}", called(content), time_words(state_.active->expires)));
}

Verdict Judge::lead_out(const Signed<Statement>& statement)
{
    const std::optional<Digest>& subject = statement.content.subject;
    const auto meant = [&](const Digest& hash) { return !subject || *subject == hash; };
    std::optional<Mark> mark = state_.mark();
    const bool ends_marked = mark && mark->activation && meant(*mark->activation);
    if (mark) {
        mark->sequence = statement.content.sequence;
        write_mark(*mark);
    }
    bool ended = false;
    if (state_.active && meant(state_.active->statement.hash)) {
        end_active(fmt::format("{} ended it", called(statement.content)));
        ended = true;
    }
    if (state_.drill && meant(state_.drill->statement.hash)) {
        end_drill(fmt::format("{} ended it", called(statement.content)));
        ended = true;
    }
    if (state_.armed && (meant(state_.armed->statement.hash) ||
                         (state_.armed->statement.content.type == StatementType::renew && !state_.active))) {
        note(fmt::format("{} is armed no more", called(state_.armed->statement.content)));
        state_.armed.reset();
        ended = true;
    }
    if (ends_marked && mark) {
        mark = state_.mark();
        mark->ended = true;
        write_mark(*mark);
    }
    return permit(ended
                      ? fmt::format("{} counts: IANA's root is in use", called(statement.content))
                      : fmt::format("{} counts; nothing that it ends was armed or active", called(statement.content)));
}

/// After a rotation, an installation or a start: a key may be stolen now, an authority gone. A key that has expired since
/// ends nothing: what it signed was good when it was entered.
void Judge::end_what_lost_its_quorum()
{
    constexpr Seconds before_any_expiry = -1;
    if (state_.active) {
        if (const Refusal no = judge_quorum(state_.active->statement, before_any_expiry))
            end_active(fmt::format("as if revoked, {}", no->sentence));
    }
    if (state_.drill) {
        if (const Refusal no = judge_quorum(state_.drill->statement, before_any_expiry))
            end_drill(fmt::format("as if revoked, {}", no->sentence));
    }
    if (state_.armed && judge_quorum(state_.armed->statement, before_any_expiry)) {
        note(fmt::format("{} is armed no more: its quorum is gone", called(state_.armed->statement.content)));
        state_.armed.reset();
    }
}

}  // namespace rw::zones::continuity
