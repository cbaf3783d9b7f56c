// SPDX-License-Identifier: EUPL-1.2
// Joining of identical questions.
#include "resolver/iterate/inflight.h"

#include <algorithm>
#include <cstdint>

namespace rw::iterate
{

namespace
{

/// From so many on the waiters of one question are shared out; with fewer there is room for all.
constexpr std::size_t crowd_from = max_waiters / 4;

void deliver_to(Inflight::Waiter& waiter, const SharedOutcome& outcome)
{
    waiter.home->post([deliver = std::move(waiter.deliver), outcome] { deliver(outcome); });
}

SharedOutcome turned_away()
{
    Outcome outcome;
    outcome.failure = Failure::too_many_waiters;
    return std::make_shared<const Outcome>(std::move(outcome));
}

}  // namespace

Inflight::Joined Inflight::join(const Question& question, Instant now, Waiter waiter,
                                const std::shared_ptr<Resolution>& resolution)
{
    Shard& shard = shard_of(question);
    const std::scoped_lock lock(shard.mutex);
    auto [at, first] = shard.questions.try_emplace(question);
    Entry& entry = at->second;
    if (first) {
        entry.since = now;
        entry.leader = waiter.home;
        entry.first = waiter.claimant;
        entry.resolution = resolution;
        entry.seats.push_back({std::move(waiter), {}});
        return Joined::leads;
    }
    const upstream::Claimant claimant = waiter.claimant;
    if (!seat(entry, std::move(waiter)))
        return Joined::refused;
    if (entry.first != claimant)
        entry.leader->post([led = entry.resolution, claimant] {
            if (const auto still = led.lock())
                still->also_for(claimant);
        });
    return Joined::waits;
}

bool Inflight::seat(Entry& entry, Waiter waiter)
{
    entry.seats.push_back({std::move(waiter), {}});
    if (entry.crowd)
        return share(entry, std::prev(entry.seats.end()));
    if (entry.seats.size() < crowd_from)
        return true;
    entry.crowd = std::make_unique<FairPool>(max_waiters);
    for (auto seated = entry.seats.begin(); seated != entry.seats.end(); ++seated)
        static_cast<void>(share(entry, seated));
    return true;
}

bool Inflight::share(Entry& entry, Seats::iterator seat)
{
    // All wait for the same zone: only the client tells them apart.
    const Party party = upstream::party(seat->waiter.claimant, upstream::ZoneKey{});
    auto place = entry.crowd->claim(party, [&entry, seat] {
        deliver_to(seat->waiter, turned_away());
        entry.seats.erase(seat);
    });
    if (place)
        seat->place = std::move(*place);
    else
        entry.seats.erase(seat);
    return place.has_value();
}

void Inflight::finish(const Question& question, const SharedOutcome& outcome)
{
    Seats seats;
    {
        Shard& shard = shard_of(question);
        const std::scoped_lock lock(shard.mutex);
        const auto at = shard.questions.find(question);
        if (at == shard.questions.end())
            return;
        seats = std::move(at->second.seats);
        shard.questions.erase(at);
    }
    for (Seat& seat : seats)
        deliver_to(seat.waiter, outcome);
}

bool Inflight::contains(const Question& question)
{
    Shard& shard = shard_of(question);
    const std::scoped_lock lock(shard.mutex);
    return shard.questions.contains(question);
}

void Inflight::abandon(const SharedOutcome& outcome)
{
    for (const Waiting& waiting : waiting(SIZE_MAX))
        finish(waiting.question, outcome);
}

std::vector<Inflight::Waiting> Inflight::waiting(std::size_t limit) const
{
    std::vector<Waiting> all;
    for (const Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        for (const auto& [question, entry] : shard.questions)
            all.push_back({question, entry.since, static_cast<std::uint32_t>(entry.seats.size())});
    }
    std::ranges::sort(all, {}, &Waiting::since);
    if (all.size() > limit)
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
    return all;
}

std::size_t Inflight::size() const
{
    std::size_t count = 0;
    for (const Shard& shard : shards_) {
        const std::scoped_lock lock(shard.mutex);
        count += shard.questions.size();
    }
    return count;
}

}  // namespace rw::iterate
