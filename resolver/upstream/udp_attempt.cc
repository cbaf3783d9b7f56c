// SPDX-License-Identifier: EUPL-1.2
// One query by UDP.

#include "resolver/base/room.h"
#include "resolver/upstream/attempt.h"

namespace rw::upstream
{

namespace
{

Happened happened_by(Match match)
{
    switch (match) {
        case Match::response:
        case Match::cut_short:
            return Happened::response;
        case Match::bare_error:
            return Happened::bare_error;
        case Match::wrong_case:
            return Happened::wrong_case;
        case Match::malformed:
            return Happened::malformed;
        case Match::not_a_response:
        case Match::wrong_id:
        case Match::wrong_question:
            break;
    }
    return Happened::near_miss;
}

class UdpAttempt final : public Attempt, public io::DatagramReceiver
{
 public:
    UdpAttempt(const QueryForm& form, std::uint16_t id, std::uint32_t number, AttemptMailbox& mailbox)
        : form_(form), mailbox_(mailbox), number_(number), id_(id)
    {
    }

    bool start(io::Network& network, const Endpoint& server)
    {
        socket_ = network.open_datagram(server, *this);
        Room<std::uint8_t, max_query_octets> buffer;
        return socket_ && socket_->send(write_query(form_, id_, buffer));
    }

    void received(Octets octets) override
    {
        // After the first event the attempt is settled: what follows on the socket is duplicates or guesses.
        if (settled_)
            return;
        settled_ = true;
        const Match match = upstream::match(form_, id_, octets);
        const Happened happened = happened_by(match);
        OctetBuffer message;
        if (match == Match::cut_short)
            message = without_records(octets);
        else if (happened == Happened::response)
            message.assign(octets.begin(), octets.end());
        mailbox_.put({number_, happened, std::move(message), bare_error(octets).value_or(Rcode::noerror)});
    }

    void unreachable() override
    {
        if (settled_)
            return;
        settled_ = true;
        mailbox_.put({number_, Happened::unreachable, {}, Rcode::noerror});
    }

 private:
    QueryForm form_;
    AttemptMailbox& mailbox_;
    std::unique_ptr<io::DatagramSocket> socket_;
    std::uint32_t number_;
    std::uint16_t id_;
    bool settled_ = false;
};

}  // namespace

std::unique_ptr<Attempt> start_udp(io::Network& network, Random& random, const Endpoint& server, const QueryForm& form,
                                   std::uint32_t number, AttemptMailbox& mailbox)
{
    auto attempt = std::make_unique<UdpAttempt>(form, random.u16(), number, mailbox);
    if (!attempt->start(network, server))
        return nullptr;
    return attempt;
}

}  // namespace rw::upstream
