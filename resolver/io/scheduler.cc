// SPDX-License-Identifier: EUPL-1.2
// Ready queue (an intrusive ring) and timers (a binary heap).
#include "resolver/io/scheduler.h"

namespace rw::io
{

void Ready::unlink()
{
    if (next_ == nullptr)
        return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
}

void Timer::arm(Scheduler& scheduler, Instant deadline)
{
    disarm();
    scheduler_ = &scheduler;
    scheduler.add(*this, deadline);
}

void Timer::disarm()
{
    if (scheduler_ == nullptr)
        return;
    scheduler_->remove(heap_index_);
    scheduler_ = nullptr;
}

Scheduler::Scheduler(const Clock& clock) : clock_(clock), now_(clock.monotonic())
{
    queue_.next_ = queue_.previous_ = &queue_;
}

Scheduler::~Scheduler()
{
    while (!idle())
        queue_.next_->unlink();
    for (const Armed& armed : heap_)
        armed.timer->scheduler_ = nullptr;
    queue_.next_ = queue_.previous_ = nullptr;
}

void Scheduler::post(Ready& ready)
{
    if (ready.next_ != nullptr)
        return;
    ready.previous_ = queue_.previous_;
    ready.next_ = &queue_;
    queue_.previous_->next_ = &ready;
    queue_.previous_ = &ready;
}

void Scheduler::run_first()
{
    Ready& first = *queue_.next_;
    first.unlink();
    first.run();
}

void Scheduler::run_ready()
{
    while (!idle())
        run_first();
}

void Scheduler::run_ready_for(Duration slice)
{
    const Instant end = clock_.monotonic() + slice;
    while (!idle()) {
        run_first();
        if (clock_.monotonic() >= end)
            break;
    }
}

void Scheduler::fire_timers()
{
    while (!heap_.empty() && heap_.front().deadline <= now_) {
        Timer& timer = *heap_.front().timer;
        timer.disarm();
        timer.expired();
    }
}

std::optional<Instant> Scheduler::next_deadline() const
{
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().deadline);
}

void Scheduler::add(Timer& timer, Instant deadline)
{
    heap_.push_back({deadline, armed_count_++, &timer});
    timer.heap_index_ = heap_.size() - 1;
    sift_up(heap_.size() - 1);
}

void Scheduler::remove(std::size_t index)
{
    const Armed last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size())
        return;
    place(index, last);
    sift_up(index);
    sift_down(last.timer->heap_index_);
}

void Scheduler::place(std::size_t index, const Armed& armed)
{
    heap_[index] = armed;
    armed.timer->heap_index_ = index;
}

void Scheduler::sift_up(std::size_t index)
{
    const Armed moved = heap_[index];
    while (index > 0 && moved < heap_[(index - 1) / 2]) {
        place(index, heap_[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    place(index, moved);
}

void Scheduler::sift_down(std::size_t index)
{
    const Armed moved = heap_[index];
    while (true) {
        std::size_t child = 2 * index + 1;
        if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child])
            ++child;
        if (child >= heap_.size() || !(heap_[child] < moved))
            break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, moved);
}

}  // namespace rw::io
