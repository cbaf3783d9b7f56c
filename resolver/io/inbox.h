// SPDX-License-Identifier: EUPL-1.2
// How another thread hands work to a worker: a bounded-latency queue behind a short mutex, and a wake-up of the
// worker's driver. The only thing of a worker that other threads may touch.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace rw::io
{

class Inbox
{
 public:
    using Work = std::function<void()>;

    virtual ~Inbox() = default;

    /// From any thread: `work` runs on the worker's thread in one of its next turns.
    void post(Work work)
    {
        bool first = false;
        {
            const std::scoped_lock lock(mutex_);
            first = queue_.empty();
            queue_.push_back(std::move(work));
        }
        if (first)
            wake();
    }

 protected:
    /// On the worker's thread: runs what has been posted.
    void drain()
    {
        std::vector<Work> work;
        {
            const std::scoped_lock lock(mutex_);
            work.swap(queue_);
        }
        for (Work& item : work)
            item();
    }

 private:
    virtual void wake() = 0;

    std::mutex mutex_;
    std::vector<Work> queue_;
};

}  // namespace rw::io
