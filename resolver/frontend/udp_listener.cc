// SPDX-License-Identifier: EUPL-1.2
// The UDP listener on recvmmsg and sendmmsg.
#include "resolver/frontend/udp_listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace rw::frontend
{

namespace
{

constexpr std::size_t batch_messages = 64;
constexpr std::size_t query_octets = 1500;      // a client's query is small; longer ones are cut and so malformed
constexpr std::size_t udp_reply_octets = 4096;  // above the largest that ReplyRules allows
constexpr std::size_t control_octets = CMSG_SPACE(sizeof(in6_pktinfo));
constexpr int receive_buffer = 4 * 1024 * 1024;  // bursts while a turn lasts must not be lost

/// Destination address and interface of a query, in the form that makes the reply leave from there.
struct PacketInfo {
    alignas(cmsghdr) std::array<std::uint8_t, control_octets> octets{};
    std::size_t size = 0;
};

/// The kernel gives the destination; sent back, the same structure sets the source.
PacketInfo packet_info(msghdr& message)
{
    PacketInfo info;
    for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
        const bool v4 = at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO;
        const bool v6 = at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO;
        if (!v4 && !v6)
            continue;
        if (v4) {
            // The interface is left to routing: the reply's way need not be the query's.
            in_pktinfo given{};
            std::memcpy(&given, CMSG_DATA(at), sizeof given);
            given.ipi_ifindex = 0;
            std::memcpy(CMSG_DATA(at), &given, sizeof given);
        }
        info.size = CMSG_SPACE(v4 ? sizeof(in_pktinfo) : sizeof(in6_pktinfo));
        std::memcpy(info.octets.data(), at, at->cmsg_len);
        break;
    }
    return info;
}

void ask_for_packet_info(int socket, bool v4)
{
    const int on = 1;
    setsockopt(socket, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_PKTINFO : IPV6_RECVPKTINFO, &on, sizeof on);
}

}  // namespace

struct UdpListener::Batch {
    std::array<mmsghdr, batch_messages> in{};
    std::array<iovec, batch_messages> in_parts{};
    std::array<sockaddr_storage, batch_messages> peers{};
    std::array<std::array<std::uint8_t, query_octets>, batch_messages> queries{};
    std::array<PacketInfo, batch_messages> infos{};
    std::array<mmsghdr, batch_messages> out{};
    std::array<iovec, batch_messages> out_parts{};
    std::array<std::array<std::uint8_t, udp_reply_octets>, batch_messages> replies{};
};

/// The way back to one client, for a query that waits.
class UdpListener::ReplyTo final : public frontend::ReplyTo
{
 public:
    ReplyTo(std::shared_ptr<io::FileDescriptor> socket, const sockaddr_storage& peer, socklen_t peer_length,
            const PacketInfo& info)
        : socket_(std::move(socket)), peer_(peer), peer_length_(peer_length), info_(info)
    {
    }

    void reply(Octets message) override
    {
        iovec part{const_cast<std::uint8_t*>(message.data()), message.size()};
        msghdr header{};
        header.msg_name = &peer_;
        header.msg_namelen = peer_length_;
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = info_.size != 0 ? info_.octets.data() : nullptr;
        header.msg_controllen = info_.size;
        // A full socket buffer loses the reply, as the network may: the client asks again and hits the cache.
        ::sendmsg(socket_->number(), &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    }

 private:
    std::shared_ptr<io::FileDescriptor> socket_;
    sockaddr_storage peer_;
    socklen_t peer_length_;
    PacketInfo info_;
};

class UdpListener::Door final : public frontend::Door
{
 public:
    Door(UdpListener& listener, std::size_t index) : listener_(listener), index_(index) {}

    std::unique_ptr<frontend::ReplyTo> defer() override
    {
        const Batch& batch = *listener_.batch_;
        return std::make_unique<ReplyTo>(listener_.socket_, batch.peers[index_], batch.in[index_].msg_hdr.msg_namelen,
                                         batch.infos[index_]);
    }

 private:
    UdpListener& listener_;
    std::size_t index_;
};

UdpListener::UdpListener(io::FileDescriptor socket, QueryHandler& handler)
    : socket_(std::make_shared<io::FileDescriptor>(std::move(socket))),
      handler_(handler),
      batch_(std::make_unique<Batch>())
{
    for (std::size_t i = 0; i < batch_messages; ++i) {
        batch_->in_parts[i] = {batch_->queries[i].data(), query_octets};
        batch_->in[i].msg_hdr.msg_iov = &batch_->in_parts[i];
        batch_->in[i].msg_hdr.msg_iovlen = 1;
    }
}

UdpListener::~UdpListener() = default;

Result<std::unique_ptr<UdpListener>> UdpListener::open(io::Loop& loop, const Endpoint& address, QueryHandler& handler)
{
    auto socket = bind_socket(address, SOCK_DGRAM);
    if (!socket)
        return std::unexpected(socket.error());
    // Replies leave from the address a socket is bound to; where that is any, the kernel must say which it was.
    if (address.address.is_unspecified())
        ask_for_packet_info(socket->number(), address.address.is_v4());
    setsockopt(socket->number(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    std::unique_ptr<UdpListener> listener(new UdpListener(std::move(*socket), handler));
    auto listening = loop.listen(listener->socket_->number(), *listener);
    if (!listening)
        return failed("cannot listen on " + address.to_string() + ": " + listening.error().message);
    listener->listening_ = std::move(*listening);
    return listener;
}

void UdpListener::ready(io::Readiness)
{
    Batch& batch = *batch_;
    for (std::size_t i = 0; i < batch_messages; ++i) {
        msghdr& header = batch.in[i].msg_hdr;
        header.msg_name = &batch.peers[i];
        header.msg_namelen = sizeof batch.peers[i];
        header.msg_control = batch.infos[i].octets.data();
        header.msg_controllen = control_octets;
    }
    const int count = ::recvmmsg(socket_->number(), batch.in.data(), batch_messages, MSG_DONTWAIT, nullptr);
    if (count > 0)
        serve_batch(static_cast<std::size_t>(count));
}

void UdpListener::serve_batch(std::size_t count)
{
    Batch& batch = *batch_;
    unsigned replies = 0;
    for (std::size_t i = 0; i < count; ++i) {
        msghdr& in = batch.in[i].msg_hdr;
        if ((in.msg_flags & MSG_TRUNC) != 0)
            continue;
        batch.infos[i] = packet_info(in);
        const Client client{Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(batch.peers[i])), Transport::udp};
        Door door(*this, i);
        const Served served =
            handler_.serve({batch.queries[i].data(), batch.in[i].msg_len}, client, door, batch.replies[replies]);
        if (served.reply.empty())
            continue;
        batch.out_parts[replies] = {batch.replies[replies].data(), served.reply.size()};
        msghdr& out = batch.out[replies].msg_hdr;
        out = {};
        out.msg_name = &batch.peers[i];
        out.msg_namelen = in.msg_namelen;
        out.msg_iov = &batch.out_parts[replies];
        out.msg_iovlen = 1;
        out.msg_control = batch.infos[i].size != 0 ? batch.infos[i].octets.data() : nullptr;
        out.msg_controllen = batch.infos[i].size;
        ++replies;
    }
    for (unsigned sent = 0; sent < replies;) {
        const int done = ::sendmmsg(socket_->number(), &batch.out[sent], replies - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        // One that cannot be sent (gone interface, full buffer) must not hold up the others.
        sent += done > 0 ? static_cast<unsigned>(done) : 1;
    }
    handler_.batch_sent();
}

}  // namespace rw::frontend
