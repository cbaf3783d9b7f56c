// SPDX-License-Identifier: EUPL-1.2
// What a socket is watched for, and what its owner is told, in our own words: no constant of epoll or libuv leaves
// resolver/io/ (tests/lint/include_direction_lint.py).
#pragma once

namespace rw::io
{

/// What a socket is watched for. That the connection broke is told whatever is asked for, also when that is nothing.
struct Interest {
    bool reading = false;
    bool writing = false;
    bool operator==(const Interest&) const = default;
};

/// What a socket is ready for; several may be true at once.
struct Readiness {
    bool readable = false;  ///< octets, a connection to accept, or the end of the stream
    bool writable = false;
    bool broken = false;  ///< an error waits to be read, or neither side will send any more
};

class Watcher
{
 public:
    virtual ~Watcher() = default;
    /// On the loop's thread. Level-triggered: what is left undone is told again in the next turn.
    virtual void ready(Readiness readiness) = 0;
};

}  // namespace rw::io
