// SPDX-License-Identifier: EUPL-1.2
// Sending and matching.
#include "bench/load/run.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>

#include "resolver/base/room.h"

namespace rw::load
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 64;
constexpr std::size_t reply_octets = 4096;
constexpr int socket_buffer = 8 * 1024 * 1024;  // so that bursts are lost in the resolver or not at all

/// One source port and the queries that wait on it.
class Lane
{
 public:
    static Result<std::unique_ptr<Lane>> open(const Endpoint& server)
    {
        auto lane = std::make_unique<Lane>();
        sockaddr_storage storage{};
        const unsigned length = server.to_sockaddr(storage);
        lane->fd_ = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (lane->fd_ < 0 || ::connect(lane->fd_, reinterpret_cast<const sockaddr*>(&storage), length) != 0)
            return failed(fmt::format("no socket towards {}: {}", server.to_string(), std::strerror(errno)));
        for (const int option : {SO_RCVBUFFORCE, SO_SNDBUFFORCE})
            ::setsockopt(lane->fd_, SOL_SOCKET, option, &socket_buffer, sizeof socket_buffer);
        return lane;
    }
    Lane() = default;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    [[nodiscard]] bool has_room() const { return queued_ < batch && !slots_[next_id_].waits; }

    void queue(const Questions& questions, std::uint32_t number, Clock::time_point due)
    {
        const Octets query = questions.query(number);
        std::uint8_t* out = outgoing_[queued_].data();
        std::ranges::copy(query, out);
        store_u16(out, next_id_);
        parts_[queued_] = {out, query.size()};
        ++queued_;
        slots_[next_id_] = {due, number, true};
        order_.push_back(next_id_);
        ++next_id_;
        ++waiting_;
    }

