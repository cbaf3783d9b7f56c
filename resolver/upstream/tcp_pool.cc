// SPDX-License-Identifier: EUPL-1.2
// Pooled connections to name servers.
#include "resolver/upstream/tcp_pool.h"

#include <algorithm>
#include <map>
#include <utility>

#include "resolver/base/room.h"

namespace rw::upstream
{

namespace
{

/// A response may come in so many pieces, and in one more for each so many octets. A segment carries 536 octets at least
/// (RFC 9293 §3.7.1), and a server that writes length, header and records one by one needs a handful. Attack: one octet
/// at a time, each of which wakes us up.
constexpr std::size_t small_pieces = 16;
constexpr std::size_t octets_per_piece = 256;
/// Messages nobody waits for that a connection may bring, beside one for each query whose asker has gone on: some servers
/// answer twice.
constexpr std::size_t strays = 16;

}  // namespace

/// One connection and the attempts waiting on it. As a Timer it closes itself when idle. It leaves the pool as soon as
/// it is closed; attempts keep it alive until they are gone themselves.
class TcpPool::Connection final : public io::StreamReceiver, public io::Timer
{
 public:
    Connection(TcpPool& pool, const Endpoint& server) : pool_(pool), server_(server) {}

    bool start(const Party& party)
    {
        auto place = pool_.places_.claim(party, [this] { end(Happened::displaced); });
        if (!place)
            return false;
        place_ = std::move(*place);
        party_ = party;
        stream_ = pool_.network_.connect(server_, *this);
        return stream_ != nullptr;
    }
    /// A query of `party` goes over it as well: it is theirs when they hold fewer.
    void share_with(const Party& party)
    {
        const FairPool& places = pool_.places_;
        if (party.key == party_.key || places.held_by(party) >= places.held_by(party_))
            return;
        party_ = party;
        place_.pass_to(party);
    }

    [[nodiscard]] bool has_room() const { return !closed_ && waiting_.size() < max_pipelined; }
    [[nodiscard]] bool idle() const { return waiting_.empty(); }
    [[nodiscard]] const Endpoint& server() const { return server_; }

    void add(TcpAttempt& attempt);
    void remove(const TcpAttempt& attempt);
    /// A firewall that has forgotten a connection says nothing: when a query on it stays without answer, new ones take
    /// another.
    void doubt(const TcpAttempt& attempt);
    /// The answer should have been there by now.
    void overdue(const TcpAttempt& attempt)
    {
        if (is_waiting(attempt))
            place_.set_silent();
        doubt(attempt);
    }

    void connected() override
    {
        connected_ = true;
        if (!unsent_.empty())
            stream_->send(unsent_);
        unsent_.clear();
    }
    void received(Octets octets) override;
    void closed() override { end(connected_ ? Happened::closed : Happened::unreachable); }

 private:
    void expired() override { closed(); }
    void end(Happened happened);
    [[nodiscard]] bool drips() const;
    [[nodiscard]] bool is_waiting(const TcpAttempt& attempt) const;
    void deliver(Octets message);
    [[nodiscard]] std::uint16_t unused_id() const;

    TcpPool& pool_;
    Endpoint server_;
    std::unique_ptr<io::Stream> stream_;
    std::map<std::uint16_t, TcpAttempt*> waiting_;  // by id
    OctetBuffer unsent_;                            // queries that wait for the connection
    OctetBuffer incoming_;                          // part of a response
    std::size_t pieces_ = 0;                        // that it came in
    std::size_t strays_left_ = strays;              // messages nobody waits for that may still come
    FairPool::Place place_;
    Party party_;
    bool connected_ = false;
    bool closed_ = false;
};

class TcpPool::TcpAttempt final : public Attempt
{
 public:
    TcpAttempt(std::shared_ptr<Connection> connection, const QueryForm& form, std::uint32_t number,
               AttemptMailbox& mailbox)
        : connection_(std::move(connection)), form_(form), mailbox_(mailbox), number_(number)
    {
        connection_->add(*this);
    }
    ~TcpAttempt() override { connection_->remove(*this); }
    void overdue() override { connection_->overdue(*this); }

    void report(Happened happened, Octets message = {})
    {
        mailbox_.put({number_, happened, OctetBuffer(message.begin(), message.end()), Rcode::noerror});
    }
    void report(Rcode bare_error) { mailbox_.put({number_, Happened::bare_error, {}, bare_error}); }
    [[nodiscard]] const QueryForm& form() const { return form_; }
    std::uint16_t id = 0;

