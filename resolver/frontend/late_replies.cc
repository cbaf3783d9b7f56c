// SPDX-License-Identifier: EUPL-1.2
// Replies that leave later.
#include "resolver/frontend/late_replies.h"

#include <algorithm>

namespace rw::frontend
{

bool LateReplies::add(Instant due, Send send)
{
    if (waiting_.size() >= max_late_replies)
        return false;
    waiting_.push_back({due, std::move(send)});
    std::push_heap(waiting_.begin(), waiting_.end());
    arm(scheduler_, waiting_.front().due);
    return true;
}

void LateReplies::expired()
{
    while (!waiting_.empty() && waiting_.front().due <= scheduler_.now()) {
        std::pop_heap(waiting_.begin(), waiting_.end());
        const Late late = std::move(waiting_.back());
        waiting_.pop_back();
        late.send();
    }
    if (!waiting_.empty())
        arm(scheduler_, waiting_.front().due);
}

}  // namespace rw::frontend
