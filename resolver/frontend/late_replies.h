// SPDX-License-Identifier: EUPL-1.2
// Replies whose time to leave has not come yet (client_limits.h, and RFC 8767 §5, say when). Bounded: what does not fit
// is dropped, as the network may; the client asks again and hits the cache.
#pragma once

#include <functional>
#include <vector>

#include "resolver/io/scheduler.h"

namespace rw::frontend
{

/// 8 MB. More than may wait at one worker (max_waiting in serve_later.cc), whose share is fair.
inline constexpr std::size_t max_late_replies = 100'000;

class LateReplies final : public io::Timer
{
 public:
    using Send = std::function<void()>;

    explicit LateReplies(io::Scheduler& scheduler) : scheduler_(scheduler) {}

    /// Calls `send` at `due`. False, and nothing will happen, when too many wait.
    bool add(Instant due, Send send);
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
    struct Late {
        Instant due;
        Send send;
        bool operator<(const Late& other) const { return due > other.due; }  // a heap with the earliest on top
    };
    void expired() override;

    io::Scheduler& scheduler_;
    std::vector<Late> waiting_;
};

}  // namespace rw::frontend
