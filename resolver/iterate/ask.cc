// SPDX-License-Identifier: EUPL-1.2
// The loop around a round.
#include "resolver/iterate/ask.h"

#include <algorithm>

namespace rw::iterate
{

io::Task<std::expected<std::unique_ptr<Asked>, Failure>> ask(Context& context, AddressFinder& finder, ZoneServers& zone,
                                                             const dns::Question& question, WorkBudget& budget,
                                                             const Chain& chain, Duration patience)
{
    Round round(context, zone, question, budget);
    const Instant until = std::min(budget.deadline(), context.scheduler.now() + patience);
    Instant known_since = context.scheduler.now();  // the addresses that are being asked
    std::optional<Instant> look_again;              // once those who were asked have had their time
    bool more_servers = true;
    while (context.scheduler.now() < until && !round.is_over()) {
        const bool again = look_again && (context.scheduler.now() >= *look_again || !round.waiting());
        if (again)
            look_again.reset();
        const bool may_look = more_servers && budget.left() && !look_again;
        if ((again || round.wants_another()) && ((may_look && round.is_fruitless()) || !round.start_next()) &&
            may_look) {
            const Instant hope_ends = known_since + limits::hopeful_time;
            zone.hopeful = round.waiting() && context.scheduler.now() < hope_ends;
            const bool found = co_await finder.find_addresses(zone, budget, chain);
            if (zone.withdrawn)
                break;
            if (found) {
                round.refresh();
                known_since = context.scheduler.now();
            } else if (zone.hopeful) {
                look_again = hope_ends;
            } else {
                more_servers = false;
            }
            continue;
        }
        if (!round.waiting())
            break;
        const Instant wake = std::min({round.wake_at(), until, look_again.value_or(until)});
        std::optional<upstream::AttemptEvent> event = co_await round.mailbox().next(wake);
        if (!event) {
            round.on_time();
            continue;
        }
        std::unique_ptr<Asked> asked = round.on_event(std::move(*event));
        if (asked) {
            context.leftovers.take(round.take_leftovers());
            co_return asked;
        }
    }
    std::unique_ptr<Asked> second_best = round.second_best();
    if (second_best)
        co_return second_best;
    const bool late = context.scheduler.now() >= budget.deadline();
    const Failure why = late ? round.failure_at_deadline() : round.failure();
    context.leftovers.take(round.take_leftovers());
    co_return std::unexpected(why);
}

}  // namespace rw::iterate
