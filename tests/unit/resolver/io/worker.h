// SPDX-License-Identifier: EUPL-1.2
// What tests of tasks share: a clock moved by hand, a type that counts its live objects, and a worker that checks at
// the end of a run that nothing is left over.
#pragma once

#include <doctest/doctest.h>

#include "tests/unit/resolver/io/loose_tasks.h"

namespace rw::test
{

class HandClock final : public Clock
{
 public:
    [[nodiscard]] Instant monotonic() const override { return now; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override { return {}; }
    Instant now{};
};

/// Counts its objects, and notices being moved as octets instead of by its constructor.
class Counted
{
 public:
    explicit Counted(int value) : value_(value) { ++live; }
    Counted(const Counted& other) : value_(other.value()) { ++live; }
    Counted(Counted&& other) noexcept : value_(other.value()) { ++live; }
    Counted& operator=(const Counted& other)
    {
        value_ = other.value();
        return *this;
    }
    Counted& operator=(Counted&& other) noexcept
    {
        value_ = other.value();
        return *this;
    }
    ~Counted()
    {
        sound = sound && self_ == this;
        self_ = nullptr;
        --live;
    }
    [[nodiscard]] int value() const
    {
        sound = sound && self_ == this;
        return value_;
    }

    static inline int live = 0;
    static inline bool sound = true;

 private:
    int value_;
    const Counted* self_ = this;
};

/// A worker by hand: tasks, a scheduler and a clock that moves when told to. Checks at the end that nothing is left
/// over.
struct Worker {
    HandClock clock;
    io::Scheduler scheduler{clock};
    LooseTasks tasks{scheduler};
    int live_before = Counted::live;

    /// Runs `task` to its end, moving the clock a second at a time.
    void run(io::Task<void> task)
    {
        tasks.spawn(std::move(task));
        scheduler.run_ready();
        for (int second = 0; second < 100 && tasks.size() > 0; ++second)
            advance(std::chrono::seconds(1));
        CHECK(tasks.size() == 0);
        CHECK(Counted::live == live_before);
        CHECK(Counted::sound);
    }
    void advance(Duration by)
    {
        clock.now += by;
        scheduler.update_now();
        scheduler.fire_timers();
        scheduler.run_ready();
    }
    Instant in(Duration after) const { return clock.now + after; }
};

}  // namespace rw::test
