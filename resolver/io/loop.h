// SPDX-License-Identifier: EUPL-1.2
// The event loop of one worker thread: epoll, the scheduler's timers and ready queue, and the inbox. One turn is: wait,
// call the watchers, fire timers, run a slice of the ready queue.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "resolver/io/inbox.h"
#include "resolver/io/scheduler.h"

namespace rw::io
{

/// A file descriptor that closes itself.
class FileDescriptor
{
 public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    FileDescriptor& operator=(FileDescriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor();

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

 private:
    int number_ = -1;
};

class Watcher
{
 public:
    virtual ~Watcher() = default;
    /// `events` as epoll gives them (EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP).
    virtual void ready(std::uint32_t events) = 0;
};

class Loop final : public Inbox
{
 public:
    /// `scheduler` must outlive the loop and be driven by it alone.
    explicit Loop(Scheduler& scheduler);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() override;

    [[nodiscard]] Scheduler& scheduler() { return scheduler_; }

    /// Calls `watcher` when `fd` has one of `events`. Both must stay until unwatch(). False when the kernel refuses.
    bool watch(int fd, std::uint32_t events, Watcher& watcher);
    void change(int fd, std::uint32_t events, Watcher& watcher);
    /// After this `watcher` is not called again, not even for events already fetched.
    void unwatch(int fd, Watcher& watcher);
    /// The same for a descriptor that is closed next: the kernel then forgets it by itself.
    void forget(Watcher& watcher);

    /// Runs until stop().
    void run();
    /// From any thread.
    void stop();

 private:
    static constexpr std::size_t batch_size =
        256;  // events a turn: enough to amortise the wait, small enough for timers
    /// Of resolutions in one turn: 500 us. Then clients are looked at again: an answer from the cache waits no longer
    /// than that, and one signature, for whatever is done for others. Attack: many dear questions at once.
    static constexpr Duration slice = std::chrono::microseconds{500};

    void turn();
    void wake() override;
    [[nodiscard]] int wait_milliseconds() const;

    Scheduler& scheduler_;
    FileDescriptor epoll_;
    FileDescriptor wake_;
    std::array<epoll_event, batch_size> batch_{};
    std::size_t batch_count_ = 0;
    std::atomic<bool> stopping_ = false;
};

}  // namespace rw::io
