// SPDX-License-Identifier: EUPL-1.2
// The loop around a round.
#include "resolver/iterate/ask.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

constexpr std::size_t max_lingering = 2000;  // late replies watched per worker; more say nothing new about a server

void count_root(Context& context, const Leftovers& leftovers, const Leftovers::Waiting& waiting, root::RootEvent event)
{
    if (leftovers.root)
        context.root_counts.note(waiting.letter, root::Purpose::resolution, event);
}

/// What became of an attempt, as a round notes it. Messages that are not the answer may be guesses of somebody else's,
/// and a connection that ended says nothing either way.
void note_end(Context& context, const Leftovers& leftovers, const Leftovers::Waiting& waiting,
              upstream::Happened happened)
{
    if (happened == upstream::Happened::unreachable) {
        context.work.unreachable.add();
        context.stats.note_unreachable(waiting.server);
    } else if (happened == upstream::Happened::response) {
        context.work.answered.add();
        if (!waiting.tcp)  // the time of a connection is not the server's
            context.stats.note_answer(waiting.server, context.scheduler.now() - waiting.sent);
        count_root(context, leftovers, waiting, root::RootEvent::answered);
    }
}

void note_silence(Context& context, const Leftovers& leftovers, const Leftovers::Waiting& waiting)
{
    context.work.timed_out.add();
    context.stats.note_timeout(waiting.server, leftovers.type);
    count_root(context, leftovers, waiting, root::RootEvent::timed_out);
}

/// Watches attempts that were not needed any more until each is answered or given up.
io::Task<void> linger(Context& context, Leftovers leftovers)
{
    while (!leftovers.waiting.empty()) {
        const auto first = std::ranges::min_element(leftovers.waiting, {}, &Leftovers::Waiting::given_up);
        const Instant until = first->given_up;
        const std::optional<upstream::AttemptEvent> event = co_await leftovers.mailbox->next(until);
        std::erase_if(leftovers.waiting, [&](const Leftovers::Waiting& waiting) {
            const bool ended = event && event->attempt == waiting.number;
            const bool silent = !ended && context.scheduler.now() >= waiting.given_up;
            if (ended)
                note_end(context, leftovers, waiting, event->happened);
            else if (silent)
                note_silence(context, leftovers, waiting);
            return ended || silent;
        });
    }
}

void let_linger(Context& context, Round& round)
{
    Leftovers leftovers = round.take_leftovers();
    if (!leftovers.waiting.empty() && context.background.size() < max_lingering)
        context.background.spawn(linger(context, std::move(leftovers)));
}

}  // namespace

io::Task<std::expected<std::unique_ptr<Asked>, Failure>> ask(Context& context, AddressFinder& finder, ZoneServers& zone,
                                                             const dns::Question& question, WorkBudget& budget,
                                                             const Chain& chain, Duration patience)
{
    Round round(context, zone, question, budget);
    const Instant until = std::min(budget.deadline(), context.scheduler.now() + patience);
    bool more_servers = true;
    while (context.scheduler.now() < until) {
        if (round.wants_another() && !round.start_next() && more_servers && budget.left()) {
            const bool found = co_await finder.find_addresses(zone, budget, chain);
            more_servers = found;
            if (found) {
                round.refresh();
                continue;
            }
        }
        if (!round.waiting())
            break;
        const Instant wake = std::min(round.wake_at(), until);
        std::optional<upstream::AttemptEvent> event = co_await round.mailbox().next(wake);
        if (!event) {
            round.on_time();
            continue;
        }
        std::unique_ptr<Asked> asked = round.on_event(std::move(*event));
        if (asked) {
            let_linger(context, round);
            co_return asked;
        }
    }
    std::unique_ptr<Asked> second_best = round.second_best();
    if (second_best)
        co_return second_best;
    let_linger(context, round);
    if (context.scheduler.now() >= budget.deadline())
        co_return std::unexpected(round.failure_at_deadline());
    co_return std::unexpected(round.failure());
}

}  // namespace rw::iterate
