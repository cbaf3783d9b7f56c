// SPDX-License-Identifier: EUPL-1.2
// Queries of one worker that wait for an answer, each with a socket of its own: so many at one server, so many in all.
// One client's budget bounds what one question may cost; this bounds what many questions at once may do to one server,
// and to us when it does not answer (random names below a slow zone). Places are shared out fairly
// (base/fair_pool.h): who fills a limit is who meets it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/upstream/party.h"

namespace rw::upstream
{

/// At a server that answers: 20,000 queries/s of one worker at 100 ms round-trip time, more than a busy resolver sends
/// to any one.
inline constexpr std::uint32_t outstanding_at_server = 2000;
/// At a server that is silent: enough to find that it is back, too few to hold thousands of sockets and clients, or to
/// hammer somebody's dead server.
inline constexpr std::uint32_t outstanding_at_silent_server = 50;

class Outstanding
{
    struct Held;

 public:
    /// Room for one query; given back when destroyed. Must not outlive the Outstanding it came from.
    class Place
    {
     public:
        Place(Place&&) noexcept;
        Place& operator=(Place&&) noexcept;
        ~Place();

        /// The answer is overdue, or nobody needs it any more: among the first to go when room is needed.
        void set_silent();
        /// It is held in the name of `party` from now on.
        void pass_to(const Party& party);

     private:
        friend class Outstanding;
        explicit Place(std::unique_ptr<Held> held);
        std::unique_ptr<Held> held_;
    };

    /// At most `limit` queries in all: this worker's part of what the limit of open files leaves room for.
    Outstanding(const HashKey& key, std::size_t limit);

    [[nodiscard]] const PartyKeys& keys() const { return keys_; }

    enum class Prospect : std::uint8_t {
        hopeful,
        silent,  ///< the server has not answered lately: the query has a place when few wait there, and goes first
    };
    /// Nothing when the server, or all servers together, have as many as they may, and `party` is why. When the place is
    /// taken away `displaced` is called, as base/fair_pool.h says.
    [[nodiscard]] std::optional<Place> claim(const Endpoint& server, const Party& party, Prospect prospect,
                                             FairPool::Displaced displaced);
    [[nodiscard]] std::size_t count() const { return all_.size(); }

 private:
    /// The queries that wait at one server, oldest first.
    struct Server {
        Held* oldest = nullptr;
        Held* newest = nullptr;
        std::uint32_t count = 0;
        std::uint32_t silent = 0;  // of these, claimed with little hope
    };

    [[nodiscard]] static bool make_room(Server& server, const Party& party, Prospect prospect);

    static constexpr std::size_t slots = 8192;  // servers share one by chance: the limit is then stricter

    HashKey key_;
    PartyKeys keys_;
    FairPool all_;
    std::vector<Server> servers_{slots};
};

}  // namespace rw::upstream