 private:
    std::shared_ptr<Connection> connection_;
    QueryForm form_;
    AttemptMailbox& mailbox_;
    std::uint32_t number_;
};

std::uint16_t TcpPool::Connection::unused_id() const
{
    while (true) {
        const std::uint16_t id = pool_.random_.u16();
        if (!waiting_.contains(id))
            return id;
    }
}

void TcpPool::Connection::add(TcpAttempt& attempt)
{
    disarm();
    attempt.id = unused_id();
    waiting_.emplace(attempt.id, &attempt);
    Room<std::uint8_t, max_query_octets> buffer;
    const Octets query = write_query(attempt.form(), attempt.id, buffer);
    OctetBuffer framed;
    append_u16(framed, static_cast<std::uint16_t>(query.size()));
    append(framed, query);
    if (connected_)
        stream_->send(framed);
    else
        append(unsent_, framed);
}

bool TcpPool::Connection::is_waiting(const TcpAttempt& attempt) const
{
    const auto at = waiting_.find(attempt.id);
    return at != waiting_.end() && at->second == &attempt;
}

void TcpPool::Connection::doubt(const TcpAttempt& attempt)
{
    if (is_waiting(attempt))
        pool_.forget(*this);
}

void TcpPool::Connection::remove(const TcpAttempt& attempt)
{
    doubt(attempt);
    if (is_waiting(attempt)) {
        waiting_.erase(attempt.id);
        ++strays_left_;
    }
    if (waiting_.empty() && !closed_)
        arm(pool_.scheduler_, pool_.scheduler_.now() + connection_idle);
}

bool TcpPool::Connection::drips() const
{
    return pieces_ > small_pieces + incoming_.size() / octets_per_piece;
}

void TcpPool::Connection::received(Octets octets)
{
    append(incoming_, octets);
    ++pieces_;
    std::size_t at = 0;
    while (!closed_ && incoming_.size() - at >= 2) {
        const std::size_t size = load_u16(&incoming_[at]);
        if (incoming_.size() - at - 2 < size)
            break;
        pieces_ = 0;
        deliver(Octets(incoming_).subspan(at + 2, size));
        at += 2 + size;
    }
    incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(at));
    if (!closed_ && drips())
        end(Happened::malformed);
}

void TcpPool::Connection::deliver(Octets message)
{
    if (message.size() < dns::header_octets)
        return;
    const auto at = waiting_.find(load_u16(message.data()));
    if (at == waiting_.end()) {
        // Its asker has gone on. Attack: messages that nobody asked for, as fast as the line carries them.
        if (strays_left_ == 0)
            end(Happened::malformed);
        else
            --strays_left_;
        return;
    }
    TcpAttempt& attempt = *at->second;
    waiting_.erase(at);
    place_.set_hopeful();
    switch (match(attempt.form(), attempt.id, message)) {
        case Match::response:
            attempt.report(Happened::response, message);
            break;
        case Match::wrong_case:  // case adds nothing to a connection's three-way handshake
            attempt.report(Happened::wrong_case, message);
            break;
        case Match::bare_error:
            attempt.report(*bare_error(message));
            break;
        case Match::cut_short:  // there is nothing longer to ask for
        case Match::malformed:
            attempt.report(Happened::malformed);
            break;
        case Match::not_a_response:
        case Match::wrong_id:
        case Match::wrong_question:
            attempt.report(Happened::near_miss);
            break;
    }
}

void TcpPool::Connection::end(Happened happened)
{
    closed_ = true;
    disarm();
    place_.release();
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& [id, attempt] : waiting)
        attempt->report(happened);
    pool_.forget(*this);
}

TcpPool::TcpPool(io::Network& network, io::Scheduler& scheduler, Random& random, const HashKey& key)
    : network_(network), scheduler_(scheduler), random_(random), connections_(key)
{
}

TcpPool::~TcpPool() = default;

bool TcpPool::make_room(const Endpoint& server, const Party& party)
{
    const auto at = connections_.find(server);
    if (places_.size() < places_.capacity() || (at != connections_.end() && at->second->has_room()))
        return true;
    const auto idle = std::ranges::find_if(connections_, [](const auto& row) { return row.second->idle(); });
    if (idle == connections_.end())
        return places_.make_room(party);
    idle->second->closed();
    return true;
}

std::shared_ptr<TcpPool::Connection> TcpPool::connect(const Endpoint& server, const Party& party)
{
    auto connection = std::make_shared<Connection>(*this, server);
    return connection->start(party) ? connection : nullptr;
}

std::shared_ptr<TcpPool::Connection> TcpPool::connection_to(const Endpoint& server, const Party& party)
{
    const auto at = connections_.find(server);
    if (at != connections_.end() && at->second->has_room()) {
        at->second->share_with(party);
        return at->second;
    }
    auto connection = connect(server, party);
    // A full connection leaves the pool and lives as long as its attempts do.
    if (connection)
        connections_.insert_or_assign(server, connection);
    return connection;
}

std::unique_ptr<Attempt> TcpPool::start(const Endpoint& server, const Party& party, const QueryForm& form,
                                        std::uint32_t number, AttemptMailbox& mailbox, Sharing sharing)
{
    if (!make_room(server, party))
        return nullptr;
    auto connection = sharing == Sharing::alone ? connect(server, party) : connection_to(server, party);
    if (!connection)
        return nullptr;
    return std::make_unique<TcpAttempt>(std::move(connection), form, number, mailbox);
}

void TcpPool::forget(const Connection& connection)
{
    const auto at = connections_.find(connection.server());
    if (at == connections_.end() || at->second.get() != &connection)
        return;
    closed_.connections.push_back(std::move(at->second));
    connections_.erase(at);
    scheduler_.post(closed_);
}

}  // namespace rw::upstream
