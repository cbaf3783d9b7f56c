// SPDX-License-Identifier: EUPL-1.2
// Joining of identical questions.
#include "resolver/iterate/inflight.h"

namespace rw::iterate
{

Inflight::Joined Inflight::join(const Question& question, io::Inbox& home, Deliver deliver)
{
    Shard& shard = shard_of(question);
    const std::scoped_lock lock(shard.mutex);
    auto [at, first] = shard.questions.try_emplace(question);
    if (at->second.size() >= max_waiters)
        return Joined::refused;
    at->second.push_back({&home, std::move(deliver)});
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
        waiters = std::move(at->second);
        shard.questions.erase(at);
    }
    for (Waiter& waiter : waiters)
        waiter.home->post([deliver = std::move(waiter.deliver), outcome] { deliver(outcome); });
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
