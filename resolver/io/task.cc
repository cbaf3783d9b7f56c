// SPDX-License-Identifier: EUPL-1.2
// Ownership of detached tasks.
#include "resolver/io/task.h"

namespace rw::io
{

/// One detached task, in a doubly linked list. As a `Ready` it removes itself once the task has finished.
struct DetachedTasks::Running final : Ready {
    Running(DetachedTasks& owner, Task<void>&& started) : set(owner), task(std::move(started)) {}

    void run() override
    {
        set.forget(*this);
        delete this;
    }

    DetachedTasks& set;
    Task<void> task;
    Running* previous = nullptr;
    Running* next = nullptr;
};

DetachedTasks::~DetachedTasks()
{
    while (first_ != nullptr) {
        Running* running = first_;
        forget(*running);
        delete running;
    }
}

void DetachedTasks::start(Task<void> task)
{
    auto running = std::make_unique<Running>(*this, std::move(task));
    const auto handle = running->task.handle_;
    Frame& frame = handle.promise();
    frame.scheduler_ = &scheduler_;
    Running* entry = running.release();
    entry->next = first_;
    if (first_ != nullptr)
        first_->previous = entry;
    first_ = entry;
    ++running_;
    frame.waiter_ = entry;
    handle.resume();
}

void DetachedTasks::forget(Running& running)
{
    (running.previous != nullptr ? running.previous->next : first_) = running.next;
    if (running.next != nullptr)
        running.next->previous = running.previous;
    --running_;
}

}  // namespace rw::io
