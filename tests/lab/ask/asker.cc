// SPDX-License-Identifier: EUPL-1.2
// Implements asker.h.
#include "tests/lab/ask/asker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#include "resolver/base/room.h"

namespace rw::lab
{
namespace
{

using Clock = std::chrono::steady_clock;
using Wall = std::chrono::system_clock;  // what the kernel stamps datagrams with

class Socket
{
 public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(fd_); }
    [[nodiscard]] int fd() const { return fd_; }

 private:
    int fd_;
};

struct Flight {
    std::size_t question = 0;
    std::vector<std::uint8_t> query;
    std::unique_ptr<Socket> socket;
    bool tcp = false;
    bool sent = false;  // over TCP: the query was written
    bool after_tc = false;
    unsigned tries = 0;
    Wall::time_point started;  // when the query was first sent
    Wall::time_point arrived;  // when the kernel had the reply, however late we look
    Clock::time_point deadline;
    std::vector<std::uint8_t> stream;  // what came over TCP so far
};

const sockaddr* generic(const sockaddr_storage& address)
{
    return reinterpret_cast<const sockaddr*>(&address);  // the socket API's own type
}

class Asking
{
 public:
    Asking(const Server& server, const std::vector<Question>& questions, const AskOptions& options,
           const OnReply& on_reply)
        : server_(server), questions_(questions), options_(options), on_reply_(on_reply), began_(Clock::now())
    {
    }

    void run()
    {
        while (next_ < questions_.size() || !flights_.empty()) {
            launch();
            wait();
            expire();
        }
    }

 private:
    bool may_launch() const
    {
        if (next_ >= questions_.size() || flights_.size() >= options_.parallel) {
            return false;
        }
        const std::chrono::duration<double> elapsed = Clock::now() - began_;
        return options_.rate <= 0 || static_cast<double>(next_) < elapsed.count() * options_.rate + 1;
    }

    void launch()
    {
        while (may_launch()) {
            const std::size_t number = next_++;
            const Question& question = questions_[number];
            auto query = build_query(question.name, question.type, options_.query);
            if (!query) {
                on_reply_(number, Reply{.rcode = "UNASKABLE", .ede = {}, .answer = {}});
                continue;
            }
            Flight flight;
            flight.question = number;
            flight.query = std::move(*query);
            flight.tcp = options_.tcp;
            flight.started = Wall::now();
            begin_try(flight);
            flights_.push_back(std::move(flight));
        }
    }

