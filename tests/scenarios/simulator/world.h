// SPDX-License-Identifier: EUPL-1.2
// Virtual time and the list of what will happen in it. Nothing here waits: the driver jumps to the next event. One
// thread; the same seed and the same scenario give the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "resolver/base/clock.h"
#include "resolver/io/inbox.h"
#include "resolver/io/scheduler.h"

namespace rw::scenarios
{

class SimulatedClock final : public Clock
{
 public:
    explicit SimulatedClock(WallSeconds start) : wall_(start) {}

    [[nodiscard]] Instant monotonic() const override { return now_; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override { return wall_; }

    void advance_to(Instant instant);
    /// The wall clock jumps, time does not pass: what libfaketime does to a process.
    void shift_wall(std::chrono::seconds by) { wall_ += by; }

 private:
    Instant now_{std::chrono::hours{1}};  // not 0, so that a forgotten initialisation shows
    std::chrono::sys_time<std::chrono::microseconds> wall_;
};

/// What will happen, in order of time and then of being planned.
class Events
{
 public:
    using Action = std::function<void()>;

    void plan(Instant at, Action action) { planned_.emplace(std::pair{at, planned_count_++}, std::move(action)); }
    [[nodiscard]] bool empty() const { return planned_.empty(); }
    [[nodiscard]] Instant next() const { return planned_.begin()->first.first; }
    /// Does everything that is due at `now`.
    void happen(Instant now);

 private:
    std::map<std::pair<Instant, std::uint64_t>, Action> planned_;
    std::uint64_t planned_count_ = 0;
};

/// The worker's inbox without threads.
class SimulatedInbox final : public io::Inbox
{
 public:
    bool run_posted();

 private:
    void wake() override { posted_ = true; }
    bool posted_ = false;
};

/// Clock, scheduler, inbox and events under one driver.
class World
{
 public:
    explicit World(WallSeconds start) : clock_(start), scheduler_(clock_) {}

    [[nodiscard]] SimulatedClock& clock() { return clock_; }
    [[nodiscard]] io::Scheduler& scheduler() { return scheduler_; }
    [[nodiscard]] SimulatedInbox& inbox() { return inbox_; }
    [[nodiscard]] Instant now() const { return clock_.monotonic(); }
    void plan(Duration after, Events::Action action) { events_.plan(now() + after, std::move(action)); }

    /// Runs until `done` holds, or until `limit` has passed; gives whether `done` holds.
    bool run_until(const std::function<bool()>& done, Instant limit);
    void run_for(Duration duration);

 private:
    void settle();

    SimulatedClock clock_;
    io::Scheduler scheduler_;
    SimulatedInbox inbox_;
    Events events_;
};

}  // namespace rw::scenarios
