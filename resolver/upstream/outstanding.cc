// SPDX-License-Identifier: EUPL-1.2
// Places of queries that wait.
#include "resolver/upstream/outstanding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rw::upstream
{

namespace
{

/// Those who wait longest at a full server that are looked at to find one who may go.
constexpr std::size_t longest_looked_at = 16;

}  // namespace

struct Outstanding::Held {
    Held(Server& at, const Party& holder, Prospect hope, FairPool::Displaced told)
        : server(at), party(holder), prospect(hope), older(at.newest), displaced(std::move(told))
    {
        (older != nullptr ? older->newer : server.oldest) = this;
        server.newest = this;
        ++server.count;
        server.silent += prospect == Prospect::silent ? 1 : 0;
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { leave(); }

    void leave()
    {
        if (left)
            return;
        left = true;
        (older != nullptr ? older->newer : server.oldest) = newer;
        (newer != nullptr ? newer->older : server.newest) = older;
        --server.count;
        server.silent -= prospect == Prospect::silent ? 1 : 0;
    }

    Server& server;
    Party party;
    Prospect prospect;
    FairPool::Place place;
    Held* older;
    Held* newer = nullptr;
    FairPool::Displaced displaced;
    bool left = false;
};

Outstanding::Place::Place(std::unique_ptr<Held> held) : held_(std::move(held)) {}
Outstanding::Place::Place(Place&&) noexcept = default;
Outstanding::Place& Outstanding::Place::operator=(Place&&) noexcept = default;
Outstanding::Place::~Place() = default;

void Outstanding::Place::set_silent()
{
    held_->place.set_silent();
}

void Outstanding::Place::pass_to(const Party& party)
{
    held_->party = party;
    held_->place.pass_to(party);
}

Outstanding::Outstanding(const HashKey& key, std::size_t limit) : key_(key), keys_(key), all_(limit) {}

bool Outstanding::make_room(Server& server, const Party& party, Prospect prospect)
{
    const bool silent = prospect == Prospect::silent;
    if (silent ? server.silent < outstanding_at_silent_server : server.count < outstanding_at_server)
        return true;
    // Nobody takes the place of his own earlier query: that would make the limit a mere delay.
    Held* stranger = nullptr;
    Held* longest = server.oldest;
    for (std::size_t i = 0; i < longest_looked_at && longest != nullptr; ++i, longest = longest->newer) {
        const bool other = longest->party.key != party.key;
        if (other && longest->place.is_silent()) {
            stranger = longest;
            break;
        }
        if (other && !silent && stranger == nullptr)
            stranger = longest;
    }
    if (stranger != nullptr)
        stranger->place.displace();
    return stranger != nullptr;
}

std::optional<Outstanding::Place> Outstanding::claim(const Endpoint& server, const Party& party, Prospect prospect,
                                                     FairPool::Displaced displaced)
{
    std::array<std::uint8_t, 18> where{};
    std::ranges::copy(server.address.octets(), where.begin());
    store_u16(&where[16], server.port);
    Server& at = servers_[siphash(key_, where) % slots];
    if (!make_room(at, party, prospect))
        return std::nullopt;
    auto held = std::make_unique<Held>(at, party, prospect, std::move(displaced));
    auto place = all_.claim(party, [taken = held.get()] {
        taken->leave();
        taken->displaced();
    });
    if (!place)
        return std::nullopt;
    held->place = std::move(*place);
    if (prospect == Prospect::silent)
        held->place.set_silent();
    return Place(std::move(held));
}

}  // namespace rw::upstream