    void begin_try(Flight& flight)
    {
        const int kind = (flight.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
        flight.socket = std::make_unique<Socket>(::socket(server_.address.ss_family, kind, 0));
        flight.stream.clear();
        flight.sent = false;
        ++flight.tries;
        flight.deadline = Clock::now() + options_.timeout;
        if (!options_.from.empty()) {
            const Server& own = options_.from[flights_begun_++ % options_.from.size()];
            static_cast<void>(::bind(flight.socket->fd(), generic(own.address), own.length));
        }
        const int connected = ::connect(flight.socket->fd(), generic(server_.address), server_.length);
        if (!flight.tcp && connected == 0) {
            const int on = 1;
            ::setsockopt(flight.socket->fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
            if (flight.tries == 1) {
                flight.started = Wall::now();
            }
            flight.sent = ::send(flight.socket->fd(), flight.query.data(), flight.query.size(), 0) > 0;
        }
    }

    void wait()
    {
        std::vector<pollfd> polled;
        for (const Flight& flight : flights_) {
            const auto events = static_cast<short>(flight.tcp && !flight.sent ? POLLOUT : POLLIN);
            polled.push_back({.fd = flight.socket->fd(), .events = events, .revents = 0});
        }
        const int patience = options_.rate > 0 ? 1 : 20;
        ::poll(polled.data(), polled.size(), patience);
        for (std::size_t at = polled.size(); at-- > 0;) {
            if (polled[at].revents != 0 && serve(flights_[at])) {
                remove(at);
            }
        }
    }

    // True when the flight has landed.
    bool serve(Flight& flight)
    {
        if (flight.tcp && !flight.sent) {
            return send_tcp(flight);
        }
        rw::Room<std::uint8_t, 65536> buffer;
        const ssize_t length = receive(flight, buffer);
        if (length <= 0) {
            return retry(flight, "UNREACHABLE");
        }
        const std::span<const std::uint8_t> data(buffer.data(), static_cast<std::size_t>(length));
        if (!flight.tcp) {
            return is_ours(flight, data) && land(flight, data);
        }
        flight.stream.insert(flight.stream.end(), data.begin(), data.end());
        if (flight.stream.size() < 2) {
            return false;
        }
        const std::size_t wanted = static_cast<std::size_t>(flight.stream[0]) << 8 | flight.stream[1];
        return flight.stream.size() >= wanted + 2 && land(flight, std::span(flight.stream).subspan(2, wanted));
    }

    static ssize_t receive(Flight& flight, std::span<std::uint8_t> buffer)
    {
        iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
        alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(timespec))> control{};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t length = ::recvmsg(flight.socket->fd(), &message, 0);
        flight.arrived = Wall::now();
        const cmsghdr* stamp = length > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
        if (stamp != nullptr && stamp->cmsg_level == SOL_SOCKET && stamp->cmsg_type == SCM_TIMESTAMPNS) {
            timespec at{};
            std::memcpy(&at, CMSG_DATA(stamp), sizeof at);
            const auto since = std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
            flight.arrived = Wall::time_point(std::chrono::duration_cast<Wall::duration>(since));
        }
        return length;
    }

    static bool is_ours(const Flight& flight, std::span<const std::uint8_t> data)
    {
        return data.size() >= 12 && data[0] == flight.query[0] && data[1] == flight.query[1];
    }

    bool send_tcp(Flight& flight)
    {
        std::vector<std::uint8_t> framed{static_cast<std::uint8_t>(flight.query.size() >> 8),
                                         static_cast<std::uint8_t>(flight.query.size() & 0xff)};
        framed.insert(framed.end(), flight.query.begin(), flight.query.end());
        if (::send(flight.socket->fd(), framed.data(), framed.size(), MSG_NOSIGNAL) <= 0) {
            return retry(flight, "UNREACHABLE");
        }
        flight.sent = true;
        return false;
    }

    bool land(Flight& flight, std::span<const std::uint8_t> message)
    {
        Reply reply = read_reply(message);
        if (reply.tc && !flight.tcp) {
            flight.tcp = true;
            flight.after_tc = true;
            begin_try(flight);
            return false;
        }
        reply.over_tcp = flight.after_tc;
        report(flight, reply);
        return true;
    }

    bool retry(Flight& flight, const char* why)
    {
        if (flight.tries < options_.tries) {
            begin_try(flight);
            return false;
        }
        Reply reply;
        reply.rcode = why;
        flight.arrived = Wall::now();
        report(flight, reply);
        return true;
    }

    void report(const Flight& flight, Reply& reply) const
    {
        reply.microseconds =
            std::chrono::duration_cast<std::chrono::microseconds>(flight.arrived - flight.started).count();
        on_reply_(flight.question, reply);
    }

    void expire()
    {
        const Clock::time_point now = Clock::now();
        for (std::size_t at = flights_.size(); at-- > 0;) {
            if (flights_[at].deadline <= now && retry(flights_[at], "TIMEOUT")) {
                remove(at);
            }
        }
    }

    void remove(std::size_t at)
    {
        std::swap(flights_[at], flights_.back());
        flights_.pop_back();
    }

    const Server& server_;
    const std::vector<Question>& questions_;
    const AskOptions& options_;
    const OnReply& on_reply_;
    Clock::time_point began_;
    std::size_t next_ = 0;
    std::size_t flights_begun_ = 0;
    std::vector<Flight> flights_;
};

}  // namespace

std::expected<Server, std::string> Server::parse(const std::string& text)
{
    Server server{.text = text};
    const auto at = text.find('@');
    const std::string host = text.substr(0, at);
    std::uint16_t port = 53;
    if (at != std::string::npos) {
        std::from_chars(text.data() + at + 1, text.data() + text.size(), port);
    }
    auto* v4 = reinterpret_cast<sockaddr_in*>(&server.address);  // the socket API's own types
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&server.address);
    if (inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        server.length = sizeof(sockaddr_in);
    } else if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        server.length = sizeof(sockaddr_in6);
    } else {
        return std::unexpected("not an address: " + text);
    }
    return server;
}

void ask_all(const Server& server, const std::vector<Question>& questions, const AskOptions& options,
             const OnReply& on_reply)
{
    Asking(server, questions, options, on_reply).run();
}

}  // namespace rw::lab
