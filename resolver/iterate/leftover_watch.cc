// SPDX-License-Identifier: EUPL-1.2
// Watching attempts that were not needed any more.
#include "resolver/iterate/leftover_watch.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

constexpr std::size_t max_watched = 2000;  // rounds with late replies per worker; more say nothing new about a server

}  // namespace

void LeftoverWatch::take(Leftovers leftovers)
{
    if (!leftovers.waiting.empty() && tasks_.size() < max_watched)
        tasks_.spawn(&LeftoverWatch::watch, std::move(leftovers));
}

io::Task<void> LeftoverWatch::watch(Leftovers leftovers)
{
    while (!leftovers.waiting.empty()) {
        const auto first = std::ranges::min_element(leftovers.waiting, {}, &Leftovers::Waiting::given_up);
        const Instant until = first->given_up;
        const std::optional<upstream::AttemptEvent> event = co_await leftovers.mailbox->next(until);
        std::erase_if(leftovers.waiting, [&](const Leftovers::Waiting& waiting) {
            const bool ended = event && event->attempt == waiting.number;
            const bool silent = !ended && scheduler_.now() >= waiting.given_up;
            if (ended)
                note_end(leftovers, waiting, event->happened);
            else if (silent)
                note_silence(leftovers, waiting);
            return ended || silent;
        });
    }
}

/// What became of an attempt, as a round notes it. Messages that are not the answer may be guesses of somebody else's,
/// and a connection that ended, or a place that others needed, says nothing either way.
void LeftoverWatch::note_end(const Leftovers& leftovers, const Leftovers::Waiting& waiting, upstream::Happened happened)
{
    if (happened == upstream::Happened::unreachable) {
        work_.unreachable.add();
        stats_.note_unreachable(waiting.server, leftovers.zone);
    } else if (happened == upstream::Happened::response || happened == upstream::Happened::bare_error ||
               (happened == upstream::Happened::wrong_case && waiting.tcp)) {
        work_.answered.add();
        if (!waiting.tcp)  // the time of a connection is not the server's
            stats_.note_answer(waiting.server, scheduler_.now() - waiting.sent);
        count_root(leftovers, waiting, root::RootEvent::answered);
    }
}

void LeftoverWatch::note_silence(const Leftovers& leftovers, const Leftovers::Waiting& waiting)
{
    work_.timed_out.add();
    stats_.note_timeout(waiting.server, leftovers.zone, leftovers.type);
    count_root(leftovers, waiting, root::RootEvent::timed_out);
}

void LeftoverWatch::count_root(const Leftovers& leftovers, const Leftovers::Waiting& waiting, root::RootEvent event)
{
    if (leftovers.root)
        root_counts_.note(waiting.letter, root::Purpose::resolution, event);
}

}  // namespace rw::iterate
