// SPDX-License-Identifier: EUPL-1.2
// lab_odd: authoritative servers that do wrong in known ways, each at its own addresses (behaviour.h). Reads a script
// of `server ADDRESS BEHAVIOUR` and `record ...` lines. One thread, one poll loop; clients are the lab's resolvers.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <queue>

#include "tests/lab/odd/responder.h"

namespace rw::lab
{
namespace
{

using Clock = std::chrono::steady_clock;
// TCP connections at most: enough for every resolver under test, small against the descriptor limit.
constexpr std::size_t kConnectionLimit = 4000;

struct Endpoint {
    int fd = -1;
    Behaviour behaviour = Behaviour::plain;
    enum class Role : std::uint8_t { udp, listener, connection } role = Role::udp;
    std::string received;  // connections: what came so far
};

struct Later {
    Clock::time_point due;
    int fd = -1;
    std::uint64_t generation = 0;  // of the connection: descriptors are used again
    sockaddr_storage to{};
    socklen_t to_length = 0;  // 0: a connection
    std::string data;

    bool operator<(const Later& other) const { return due > other.due; }
};

const sockaddr* generic(const sockaddr_storage& address)
{
    return reinterpret_cast<const sockaddr*>(&address);  // the socket API's own type
}

class OddServer
{
 public:
    explicit OddServer(const ZoneStore& store) : responder_(store, 1) {}

    std::expected<void, std::string> listen(const std::string& text, Behaviour behaviour)
    {
        sockaddr_storage address{};
        socklen_t length = 0;
        auto* v4 = reinterpret_cast<sockaddr_in*>(&address);  // the socket API's own types
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
        if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
            v4->sin_family = AF_INET;
            v4->sin_port = htons(53);
            length = sizeof(sockaddr_in);
        } else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
            v6->sin6_family = AF_INET6;
            v6->sin6_port = htons(53);
            length = sizeof(sockaddr_in6);
        }
        for (const int kind : {SOCK_DGRAM, SOCK_STREAM}) {
            if (kind == SOCK_STREAM && behaviour == Behaviour::udp_only) {
                continue;
            }
            const int fd = ::socket(address.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            const int yes = 1;
            ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
            if (fd < 0 || ::bind(fd, generic(address), length) != 0 ||
                (kind == SOCK_STREAM && ::listen(fd, 128) != 0)) {
                return std::unexpected(fmt::format("cannot serve at {}: {}", text, std::strerror(errno)));
            }
            endpoints_.push_back({.fd = fd,
                                  .behaviour = behaviour,
                                  .role = kind == SOCK_DGRAM ? Endpoint::Role::udp : Endpoint::Role::listener,
                                  .received = {}});
        }
        return {};
    }

    [[noreturn]] void run()
    {
        for (;;) {
            std::vector<pollfd> polled;
            polled.reserve(endpoints_.size());
            for (const Endpoint& endpoint : endpoints_) {
                polled.push_back({.fd = endpoint.fd, .events = POLLIN, .revents = 0});
            }
            ::poll(polled.data(), polled.size(), patience());
            send_due();
            for (std::size_t at = 0; at < polled.size(); ++at) {
                if (polled[at].revents != 0) {
                    serve(at);
                }
            }
            std::erase_if(endpoints_, [](const Endpoint& endpoint) { return endpoint.fd < 0; });
        }
    }

 private:
    int patience() const
    {
        if (later_.empty()) {
            return -1;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(later_.top().due - Clock::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count() + 1, 0, 1000));
    }

    void serve(std::size_t at)
    {
        switch (endpoints_[at].role) {
            case Endpoint::Role::udp:
                return serve_udp(endpoints_[at]);
            case Endpoint::Role::listener:
                return accept(endpoints_[at].fd, endpoints_[at].behaviour);
            case Endpoint::Role::connection:
                return serve_tcp(endpoints_[at]);
        }
    }

    void serve_udp(const Endpoint& endpoint)
    {
        std::array<std::uint8_t, 4096> buffer{};
        sockaddr_storage from{};
        socklen_t length = sizeof(from);
        auto* from_address = reinterpret_cast<sockaddr*>(&from);  // the socket API's own type
        const ssize_t got = ::recvfrom(endpoint.fd, buffer.data(), buffer.size(), 0, from_address, &length);
        if (got <= 0) {
            return;
        }
        const auto query = read_query(std::span(buffer.data(), static_cast<std::size_t>(got)));
        if (!query) {
            return;
        }
        for (Say& say : responder_.react(endpoint.behaviour, *query, false).says) {
            later_.push({.due = Clock::now() + say.after,
                         .fd = endpoint.fd,
                         .to = from,
                         .to_length = length,
                         .data = std::move(say.message)});
        }
        send_due();
    }

