// SPDX-License-Identifier: EUPL-1.2
// Asking the daemon through its Unix socket.
#include "resolver/ctl/client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "config/load.h"
#include "resolver/io/file_descriptor.h"

namespace rw::ctl
{

namespace
{

using SteadyClock = std::chrono::steady_clock;

/// Waits until `fd` is ready for `events`; false when the deadline passes first.
bool wait_for(int fd, short events, SteadyClock::time_point deadline)
{
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
        pollfd entry{fd, events, 0};
        const int count = ::poll(&entry, 1, static_cast<int>(std::max<long>(left, 0)));
        if (count > 0)
            return true;
        if (count == 0 || errno != EINTR)
            return false;
    }
}

std::unexpected<Error> unreachable(const std::filesystem::path& socket, int error)
{
    std::string advice = "is rootward running? --socket or -c says where else to look";
    if (error == EACCES)
        advice = "the daemon's user, members of control.group and root may control it; try sudo";
    return failed(fmt::format("cannot reach the daemon at {}: {}; {}", socket.string(),
                              std::generic_category().message(error), advice));
}

Result<io::FileDescriptor> connect_to(const std::filesystem::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path)
        return unreachable(path, ENAMETOOLONG);
    std::memcpy(address.sun_path, text.data(), text.size());
    io::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.valid() || ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return unreachable(path, errno);
    return socket;
}

bool send_all(int fd, std::string_view text, SteadyClock::time_point deadline)
{
    while (!text.empty()) {
        const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (count > 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR && (errno != EAGAIN || !wait_for(fd, POLLOUT, deadline)))
            return false;
    }
    return true;
}

/// Everything until the daemon closes; `failure` of 0 means that the deadline passed.
Result<std::string, int> receive_all(int fd, SteadyClock::time_point deadline)
{
    std::string reply;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count == 0)
            return reply;
        if (count > 0)
            reply.append(buffer.data(), static_cast<std::size_t>(count));
        else if (errno == EAGAIN && !wait_for(fd, POLLIN, deadline))
            return std::unexpected(0);
        else if (errno != EAGAIN && errno != EINTR)
            return std::unexpected(errno);
        if (reply.size() > max_reply_octets)
            return std::unexpected(EMSGSIZE);
    }
}

}  // namespace

Result<std::filesystem::path> socket_path(const Invocation& invocation)
{
    if (invocation.socket)
        return *invocation.socket;
    if (!invocation.config)
        return *config::Settings{}.control.socket;
    const config::Loaded settings = config::load_file(*invocation.config);
    if (!settings) {
        std::string message = "the configuration does not tell where the daemon is:";
        for (const config::Problem& problem : settings.error())
            message += "\n" + config::to_string(invocation.config->string(), problem);
        return failed(std::move(message));
    }
    if (!settings->control.socket)
        return failed(fmt::format("{} turns the control socket off (control.socket)", invocation.config->string()));
    return *settings->control.socket;
}

Result<std::string> ask(const std::filesystem::path& socket, std::string_view line, std::chrono::milliseconds patience)
{
    const auto deadline = SteadyClock::now() + patience;
    const auto connection = connect_to(socket);
    if (!connection)
        return std::unexpected(connection.error());
    if (!send_all(connection->number(), fmt::format("{}\n", line), deadline))
        return unreachable(socket, EPIPE);
    auto reply = receive_all(connection->number(), deadline);
    if (!reply && reply.error() == 0)
        return failed(fmt::format("the daemon at {} took the question but did not answer in time", socket.string()));
    if (!reply)
        return unreachable(socket, reply.error());
    if (!reply->ends_with('\n'))
        return failed(
            fmt::format("the daemon at {} closed the connection without a whole reply; it may be shutting down "
                        "or have too many connections",
                        socket.string()));
    reply->pop_back();
    return std::move(*reply);
}

}  // namespace rw::ctl
