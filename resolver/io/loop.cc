// SPDX-License-Identifier: EUPL-1.2
// The event loop on libuv: prepare decides how long to wait, check does what follows a wait. libuv's timer and idle
// handle do nothing by themselves; they only say how long the wait may be.
#include "resolver/io/loop.h"

#include <sys/socket.h>
#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace rw::io
{

namespace
{

/// Nothing of ours may be thrown through libuv's frames: the callbacks below are noexcept.
template <class Owner, class Handle>
Owner& owner_of(const Handle* handle) noexcept
{
    return *static_cast<Owner*>(handle->data);
}

void require(int status)
{
    if (status != 0)
        throw std::system_error(-status, std::generic_category(), "cannot make an event loop");
}

template <class Handle>
void close(Handle& handle)
{
    uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
}

}  // namespace

struct Loop::Libuv {
    explicit Libuv(Loop& owner);
    Libuv(const Libuv&) = delete;
    Libuv& operator=(const Libuv&) = delete;
    ~Libuv();

    uv_loop_t loop{};
    uv_prepare_t prepare{};
    uv_check_t check{};
    uv_idle_t no_wait{};    // while there is work to do at once
    uv_timer_t deadline{};  // of the scheduler's first timer
    uv_async_t inbox{};
    uv_poll_t sockets{};
    std::vector<std::unique_ptr<uv_signal_t>> signals;
    std::function<void(int)> take_signal;
    std::uint64_t raised = 0;  // one bit per number: signals of this turn
};

Loop::Libuv::Libuv(Loop& owner)
{
    require(uv_loop_init(&loop));
    require(uv_prepare_init(&loop, &prepare));
    require(uv_check_init(&loop, &check));
    require(uv_idle_init(&loop, &no_wait));
    require(uv_timer_init(&loop, &deadline));
    prepare.data = check.data = inbox.data = sockets.data = &owner;
    uv_prepare_start(&prepare, [](uv_prepare_t* handle) noexcept { owner_of<Loop>(handle).before_wait(); });
    uv_check_start(&check, [](uv_check_t* handle) noexcept { owner_of<Loop>(handle).after_wait(); });
    require(uv_async_init(&loop, &inbox, [](uv_async_t* handle) noexcept {
        Loop& self = owner_of<Loop>(handle);
        self.woken();
        self.drain();
    }));
    require(uv_poll_init(&loop, &sockets, owner.sockets_.number()));
    require(uv_poll_start(&sockets, UV_READABLE, [](uv_poll_t* handle, int, int) noexcept {
        Loop& self = owner_of<Loop>(handle);
        self.woken();
        self.sockets_.serve();
    }));
}

Loop::Libuv::~Libuv()
{
    close(prepare);
    close(check);
    close(no_wait);
    close(deadline);
    close(inbox);
    close(sockets);
    for (const auto& signal : signals)
        close(*signal);
    uv_run(&loop, UV_RUN_DEFAULT);  // no handle is active: it only finishes what is being closed
    if (uv_loop_close(&loop) != 0)
        std::abort();  // a Listening outlives its loop: its memory would be used after its end
}

struct Listening::Poll {
    Poll(Loop& owner, int number, Watcher& its_watcher) : loop(owner), socket(number), watcher(its_watcher) {}

    static void ready(uv_poll_t* handle, int status, int) noexcept;

    Loop& loop;
    int socket;
    Watcher& watcher;
    uv_poll_t handle{};
};

void Listening::Poll::ready(uv_poll_t* handle, int status, int) noexcept
{
    auto& self = owner_of<Poll>(handle);
    self.loop.woken();
    const bool broken = status != 0;
    if (broken) {
        // libuv stops at an error. It is taken from the socket, so that it is not found again, and one bad datagram or
        // connection does not end the service of all.
        int error = 0;
        socklen_t length = sizeof error;
        getsockopt(self.socket, SOL_SOCKET, SO_ERROR, &error, &length);
        uv_poll_start(handle, UV_READABLE, &Poll::ready);
    }
    self.watcher.ready({.readable = true, .broken = broken});
}

void Listening::End::operator()(Poll* poll) const
{
    uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle),
             [](uv_handle_t* handle) noexcept { delete &owner_of<Poll>(handle); });
}