    void accept(int listener, Behaviour behaviour)
    {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        if (endpoints_.size() >= kConnectionLimit) {
            ::close(fd);
            return;
        }
        generations_[fd] = ++last_generation_;
        endpoints_.push_back({.fd = fd, .behaviour = behaviour, .role = Endpoint::Role::connection, .received = {}});
    }

    void serve_tcp(Endpoint& endpoint)
    {
        std::array<char, 4096> buffer{};
        const ssize_t got = ::recv(endpoint.fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            return close(endpoint);
        }
        std::string& received = endpoint.received;
        received.append(buffer.data(), static_cast<std::size_t>(got));
        while (endpoint.fd >= 0 && received.size() >= 2) {
            const auto octet = [&](std::size_t at) {
                return static_cast<std::size_t>(static_cast<std::uint8_t>(received[at]));
            };
            const std::size_t length = octet(0) << 8 | octet(1);
            if (received.size() < length + 2) {
                return;
            }
            const std::vector<std::uint8_t> message(received.begin() + 2,
                                                    received.begin() + static_cast<std::ptrdiff_t>(length) + 2);
            received.erase(0, length + 2);
            answer_tcp(endpoint, message);
        }
    }

    void answer_tcp(Endpoint& endpoint, std::span<const std::uint8_t> message)
    {
        const auto query = read_query(message);
        if (!query) {
            return close(endpoint);
        }
        const Reaction reaction = responder_.react(endpoint.behaviour, *query, true);
        for (const Say& say : reaction.says) {
            std::string framed{static_cast<char>(say.message.size() >> 8),
                               static_cast<char>(say.message.size() & 0xff)};
            framed += say.message;
            Clock::time_point due = Clock::now() + say.after;
            const std::size_t step = say.drip ? 1 : framed.size();
            for (std::size_t at = 0; at < framed.size(); at += step) {
                later_.push({.due = due,
                             .fd = endpoint.fd,
                             .generation = generations_[endpoint.fd],
                             .data = framed.substr(at, step)});
                due += std::chrono::seconds(1);
            }
        }
        if (reaction.close) {
            close(endpoint);
        }
    }

    void send_due()
    {
        const Clock::time_point now = Clock::now();
        while (!later_.empty() && later_.top().due <= now) {
            const Later& next = later_.top();
            if (next.to_length > 0) {
                ::sendto(next.fd, next.data.data(), next.data.size(), 0, generic(next.to), next.to_length);
            } else if (generations_[next.fd] == next.generation) {
                ::send(next.fd, next.data.data(), next.data.size(), MSG_NOSIGNAL);
            }
            later_.pop();
        }
    }

    void close(Endpoint& endpoint)
    {
        generations_[endpoint.fd] = 0;
        ::close(endpoint.fd);
        endpoint.fd = -1;
    }

    Responder responder_;
    std::vector<Endpoint> endpoints_;
    std::priority_queue<Later> later_;
    std::map<int, std::uint64_t> generations_;
    std::uint64_t last_generation_ = 0;
};

int fail(const std::string& what)
{
    std::cerr << "lab_odd: " << what << '\n';
    return 2;
}

int run(const std::string& script)
{
    std::ifstream input(script);
    if (!input) {
        return fail("cannot read " + script);
    }
    ZoneStore store;
    OddServer server(store);
    for (std::string line; std::getline(input, line);) {
        std::istringstream fields(line);
        std::string verb;
        fields >> verb;
        std::expected<void, std::string> done;
        if (verb == "server") {
            std::string address;
            std::string behaviour;
            fields >> address >> behaviour;
            const auto* const row = std::ranges::find(kBehaviours, behaviour, &BehaviourRow::name);
            done = row == kBehaviours.end() ? std::unexpected("no such behaviour: " + behaviour)
                                            : server.listen(address, row->behaviour);
        } else if (verb == "record") {
            done = store.add(line.substr(verb.size() + 1));
        }
        if (!done) {
            return fail(done.error());
        }
    }
    server.run();
}

}  // namespace
}  // namespace rw::lab

namespace
{

int with_arguments(int argc, char** argv)
{
    std::string script;
    CLI::App app{"Authoritative servers that do wrong in known ways"};
    app.add_option("--script", script, "servers and records")->required();
    CLI11_PARSE(app, argc, argv);
    return rw::lab::run(script);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return with_arguments(argc, argv);
    } catch (const std::exception& error) {
        std::fputs("lab_odd: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return 2;
    }
}
