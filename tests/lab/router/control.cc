// SPDX-License-Identifier: EUPL-1.2
// Implements control.h.
#include "tests/lab/router/control.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rw::lab
{
namespace
{

bool watch(int epoll, int fd)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

std::expected<ControlSocket, std::string> ControlSocket::listen(const std::string& path, int epoll)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return std::unexpected("control socket path too long: " + path);
    }
    path.copy(address.sun_path, path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ::unlink(path.c_str());
    ControlSocket control(fd, epoll, path);
    // The socket API takes every address through this one cast.
    if (fd < 0 || ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(fd, 64) != 0 || !watch(epoll, fd)) {
        return std::unexpected("cannot listen on " + path + ": " + std::strerror(errno));
    }
    return control;
}

ControlSocket::ControlSocket(int listener, int epoll, std::string path)
    : listener_(listener), epoll_(epoll), path_(std::move(path))
{
}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : listener_(std::exchange(other.listener_, -1)),
      epoll_(other.epoll_),
      path_(std::move(other.path_)),
      clients_(std::move(other.clients_))
{
}

ControlSocket::~ControlSocket()
{
    for (const auto& [fd, pending] : clients_) {
        ::close(fd);
    }
    if (listener_ >= 0) {
        ::close(listener_);
        ::unlink(path_.c_str());
    }
}

bool ControlSocket::handle(int fd, const Answer& answer)
{
    if (fd == listener_) {
        accept_client();
        return true;
    }
    if (!clients_.contains(fd)) {
        return false;
    }
    if (!serve_client(fd, answer)) {
        clients_.erase(fd);
        ::close(fd);
    }
    return true;
}

void ControlSocket::accept_client()
{
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    // Replies are written at once, so a client that does not read must not hold the router up.
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (!watch(epoll_, fd)) {
        ::close(fd);
        return;
    }
    clients_.emplace(fd, std::string());
}

bool ControlSocket::serve_client(int fd, const Answer& answer)
{
    std::array<char, 4096> buffer{};
    const ssize_t length = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length <= 0) {
        return false;
    }
    std::string& pending = clients_[fd];
    pending.append(buffer.data(), static_cast<std::size_t>(length));
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
        const std::string reply = answer(std::string_view(pending).substr(0, end));
        pending.erase(0, end + 1);
        if (!write_all(fd, reply)) {
            return false;
        }
    }
    return pending.size() <= kLineLimit;
}

}  // namespace rw::lab
