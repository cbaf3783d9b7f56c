// SPDX-License-Identifier: EUPL-1.2
// Joining of identical questions.
#include "resolver/iterate/inflight.h"

#include <algorithm>
#include <cstdint>

namespace rw::iterate
{

Inflight::Joined Inflight::join(const Question& question, io::Inbox& home, Instant now, Deliver deliver)
{
    Shard& shard = shard_of(question);
    const std::scoped_lock lock(shard.mutex);
    auto [at, first] = shard.questions.try_emplace(question);
    if (first)
        at->second.since = now;
    if (at->second.waiters.size() >= max_waiters)
        return Joined::refused;
    at->second.waiters.push_back({&home, std::move(deliver)});
    return first ? Joined::leads : Joined::waits;
}

void Inflight::finish(const Question& question, const SharedOutcome& outcome)
{
    std::vector<Waiter> waiters;
    {
        Shard& shard = shard_of(question);
        const std::scoped_lock lock(shard.mutex);
        const auto at = shard.questions.find(question);
        if (at == shard.questions.end())
            return;
        waiters = std::move(at->second.waiters);
        shard.questions.erase(at);
    }
    for (Waiter& waiter : waiters)
        waiter.home->post([deliver = std::move(waiter.deliver), outcome] { deliver(outcome); });
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
            all.push_back({question, entry.since, static_cast<std::uint32_t>(entry.waiters.size())});
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
