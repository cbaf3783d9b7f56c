// SPDX-License-Identifier: EUPL-1.2
// One client connection.
#include "resolver/frontend/tcp_connection.h"

#include <sys/socket.h>

#include <cerrno>

#include "resolver/base/room.h"
#include "resolver/frontend/reply.h"

namespace rw::frontend
{

namespace
{

constexpr std::size_t read_octets = 16384;      // one read a turn: connections share the worker
constexpr std::size_t max_deferred = 64;        // pipelined queries in work; more are read when some are done
constexpr std::size_t max_outgoing = 262144;    // unread replies: a slow reader holds no more of our memory
constexpr std::size_t max_query_octets = 4096;  // a query with padding and cookies; longer ones end the connection

}  // namespace

/// Gives deferred queries a way back that outlives neither the connection nor itself.
class TcpConnection::Door final : public frontend::Door
{
 public:
    explicit Door(TcpConnection& connection) : connection_(connection) {}

    std::unique_ptr<ReplyTo> defer() override
    {
        ++connection_.deferred_;
        return std::make_unique<Way>(connection_.weak_from_this());
    }

 private:
    class Way final : public ReplyTo
    {
     public:
        explicit Way(std::weak_ptr<TcpConnection> connection) : connection_(std::move(connection)) {}
        ~Way() override
        {
            if (const auto connection = connection_.lock())
                connection->settled();
        }
        void reply(Octets message) override
        {
            if (const auto connection = connection_.lock())
                connection->reply(message);
        }

     private:
        std::weak_ptr<TcpConnection> connection_;
    };

    TcpConnection& connection_;
};

TcpConnection::TcpConnection(TcpListener& listener, io::FileDescriptor fd, const Endpoint& from,
                             const upstream::Claimant& claimant, bool once)
    : listener_(listener), fd_(std::move(fd)), client_{from, Transport::tcp}, claimant_(claimant), once_(once)
{
}

TcpConnection::~TcpConnection()
{
    if (open_)
        listener_.loop_.sockets().forget(*this);
}

bool TcpConnection::start()
{
    interest_ = {.reading = true};
    open_ = listener_.loop_.sockets().watch(fd_.number(), interest_, *this);
    stay_open();
    auto place = listener_.places_.claim(upstream::party(claimant_, {}), [this] { close(); });
    if (place)
        place_ = std::move(*place);
    place_.set_silent();
    return open_ && place_.held();
}

void TcpConnection::expired()
{
    // A connection whose client waits for us is not idle (RFC 7766 §3); its questions end within their own time.
    if (deferred_ > 0)
        stay_open();
    else
        close();
}

void TcpConnection::ready(io::Readiness readiness)
{
    if (!open_)
        return;
    if (readiness.broken) {
        close();
        return;
    }
    if (readiness.readable && !receive())
        return;
    if (open_ && readiness.writable)
        serve_queries();
}

bool TcpConnection::may_read() const
{
    return !peer_done_ && has_room();
}

bool TcpConnection::has_room() const
{
    return deferred_ < max_deferred && outgoing_.size() - sent_ < max_outgoing;
}

bool TcpConnection::receive()
{
    Room<std::uint8_t, read_octets> buffer;
    const auto count = ::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (count < 0) {
        close();
        return false;
    }
    if (count == 0)
        peer_done_ = true;
    append(incoming_, Octets(buffer).first(static_cast<std::size_t>(count)));
    serve_queries();
    listener_.handler_.batch_sent();
    return open_;
}

void TcpConnection::serve_queries()
{
    if (serving_)
        return;  // a query that is refused at once settles while it is served: the loop below goes on by itself
    serving_ = true;
    do
        send_replies();  // what has left makes room for the replies to more
    while (open_ && serve_batch());
    serving_ = false;
    if (!open_)
        return;
    if (idle())
        place_.set_silent();
    if (peer_done_ && idle())
        close();
    else
        update_interest();
}

bool TcpConnection::serve_batch()
{
    Room<std::uint8_t, max_reply_octets> room;
    std::size_t at = 0;
    while (open_ && has_room() && incoming_.size() - at >= 2) {
        const std::size_t size = load_u16(&incoming_[at]);
        if (size > max_query_octets) {
            close();
            return false;
        }
        if (incoming_.size() - at - 2 < size)
            break;
        Door door(*this);
        const Served served = listener_.handler_.serve(Octets(incoming_).subspan(at + 2, size), client_, door, room);
        at += 2 + size;
        if (!served.reply.empty())
            reply(served.reply);
        if (once_) {
            peer_done_ = true;
            at = incoming_.size();
        }
    }
    incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(at));
    // Only a whole query is activity: a peer that drips octets is idle.
    if (open_ && at > 0)
        stay_open();
    return at > 0;
}

void TcpConnection::reply(Octets message)
{
    if (!open_)
        return;
    append_u16(outgoing_, static_cast<std::uint16_t>(message.size()));
    append(outgoing_, message);
}

void TcpConnection::settled()
{
    --deferred_;
    if (open_)
        serve_queries();  // sends the reply; and those that had to wait for room
}

void TcpConnection::send_replies()
{
    while (open_ && sent_ < outgoing_.size()) {
        const auto count =
            ::send(fd_.number(), &outgoing_[sent_], outgoing_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count < 0) {
            close();
            return;
        }
        sent_ += static_cast<std::size_t>(count);
    }
    outgoing_.clear();
    sent_ = 0;
}

void TcpConnection::update_interest()
{
    const io::Interest wanted{.reading = may_read(), .writing = !outgoing_.empty()};
    if (wanted == interest_)
        return;
    interest_ = wanted;
    listener_.loop_.sockets().change(fd_.number(), interest_, *this);
}

void TcpConnection::stay_open()
{
    place_.set_hopeful();
    arm(listener_.loop_.scheduler(), listener_.loop_.scheduler().now() + listener_.idle_timeout_);
}

void TcpConnection::close()
{
    if (!open_)
        return;
    open_ = false;
    disarm();
    listener_.loop_.sockets().forget(*this);
    const io::FileDescriptor closing = std::move(fd_);
    listener_.close(*this);
}

}  // namespace rw::frontend
