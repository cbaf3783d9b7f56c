// SPDX-License-Identifier: EUPL-1.2
// What holds in every history, whatever the order of events; and histories for the second implementation.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/unit/zones/continuity/history_json.h"

using namespace rw::zones;
using namespace rw::zones::continuity;
using namespace rw::zones::continuity::test;

namespace
{

constexpr int steps_of_history = 24;

/// Parties that signed by a key that no version of the chain calls stolen, or expired at `at`; counted naively.
std::size_t honest_parties(const State& state, const Signed<Statement>& statement, Seconds at)
{
    std::set<std::string> names;
    for (const Signed<continuity::Authority>& version : state.chain) {
        if (version.hash != statement.content.authority)
            continue;
        for (const Party& party : version.content.parties) {
            for (const PartyKey& key : party.keys) {
                const bool bad = std::ranges::any_of(state.chain, [&](const auto& one) {
                    const PartyKey* found = one.content.find(key.key);
                    return found != nullptr && (found->state == KeyState::stolen || found->has_expired(at));
                });
                if (std::ranges::find(statement.signers, key.key) != statement.signers.end() && !bad)
                    names.insert(party.name);
            }
        }
    }
    return names.size();
}

/// What must be true after each step; empty when it is.
std::string broken_promise(const State& before, const State& after, const Event& event, const Moment& now)
{
    const bool entered =
        after.active && (!before.active || before.active->statement.hash != after.active->statement.hash);
    if (entered && after.active->statement.content.type != StatementType::activate)
        return "something that is no activation is active";
    // Unsynchronised, the operators' word is the time; then only theft is asked about.
    const Seconds at = now.synchronised ? trusted_time(after, now) : 0;
    if (entered && honest_parties(after, after.active->statement, at) < 3)
        return "an activation is active that fewer than three parties signed";
    if (entered && now.synchronised && trusted_time(after, now) >= after.active->expires)
        return "an expired activation was entered";
    if (entered && !before.site.content.auto_activate) {
        std::vector<Digest> by;
        for (const Signed<Confirmation>& one : std::get<Enter>(event).confirmations)
            by.insert(by.end(), one.signers.begin(), one.signers.end());
        if (people(before.site.content, by).size() < 2)
            return "fewer than two people entered";
    }
    const std::optional<Mark> old = before.mark();
    const std::optional<Mark> mark = after.mark();
    const bool losing = std::holds_alternative<LoseMarks>(event);
    if (old && mark && !losing && mark->sequence < old->sequence)
        return "the mark's sequence fell";
    if (old && mark && !losing && !std::holds_alternative<SetTime>(event) && mark->time < old->time)
        return "the mark's time fell without two operators";
    if (old && mark && !losing &&
        (mark->sequence > old->sequence + sequence_reach || mark->drill > old->drill + sequence_reach))
        return "the mark leapt";
    if (old && mark && mark->drill < old->drill && !losing)
        return "a drill may run again";
    return {};
}

/// One operator leaves, whatever else is the case.
bool can_leave(const State& state, const Moment& now)
{
    State copy = state;
    const std::optional<Running>& running = copy.active ? copy.active : copy.drill;
    if (!running)
        return true;
    const Confirmation leave{.action = Action::leave,
                             .site = copy.site.content.id,
                             .subject = running->statement.hash,
                             .zone = {},
                             .nonce = running->nonce,
                             .time = 0};
    const Verdict verdict = step(copy, Leave{World::from(leave, key("Cleo"))}, now);
    return verdict.permitted || verdict.rule == Rule::nothing_runs;  // time may have ended it in this very step
}

std::uint64_t histories_wanted(std::uint64_t usual)
{
    const char* text = std::getenv("RW_HISTORY_COUNT");
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("in every order of events nothing is entered without quorum, people and time, and leaving is always possible")
{
    for (std::uint64_t seed = 0; seed < histories_wanted(4'000); ++seed) {
        History history(seed);
        for (int i = 0; i < steps_of_history; ++i) {
            const Event event = history.next();
            const State before = history.world.state;
            (void)history.world.happen(event);
            const std::string broken = broken_promise(before, history.world.state, event, history.world.now);
            if (!broken.empty() || !can_leave(history.world.state, history.world.now))
                FAIL("history ", seed, " step ", i, ": ", broken.empty() ? "an operator cannot leave" : broken);
        }
    }
    CHECK(histories_wanted(1) > 0);
}

TEST_CASE("histories are written for the second implementation when RW_HISTORIES names a file")
{
    const char* path = std::getenv("RW_HISTORIES");
    if (path == nullptr)
        return;
    std::ofstream out(path);
    for (std::uint64_t seed = 0; seed < histories_wanted(2'000); ++seed) {
        History history(seed);
        const State& state = history.world.state;
        out << Json{{"event", "begin"},
                    {"authority", signed_json(state.chain.front())},
                    {"site", signed_json(state.site)},
                    {"mark", mark_json(state.mark())}}
            << '\n';
        Json first = EventJson()(Start{});
        first.update(Json{{"now", moment_json(history.world.now)}, {"verdict", ""}, {"after", state_json(state)}});
        out << first << '\n';
        for (int i = 0; i < steps_of_history; ++i) {
            const Event event = history.next();
            Json line = std::visit(EventJson(), event);
            const Verdict verdict = history.world.happen(event);
            line["now"] = moment_json(history.world.now);
            line["verdict"] = verdict.permitted ? "" : std::string(rule_name(verdict.rule));
            line["after"] = state_json(history.world.state);
            out << line << '\n';
        }
    }
    CHECK(out.good());
}
