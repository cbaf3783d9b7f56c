// SPDX-License-Identifier: EUPL-1.2
// The control socket: a Unix stream socket whose clients send one line and get one document, then it closes. Runs on
// the loop of whoever owns it. It knows no verb: a handler turns lines into replies. Who may open the file may control
// the daemon, so the file's mode and its folder are the access control.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/base/result.h"
#include "resolver/control/verbs.h"
#include "resolver/io/loop.h"

namespace rw::control
{

/// Connections at once; operators and monitors are few. More are closed at once, so that a local user who may open the
/// socket cannot use up the daemon's descriptors.
inline constexpr std::size_t max_connections = 16;
/// From accept to the last octet: a lookup takes 5 s at most. A client that stops reading must not keep its place.
inline constexpr Duration connection_lifetime = 20s;

/// Whose the socket's file is; what is not set stays as the process is.
struct SocketOwner {
    std::optional<uid_t> user;
    std::optional<gid_t> group;
};

class ControlSocket final : io::Watcher
{
 public:
    /// Called for each line; may reply at once or later, on the loop's thread.
    using Handler = std::function<void(std::string_view line, const Reply& reply)>;

    /// Makes `path` with mode 0660 for `owner`. What a dead daemon left there is replaced; a live one is an error, and
    /// so is anything that is not a socket. `loop` must outlive the result.
    static Result<std::unique_ptr<ControlSocket>> open(const std::filesystem::path& path, const SocketOwner& owner,
                                                       io::Loop& loop, Handler handler);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    /// Closes every connection and removes the file.
    ~ControlSocket() override;

 private:
    class Connection;
    class Sweeper final : public io::Ready
    {
     public:
        explicit Sweeper(ControlSocket& owner) : owner_(owner) {}

     private:
        void run() override;
        ControlSocket& owner_;
    };

    /// Accepts again after a pause: without descriptors the listener stays readable and would keep the loop busy.
    class Pause final : public io::Timer
    {
     public:
        explicit Pause(ControlSocket& owner) : owner_(owner) {}

     private:
        void expired() override;
        ControlSocket& owner_;
    };

    ControlSocket(std::filesystem::path path, io::FileDescriptor listener, io::Loop& loop, Handler handler);
    void ready(io::Readiness readiness) override;
    /// Removes finished connections, outside of their own calls.
    void sweep_later();

    std::filesystem::path path_;
    io::FileDescriptor listener_;
    io::Loop& loop_;
    Handler handler_;
    std::vector<std::shared_ptr<Connection>> connections_;
    Sweeper sweeper_;
    Pause pause_;
    io::Listening listening_;  ///< ends before the listener's socket
};

}  // namespace rw::control
