// SPDX-License-Identifier: EUPL-1.2
// The driver: run what is ready, jump to the next deadline or event, repeat.
#include "tests/scenarios/simulator/world.h"

#include <algorithm>

namespace rw::scenarios
{

void SimulatedClock::advance_to(Instant instant)
{
    if (instant <= now_)
        return;
    wall_ += std::chrono::duration_cast<std::chrono::microseconds>(instant.time_since_epoch()) -
             std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
    now_ = instant;
}

void Events::happen(Instant now)
{
    while (!planned_.empty() && next() <= now) {
        const Action action = std::move(planned_.begin()->second);
        planned_.erase(planned_.begin());
        action();
    }
}

bool SimulatedInbox::run_posted()
{
    if (!posted_)
        return false;
    posted_ = false;
    drain();
    return true;
}

void World::settle()
{
    scheduler_.update_now();
    events_.happen(now());
    scheduler_.fire_timers();
    do {
        scheduler_.run_ready();
    } while (inbox_.run_posted() || !scheduler_.idle());
}

bool World::run_until(const std::function<bool()>& done, Instant limit)
{
    while (true) {
        settle();
        if (done())
            return true;
        const auto deadline = scheduler_.next_deadline();
        if (events_.empty() && !deadline) {
            clock_.advance_to(limit);
            return false;
        }
        Instant next = events_.empty() ? *deadline : events_.next();
        if (deadline)
            next = std::min(next, *deadline);
        if (next > limit) {
            clock_.advance_to(limit);
            settle();
            return done();
        }
        clock_.advance_to(next);
    }
}

void World::run_for(Duration duration)
{
    run_until([] { return false; }, now() + duration);
}

}  // namespace rw::scenarios
