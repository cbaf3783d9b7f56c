// SPDX-License-Identifier: EUPL-1.2
// The epoll set.
#include "resolver/io/socket_set.h"

#include <cerrno>
#include <system_error>

namespace rw::io
{

namespace
{

epoll_event entry(Interest interest, Watcher& watcher)
{
    epoll_event event{};
    event.events = (interest.reading ? EPOLLIN : 0U) | (interest.writing ? EPOLLOUT : 0U);
    event.data.ptr = &watcher;
    return event;
}

Readiness readiness_of(std::uint32_t events)
{
    return {.readable = (events & EPOLLIN) != 0,
            .writable = (events & EPOLLOUT) != 0,
            .broken = (events & (EPOLLERR | EPOLLHUP)) != 0};
}

}  // namespace

SocketSet::SocketSet() : epoll_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!epoll_.valid())
        throw std::system_error(errno, std::generic_category(), "cannot make a set of sockets to watch");
}

bool SocketSet::watch(int socket, Interest interest, Watcher& watcher)
{
    epoll_event event = entry(interest, watcher);
    return ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void SocketSet::change(int socket, Interest interest, Watcher& watcher)
{
    epoll_event event = entry(interest, watcher);
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, socket, &event);
}

void SocketSet::unwatch(int socket, Watcher& watcher)
{
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, socket, nullptr);
    forget(watcher);
}

void SocketSet::forget(Watcher& watcher)
{
    for (std::size_t i = 0; i < batch_count_; ++i) {
        if (batch_[i].data.ptr == &watcher)
            batch_[i].data.ptr = nullptr;
    }
}

void SocketSet::serve()
{
    const int count = ::epoll_wait(epoll_.number(), batch_.data(), static_cast<int>(batch_.size()), 0);
    batch_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < batch_count_; ++i) {
        if (batch_[i].data.ptr != nullptr)
            static_cast<Watcher*>(batch_[i].data.ptr)->ready(readiness_of(batch_[i].events));
    }
    batch_count_ = 0;
}

}  // namespace rw::io
