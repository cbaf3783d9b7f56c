// SPDX-License-Identifier: EUPL-1.2
// The router's Unix socket: reads lines, hands each to the command table, writes the reply. Clients are the lab's own
// tests: a client that sends an overlong line or does not read its reply is dropped.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rw::lab
{

class ControlSocket
{
 public:
    using Answer = std::function<std::string(std::string_view line)>;

    static std::expected<ControlSocket, std::string> listen(const std::string& path, int epoll);

    ControlSocket(ControlSocket&& other) noexcept;
    ControlSocket& operator=(ControlSocket&&) = delete;
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket();

    // True when the descriptor was one of ours.
    bool handle(int fd, const Answer& answer);

 private:
    ControlSocket(int listener, int epoll, std::string path);
    void accept_client();
    bool serve_client(int fd, const Answer& answer);

    // Longest command line, octets: `path` with many prefixes is the longest.
    static constexpr std::size_t kLineLimit = 65536;

    int listener_ = -1;
    int epoll_ = -1;
    std::string path_;
    std::unordered_map<int, std::string> clients_;  // descriptor -> what it has sent of a line
};

}  // namespace rw::lab