void Listening::pause()
{
    uv_poll_stop(&poll_->handle);
}

void Listening::resume()
{
    uv_poll_start(&poll_->handle, UV_READABLE, &Poll::ready);
}

Loop::Loop(Scheduler& scheduler) : scheduler_(scheduler), uv_(std::make_unique<Libuv>(*this)) {}

Loop::~Loop() = default;

Result<Listening> Loop::listen(int socket, Watcher& watcher)
{
    auto poll = std::make_unique<Listening::Poll>(*this, socket, watcher);
    if (const int status = uv_poll_init(&uv_->loop, &poll->handle, socket); status != 0)
        return failed(std::string("the event loop cannot watch it: ") + uv_strerror(status));
    poll->handle.data = poll.get();
    Listening listening(poll.release());
    listening.resume();
    return listening;
}

void Loop::take_signals(std::span<const int> numbers, std::function<void(int)> take)
{
    uv_->take_signal = std::move(take);
    for (const int number : numbers) {
        uv_signal_t& handle = *uv_->signals.emplace_back(std::make_unique<uv_signal_t>());
        uv_signal_init(&uv_->loop, &handle);
        handle.data = this;
        uv_signal_start(
            &handle,
            [](uv_signal_t* signal, int which) noexcept {
                Loop& self = owner_of<Loop>(signal);
                self.woken();
                self.uv_->raised |= std::uint64_t{1} << static_cast<unsigned>(which);
            },
            number);
    }
}

void Loop::run()
{
    runs_in_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    scheduler_.update_now();
    scheduler_.run_ready();
    if (!stopping_.load(std::memory_order_acquire))
        uv_run(&uv_->loop, UV_RUN_DEFAULT);
}

void Loop::stop()
{
    stopping_.store(true, std::memory_order_release);
    wake();
}

void Loop::wake()
{
    // Most work comes from this thread: a resolution that ends tells those of its own worker. Two system calls saved.
    if (runs_in_.load(std::memory_order_relaxed) == std::this_thread::get_id())
        has_own_post_ = true;
    else
        uv_async_send(&uv_->inbox);
}

void Loop::before_wait()
{
    awake_ = false;
    if (has_own_post_ || !scheduler_.idle()) {
        uv_idle_start(&uv_->no_wait, [](uv_idle_t*) noexcept {});
        return;
    }
    uv_idle_stop(&uv_->no_wait);
    const auto deadline = scheduler_.next_deadline();
    if (!deadline) {
        uv_timer_stop(&uv_->deadline);
        return;
    }
    // Set anew before each wait, from a clock read now: libuv counts whole milliseconds from the start of its turn.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - scheduler_.clock().monotonic());
    const auto wait = static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0));
    uv_timer_start(&uv_->deadline, [](uv_timer_t*) noexcept {}, wait, 0);
}

void Loop::woken()
{
    if (awake_)
        return;
    awake_ = true;
    scheduler_.update_now();
}

void Loop::after_wait()
{
    woken();
    // Each number once per turn, however often it came: a thousand reloads asked for must not hold up the end.
    const std::uint64_t raised = std::exchange(uv_->raised, 0);
    for (int number = 1; raised >> static_cast<unsigned>(number) != 0; ++number) {
        if ((raised >> static_cast<unsigned>(number) & 1) != 0)
            uv_->take_signal(number);
    }
    if (std::exchange(has_own_post_, false))
        drain();
    scheduler_.fire_timers();
    scheduler_.run_ready_for(slice);
    if (stopping_.load(std::memory_order_acquire))
        uv_stop(&uv_->loop);
}

}  // namespace rw::io
