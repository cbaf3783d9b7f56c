// SPDX-License-Identifier: EUPL-1.2
// The event loop on epoll.
#include "resolver/io/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace rw::io
{

FileDescriptor::~FileDescriptor()
{
    if (valid())
        ::close(number_);
}

Loop::Loop(Scheduler& scheduler)
    : scheduler_(scheduler), epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // the wake-up is the one entry without a watcher
    epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, wake_.number(), &event);
}

Loop::~Loop() = default;

bool Loop::watch(int fd, std::uint32_t events, Watcher& watcher)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    return epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Loop::change(int fd, std::uint32_t events, Watcher& watcher)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::unwatch(int fd, Watcher& watcher)
{
    epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, fd, nullptr);
    forget(watcher);
}

void Loop::forget(Watcher& watcher)
{
    for (std::size_t i = 0; i < batch_count_; ++i) {
        if (batch_[i].data.ptr == &watcher)
            batch_[i].events = 0;
    }
}

void Loop::run()
{
    scheduler_.update_now();
    scheduler_.run_ready();
    while (!stopping_.load(std::memory_order_acquire))
        turn();
}

void Loop::stop()
{
    stopping_.store(true, std::memory_order_release);
    wake();
}

void Loop::wake()
{
    const std::uint64_t one = 1;
    // The counter cannot overflow: a full one means that the wake-up is already pending.
    [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
}

int Loop::wait_milliseconds() const
{
    if (!scheduler_.idle())
        return 0;
    const auto deadline = scheduler_.next_deadline();
    if (!deadline)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - scheduler_.clock().monotonic());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

void Loop::turn()
{
    const int count = epoll_wait(epoll_.number(), batch_.data(), static_cast<int>(batch_.size()), wait_milliseconds());
    scheduler_.update_now();
    batch_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < batch_count_; ++i) {
        if (batch_[i].events == 0)
            continue;
        if (batch_[i].data.ptr == nullptr) {
            std::uint64_t drained = 0;
            [[maybe_unused]] const auto octets = ::read(wake_.number(), &drained, sizeof drained);
            drain();
        } else {
            static_cast<Watcher*>(batch_[i].data.ptr)->ready(batch_[i].events);
        }
    }
    batch_count_ = 0;
    scheduler_.fire_timers();
    scheduler_.run_ready_for(slice);
}

}  // namespace rw::io
