// SPDX-License-Identifier: EUPL-1.2
// Sockets that come and go, in an epoll set of ours. Watching one costs a single system call and closing it ends that,
// where libuv needs about six: each question to a name server has a socket of its own (RFC 5452 §9.2), and most TCP
// clients ask once. libuv watches the set as one descriptor, so a turn that finds any of them ready costs one call more.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>

#include "resolver/io/file_descriptor.h"
#include "resolver/io/watcher.h"

namespace rw::io
{

class SocketSet
{
 public:
    /// Throws std::system_error when the process has no descriptor left.
    SocketSet();
    SocketSet(const SocketSet&) = delete;
    SocketSet& operator=(const SocketSet&) = delete;

    /// Calls `watcher` when `socket` is ready. Both must stay until unwatch(), or forget() and the socket's end. False
    /// when the kernel refuses.
    [[nodiscard]] bool watch(int socket, Interest interest, Watcher& watcher);
    void change(int socket, Interest interest, Watcher& watcher);
    /// After this `watcher` is not called again, not even for what was already found ready.
    void unwatch(int socket, Watcher& watcher);
    /// The same for a socket that is closed next: the kernel then takes it out of the set by itself. No other process
    /// may have inherited it.
    void forget(Watcher& watcher);

    /// The set as a descriptor: readable when a socket of it is ready.
    [[nodiscard]] int number() const { return epoll_.number(); }
    /// Calls the watchers of what is ready now.
    void serve();

 private:
    /// Sockets served in one turn: enough to amortise the call, few enough for timers and listeners to wait for.
    static constexpr std::size_t batch_size = 256;

    FileDescriptor epoll_;
    std::array<epoll_event, batch_size> batch_{};
    std::size_t batch_count_ = 0;  ///< of the batch that is being served; otherwise none
};

}  // namespace rw::io