    /// Sends what is queued; what the kernel has no room for stays queued.
    void flush(Outcome& outcome)
    {
        if (queued_ == 0)
            return;
        std::array<mmsghdr, batch> headers{};
        for (std::size_t i = 0; i < queued_; ++i) {
            headers[i].msg_hdr.msg_iov = &parts_[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int sent = ::sendmmsg(fd_, headers.data(), static_cast<unsigned>(queued_), 0);
        if (sent <= 0)
            return;
        outcome.sent += static_cast<std::uint64_t>(sent);
        const auto done = static_cast<std::size_t>(sent);
        for (std::size_t i = done; i < queued_; ++i) {
            std::copy_n(outgoing_[i].data(), parts_[i].iov_len, outgoing_[i - done].data());
            parts_[i - done] = {outgoing_[i - done].data(), parts_[i].iov_len};
        }
        queued_ -= done;
    }

    /// Takes what has come; the number of datagrams.
    std::size_t receive(const Questions& questions, Outcome& outcome)
    {
        std::array<mmsghdr, batch> headers{};
        std::array<iovec, batch> parts{};
        for (std::size_t i = 0; i < batch; ++i) {
            parts[i] = {incoming_[i].data(), reply_octets};
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int came = ::recvmmsg(fd_, headers.data(), batch, MSG_DONTWAIT, nullptr);
        const Clock::time_point now = Clock::now();
        for (int i = 0; i < came; ++i) {
            const auto at = static_cast<std::size_t>(i);
            match(Octets(incoming_[at].data(), headers[at].msg_len), questions, now, outcome);
        }
        return came > 0 ? static_cast<std::size_t>(came) : 0;
    }

    /// Gives up what has waited since before `limit`.
    void expire(Clock::time_point limit, Outcome& outcome)
    {
        while (!order_.empty()) {
            Slot& slot = slots_[order_.front()];
            if (slot.waits && slot.due > limit)
                return;
            if (slot.waits) {
                slot.waits = false;
                --waiting_;
                ++outcome.lost;
            }
            order_.pop_front();
        }
    }

 private:
    struct Slot {
        Clock::time_point due;
        std::uint32_t number = 0;
        bool waits = false;
    };

    void match(Octets reply, const Questions& questions, Clock::time_point now, Outcome& outcome)
    {
        Slot* slot = reply.size() < 12 ? nullptr : &slots_[load_u16(reply.data())];
        if (slot == nullptr || !slot->waits || !questions.is_answered_by(slot->number, reply)) {
            ++outcome.strange;
            return;
        }
        slot->waits = false;
        --waiting_;
        ++outcome.answered;
        ++outcome.rcodes.at(reply[3] & 0x0f);
        outcome.octets += reply.size();
        outcome.latency.add(now - slot->due);
    }

    int fd_ = -1;
    std::uint16_t next_id_ = 0;
    std::size_t waiting_ = 0;
    std::size_t queued_ = 0;
    std::vector<Slot> slots_ = std::vector<Slot>(65536);
    std::deque<std::uint16_t> order_;  // ids by age; answered ones are dropped when they come to the front
    std::array<Room<std::uint8_t, 512>, batch> outgoing_;
    std::array<iovec, batch> parts_{};
    std::array<Room<std::uint8_t, reply_octets>, batch> incoming_;
};

class Runner
{
 public:
    Runner(const Plan& plan, const Questions& questions)
        : plan_(plan), questions_(questions), order_(sequence(plan.order, questions.size(), plan.seed))
    {
    }

    Result<Outcome> run()
    {
        for (std::uint32_t i = 0; i < plan_.sockets; ++i) {
            auto lane = Lane::open(plan_.server);
            if (!lane)
                return std::unexpected(lane.error());
            lanes_.push_back(std::move(*lane));
        }
        began_ = Clock::now();
        while (!is_over())
            turn();
        return outcome_;
    }

 private:
    [[nodiscard]] std::size_t waiting() const
    {
        std::size_t sum = 0;
        for (const auto& lane : lanes_)
            sum += lane->waiting();
        return sum;
    }
    [[nodiscard]] bool has_more() const
    {
        return plan_.order == Order::once ? next_ < order_.size() : Clock::now() - began_ < plan_.duration;
    }
    [[nodiscard]] bool is_over() const { return !has_more() && waiting() == 0; }

    void turn()
    {
        std::size_t came = 0;
        for (auto& lane : lanes_) {
            fill(*lane);
            lane->flush(outcome_);
            came += lane->receive(questions_, outcome_);
        }
        const Clock::time_point now = Clock::now();
        if (came > 0)
            outcome_.took = now - began_;
        for (auto& lane : lanes_)
            lane->expire(now - plan_.give_up, outcome_);
        if (came == 0)
            rest();
    }

    void fill(Lane& lane)
    {
        const std::size_t share = std::max<std::size_t>(1, plan_.window / plan_.sockets);
        while (has_more() && lane.has_room()) {
            const std::optional<Clock::time_point> due = plan_.rate ? next_due() : std::optional(Clock::now());
            if (!due || (!plan_.rate && lane.waiting() >= share))
                return;
            lane.queue(questions_, order_[next_ % order_.size()], *due);
            ++next_;
        }
    }

    /// When the next query of an open run is due; nothing when that is in the future.
    [[nodiscard]] std::optional<Clock::time_point> next_due() const
    {
        const auto after =
            std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(next_) * 1e9 / *plan_.rate));
        const Clock::time_point due = began_ + after;
        return due <= Clock::now() ? std::optional(due) : std::nullopt;
    }

    /// Leaves the core to others until something comes, or the next query is due.
    void rest()
    {
        std::vector<pollfd> wanted;
        wanted.reserve(lanes_.size());
        for (const auto& lane : lanes_)
            wanted.push_back({lane->fd(), POLLIN, 0});
        const timespec nap{0, plan_.rate ? 50'000 : 1'000'000};
        ::ppoll(wanted.data(), wanted.size(), &nap, nullptr);
    }

    const Plan& plan_;
    const Questions& questions_;
    std::vector<std::uint32_t> order_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    Clock::time_point began_;
    std::size_t next_ = 0;
    Outcome outcome_;
};

}  // namespace

Result<Outcome> run(const Plan& plan, const Questions& questions)
{
    return Runner(plan, questions).run();
}

}  // namespace rw::load
