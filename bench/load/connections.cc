// SPDX-License-Identifier: EUPL-1.2
// Connecting, asking, reading, closing.
#include "bench/load/connections.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "resolver/base/room.h"

namespace rw::load
{

namespace
{

using Clock = std::chrono::steady_clock;

/// One question from connect() to the last octet of its reply.
class Exchange
{
 public:
    Exchange(const Endpoint& server, Octets query, std::uint32_t number) : number_(number), began_(Clock::now())
    {
        sockaddr_storage storage{};
        const unsigned length = server.to_sockaddr(storage);
        fd_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&storage), length);  // what is wrong shows when it is used
        append_u16(outgoing_, static_cast<std::uint16_t>(query.size()));
        append(outgoing_, query);
    }
    Exchange(Exchange&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)),
          number_(other.number_),
          began_(other.began_),
          outgoing_(std::move(other.outgoing_)),
          incoming_(std::move(other.incoming_))
    {
    }
    Exchange& operator=(Exchange&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        number_ = other.number_;
        began_ = other.began_;
        outgoing_.swap(other.outgoing_);
        incoming_.swap(other.incoming_);
        return *this;
    }
    ~Exchange() { ::close(fd_); }

    [[nodiscard]] pollfd wanted() const { return {fd_, static_cast<short>(outgoing_.empty() ? POLLIN : POLLOUT), 0}; }
    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] Clock::time_point began() const { return began_; }

    /// Sends or reads what it can; false when the connection is of no use.
    bool go_on()
    {
        if (!outgoing_.empty()) {
            const auto sent = ::send(fd_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
            const bool whole = sent == static_cast<ssize_t>(outgoing_.size());
            outgoing_.clear();
            return whole;
        }
        Room<std::uint8_t, 4096> buffer;
        const auto came = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (came <= 0)
            return false;
        append(incoming_, {buffer.data(), static_cast<std::size_t>(came)});
        return true;
    }

    /// The reply without its length; empty until all of it is here.
    [[nodiscard]] Octets reply() const
    {
        if (incoming_.size() < 2 || incoming_.size() < 2U + load_u16(incoming_.data()))
            return {};
        return Octets(incoming_).subspan(2, load_u16(incoming_.data()));
    }

 private:
    int fd_ = -1;
    std::uint32_t number_;
    Clock::time_point began_;
    OctetBuffer outgoing_;
    OctetBuffer incoming_;
};

class Connections
{
 public:
    Connections(const Plan& plan, const Questions& questions)
        : plan_(plan), questions_(questions), order_(sequence(plan.order, questions.size(), plan.seed))
    {
    }

    Outcome run()
    {
        began_ = Clock::now();
        while (has_more() || !open_.empty())
            turn();
        outcome_.took = Clock::now() - began_;
        return outcome_;
    }

 private:
    [[nodiscard]] bool has_more() const
    {
        return plan_.order == Order::once ? next_ < order_.size() : Clock::now() - began_ < plan_.duration;
    }

    void turn()
    {
        while (has_more() && open_.size() < plan_.window) {
            const std::uint32_t number = order_[next_++ % order_.size()];
            open_.emplace_back(plan_.server, questions_.query(number), number);
            ++outcome_.sent;
        }
        std::vector<pollfd> wanted;
        wanted.reserve(open_.size());
        for (const Exchange& exchange : open_)
            wanted.push_back(exchange.wanted());
        ::poll(wanted.data(), wanted.size(), 100);
        // From the back, so that those not yet looked at keep their places when one is taken out.
        for (std::size_t i = open_.size(); i-- > 0;) {
            if ((wanted[i].revents != 0 && is_over(open_[i])) || is_late(open_[i])) {
                std::swap(open_[i], open_.back());
                open_.pop_back();
            }
        }
    }

    bool is_over(Exchange& exchange)
    {
        if (!exchange.go_on()) {
            ++outcome_.lost;
            return true;
        }
        const Octets reply = exchange.reply();
        if (reply.empty())
            return false;
        if (!questions_.is_answered_by(exchange.number(), reply)) {
            ++outcome_.strange;
            ++outcome_.lost;
            return true;
        }
        ++outcome_.answered;
        ++outcome_.rcodes.at(reply[3] & 0x0f);
        outcome_.octets += reply.size();
        outcome_.latency.add(Clock::now() - exchange.began());
        return true;
    }

    bool is_late(const Exchange& exchange)
    {
        if (Clock::now() - exchange.began() < plan_.give_up)
            return false;
        ++outcome_.lost;
        return true;
    }

    const Plan& plan_;
    const Questions& questions_;
    std::vector<std::uint32_t> order_;
    std::vector<Exchange> open_;
    Clock::time_point began_;
    std::size_t next_ = 0;
    Outcome outcome_;
};

}  // namespace

Outcome run_over_connections(const Plan& plan, const Questions& questions)
{
    return Connections(plan, questions).run();
}

}  // namespace rw::load
