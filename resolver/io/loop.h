// SPDX-License-Identifier: EUPL-1.2
// The event loop of one thread. libuv waits, for listening sockets, the set of all other sockets, the inbox and signals;
// what follows is ours, because the simulator replays it: timers and ready queue (scheduler.h). One turn is: wait, call
// the watchers, fire timers, run a slice of the ready queue. libuv itself is seen by loop.cc alone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>

#include "resolver/base/result.h"
#include "resolver/io/inbox.h"
#include "resolver/io/scheduler.h"
#include "resolver/io/socket_set.h"
#include "resolver/io/watcher.h"

namespace rw::io
{

/// A socket that the loop watches for something to read for as long as this lives. It ends before the loop does and
/// before the socket is closed; it may end inside its watcher's ready().
class Listening
{
 public:
    Listening() = default;

    /// The watcher hears nothing until resume().
    void pause();
    void resume();

 private:
    friend class Loop;
    struct Poll;
    struct End {
        void operator()(Poll* poll) const;
    };
    explicit Listening(Poll* poll) : poll_(poll) {}

    std::unique_ptr<Poll, End> poll_;
};

class Loop final : public Inbox
{
 public:
    /// `scheduler` must outlive the loop and be driven by it alone. Throws std::system_error when the process has no
    /// descriptors left; it needs eight.
    explicit Loop(Scheduler& scheduler);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() override;

    [[nodiscard]] Scheduler& scheduler() { return scheduler_; }

    /// Sockets that come and go: connections of clients, questions to name servers.
    [[nodiscard]] SocketSet& sockets() { return sockets_; }
    /// A socket that lives as long as the daemon does. An error of it is told once and it is watched further. `watcher`
    /// must outlive the result.
    [[nodiscard]] Result<Listening> listen(int socket, Watcher& watcher);

    /// Calls `take` with the number (1 to 62) of each of these signals that came: once per turn, however often it came,
    /// until the loop ends. To be called once for each loop. The kernel interrupts any thread that does not block
    /// them: only the one that runs this loop should let them in.
    void take_signals(std::span<const int> numbers, std::function<void(int number)> take);

    /// Runs until stop().
    void run();
    /// From any thread.
    void stop();

 private:
    friend class Listening;
    struct Libuv;

    /// Of resolutions in one turn: 500 us. Then clients are looked at again: an answer from the cache waits no longer
    /// than that, and one signature, for whatever is done for others. Attack: many expensive questions at once.
    static constexpr Duration slice = std::chrono::microseconds{500};

    void wake() override;
    /// Tells libuv how long it may wait.
    void before_wait();
    /// First thing after a wait, whatever ended it: reads the clock for this turn.
    void woken();
    /// When every watcher was called.
    void after_wait();

    Scheduler& scheduler_;
    SocketSet sockets_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::thread::id> runs_in_;  ///< no thread's until run()
    bool has_own_post_ = false;             ///< the inbox was filled by the loop's own thread, which is not asleep
    bool awake_ = true;                     ///< the clock was read in this turn
    std::unique_ptr<Libuv> uv_;
};

}  // namespace rw::io
