// SPDX-License-Identifier: EUPL-1.2
// The ready queue and the timers of one worker: pure, no system calls. A driver (io::Loop, or the simulator with
// virtual time) calls run_ready() and fire_timers(). Nobody is ever resumed on the stack of whoever completed the
// awaited thing: everything goes through the ready queue, which removes re-entrancy and makes runs replayable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/base/clock.h"

namespace rw::io
{

class Scheduler;

/// Something that can stand in the ready queue once. It leaves the queue when destroyed.
class Ready
{
 public:
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;
    virtual ~Ready() { unlink(); }

 protected:
    Ready() = default;

 private:
    friend class Scheduler;
    virtual void run() = 0;
    void unlink();

    Ready* previous_ = nullptr;
    Ready* next_ = nullptr;
};

/// Fires once at its deadline. It is disarmed when destroyed.
class Timer
{
 public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer() { disarm(); }

    void arm(Scheduler& scheduler, Instant deadline);
    void disarm();

 private:
    friend class Scheduler;
    /// Called from fire_timers(); may arm the timer again.
    virtual void expired() = 0;

    Scheduler* scheduler_ = nullptr;
    std::size_t heap_index_ = 0;
};

class Scheduler
{
 public:
    /// `clock` must outlive the scheduler.
    explicit Scheduler(const Clock& clock);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    ~Scheduler();

    /// Monotonic time as of the current turn: one clock reading serves everything done in it.
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    void update_now() { now_ = clock_.monotonic(); }

    /// Puts `ready` at the end of the queue; no effect when it already stands there.
    void post(Ready& ready);
    /// Runs until the queue is empty.
    void run_ready();
    /// The same for no longer than `slice`, as far as one entry lets it.
    void run_ready_for(Duration slice);
    /// Fires every timer whose deadline is not after now().
    void fire_timers();
    [[nodiscard]] std::optional<Instant> next_deadline() const;
    [[nodiscard]] bool idle() const { return queue_.next_ == &queue_; }

 private:
    friend class Timer;
    struct Armed {
        Instant deadline;
        std::uint64_t order = 0;  // equal deadlines fire in the order of arming
        Timer* timer = nullptr;
        bool operator<(const Armed& other) const
        {
            return deadline != other.deadline ? deadline < other.deadline : order < other.order;
        }
    };
    struct Sentinel final : Ready {
        void run() override {}
    };

    void run_first();
    void add(Timer& timer, Instant deadline);
    void remove(std::size_t index);
    void place(std::size_t index, const Armed& armed);
    void sift_up(std::size_t index);
    void sift_down(std::size_t index);

    const Clock& clock_;
    Instant now_;
    Sentinel queue_;  // both ends of the ring
    std::vector<Armed> heap_;
    std::uint64_t armed_count_ = 0;
};

}  // namespace rw::io
