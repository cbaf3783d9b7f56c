// SPDX-License-Identifier: EUPL-1.2
// Asking over UDP and TCP.
#include "resolver/ctl/dns_client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "resolver/dns/message_writer.h"
#include "resolver/io/file_descriptor.h"
#include "zones/rdata_text.h"

namespace rw::ctl
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::uint16_t udp_size = 1232;  // RFC 9715

OctetBuffer write_query(const dns::Question& question, std::uint16_t id)
{
    OctetBuffer octets(512);
    dns::MessageWriter writer(octets);
    writer.set_header(id, dns::Header::rd | dns::Header::ad);
    writer.add_question(question);
    writer.begin_edns(udp_size, 0, false);
    octets.resize(writer.finish().size());
    return octets;
}

std::unexpected<Error> trouble(const Endpoint& resolver, int error)
{
    return failed(fmt::format("{}: {}", resolver.to_string(), std::generic_category().message(error)));
}

bool ready(int fd, short events, Clock::time_point deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{fd, events, 0};
    return left > 0 && ::poll(&entry, 1, static_cast<int>(left)) > 0;
}

Result<io::FileDescriptor> connect_to(const Endpoint& resolver, int type, Clock::time_point deadline)
{
    sockaddr_storage address{};
    const unsigned size = resolver.to_sockaddr(address);
    const int family = resolver.address.is_v4() ? AF_INET : AF_INET6;
    io::FileDescriptor socket(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.valid())
        return trouble(resolver, errno);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS)
        return trouble(resolver, errno);
    if (type == SOCK_STREAM && !ready(socket.number(), POLLOUT, deadline))
        return trouble(resolver, ETIMEDOUT);
    return socket;
}

bool is_truncated(Octets message)
{
    return message.size() >= dns::header_octets && (load_u16(&message[2]) & dns::Header::tc) != 0;
}

/// The whole response; empty when none came in time.
Result<OctetBuffer> ask_udp(const Endpoint& resolver, const dns::Question& question, Random& random)
{
    const auto id = static_cast<std::uint16_t>(random.below(65536));
    const OctetBuffer query = write_query(question, id);
    const auto deadline = Clock::now() + udp_patience;
    const auto socket = connect_to(resolver, SOCK_DGRAM, deadline);
    if (!socket)
        return std::unexpected(socket.error());
    if (::send(socket->number(), query.data(), query.size(), MSG_NOSIGNAL) < 0)
        return trouble(resolver, errno);
    OctetBuffer reply(dns::max_message_octets);
    while (ready(socket->number(), POLLIN, deadline)) {
        const ssize_t count = ::recv(socket->number(), reply.data(), reply.size(), 0);
        if (count < 0)
            return trouble(resolver, errno);
        const Octets message = Octets(reply).first(static_cast<std::size_t>(count));
        if (read_reply(message, question, id)) {
            reply.resize(message.size());
            return reply;
        }
    }
    return OctetBuffer{};
}

Result<void> send_all(const io::FileDescriptor& socket, Octets octets, const Endpoint& resolver,
                      Clock::time_point deadline)
{
    while (!octets.empty()) {
        const ssize_t count = ::send(socket.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count > 0)
            octets = octets.subspan(static_cast<std::size_t>(count));
        else if (errno != EAGAIN || !ready(socket.number(), POLLOUT, deadline))
            return trouble(resolver, errno == EAGAIN ? ETIMEDOUT : errno);
    }
    return {};
}

Result<OctetBuffer> ask_tcp(const Endpoint& resolver, const dns::Question& question, std::uint16_t id)
{
    const auto deadline = Clock::now() + tcp_patience;
    const auto socket = connect_to(resolver, SOCK_STREAM, deadline);
    if (!socket)
        return std::unexpected(socket.error());
    const OctetBuffer query = write_query(question, id);
    OctetBuffer framed;
    append_u16(framed, static_cast<std::uint16_t>(query.size()));
    append(framed, query);
    if (const auto sent = send_all(*socket, framed, resolver, deadline); !sent)
        return std::unexpected(sent.error());
    OctetBuffer reply;
    std::array<std::uint8_t, 16384> buffer{};
    while (reply.size() < 2 || reply.size() < 2U + load_u16(reply.data())) {
        if (!ready(socket->number(), POLLIN, deadline))
            return trouble(resolver, ETIMEDOUT);
        const ssize_t count = ::recv(socket->number(), buffer.data(), buffer.size(), 0);
        if (count <= 0)
            return trouble(resolver, count == 0 ? ECONNRESET : errno);
        append(reply, Octets(buffer).first(static_cast<std::size_t>(count)));
    }
    return OctetBuffer(reply.begin() + 2, reply.begin() + 2 + load_u16(reply.data()));
}

/// RDATA for comparing: names in it are the same in any case (RFC 4343 §3), and servers give back the case they were
/// asked in.
std::string comparable(dns::RRType type, Octets rdata)
{
    std::string text = zones::rdata_text(type, rdata);
    using enum dns::RRType;
    for (const dns::RRType of_names : {cname, dname, ns, ptr, mx, soa, srv}) {
        if (type == of_names)
            std::ranges::transform(text, text.begin(), [](char c) {
                return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
            });
    }
    return text;
}

}  // namespace

std::optional<DnsReply> read_reply(Octets message, const dns::Question& question, std::uint16_t id)
{
    const auto view = dns::MessageView::parse(message);
    if (!view || view->header().id != id || !view->header().has(dns::Header::qr))
        return std::nullopt;
    if (view->has_question() && !(view->question() == question))
        return std::nullopt;
    DnsReply reply;
    reply.rcode = view->rcode();
    reply.authentic = view->header().has(dns::Header::ad);
    for (const dns::RrView& record : view->records(dns::Section::answer)) {
        OctetBuffer rdata;
        if (record.type == dns::RRType::rrsig)
            continue;
        const bool sound = view->append_rdata(record, rdata);
        reply.answers.push_back(fmt::format("{} {} {}", view->owner(record).lowercase().to_string(),
                                            dns::type_name(record.type),
                                            sound ? comparable(record.type, rdata) : "(malformed)"));
    }
    std::ranges::sort(reply.answers);
    const auto repeated = std::ranges::unique(reply.answers);
    reply.answers.erase(repeated.begin(), repeated.end());
    return reply;
}

Result<DnsReply> ask_resolver(const Endpoint& resolver, const dns::Question& question, Random& random)
{
    for (unsigned i = 0; i < udp_tries; ++i) {
        const auto octets = ask_udp(resolver, question, random);
        if (!octets)
            return std::unexpected(octets.error());
        if (octets->empty())
            continue;
        if (!is_truncated(*octets))
            return *read_reply(*octets, question, load_u16(octets->data()));
        const auto id = static_cast<std::uint16_t>(random.below(65536));
        const auto whole = ask_tcp(resolver, question, id);
        if (!whole)
            return std::unexpected(whole.error());
        auto reply = read_reply(*whole, question, id);
        if (!reply)
            return failed(fmt::format("{}: what came over TCP is not the response", resolver.to_string()));
        return std::move(*reply);
    }
    return failed(fmt::format("{}: no reply in {} tries", resolver.to_string(), udp_tries));
}

}  // namespace rw::ctl
