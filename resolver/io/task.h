// SPDX-License-Identifier: EUPL-1.2
// Coroutines as a thin sequencing shell over pure functions, on the miss path only. Rules, checked by a lint and
// exercised by a canary test, because compilers have got every other shape wrong:
//   1. `co_await` stands alone: `co_await x;`, `T name = co_await x;`, `name = co_await x;`, `co_return co_await x;`.
//      Never in a condition, an argument, an initialiser list or a structured binding.
//   2. Arguments of an awaited call are named objects or std::move(named); never a temporary aggregate.
//   3. No coroutine lambdas. Reference parameters only where the caller awaits at once; a detached task takes values
//   (or
//      references to what outlives the worker) and is owned by a TaskSet.
//   4. No exception crosses an await: results are std::expected; an escaping exception aborts.
//   5. A finished task resumes its waiter through the scheduler's ready queue, never directly.
//   6. No handle of the event loop lives in a frame; awaiters are intrusive nodes that unlink themselves when
//   destroyed, so
//      destroying a task cancels it.
#pragma once

#include <coroutine>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "resolver/io/scheduler.h"

namespace rw::io
{

template <class T>
class Task;

/// What every coroutine frame has in common. As a `Ready` it resumes its coroutine.
class Frame : public Ready
{
 public:
    [[nodiscard]] Scheduler& scheduler() const { return *scheduler_; }
    /// Lets the coroutine go on in a later step of this turn.
    void wake() { scheduler_->post(*this); }

    void unhandled_exception() noexcept { std::abort(); }
    std::suspend_always initial_suspend() noexcept { return {}; }

    struct Finish {
        Frame& frame;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<>) const noexcept { frame.finished(); }
        void await_resume() const noexcept {}
    };
    Finish final_suspend() noexcept { return {*this}; }

 private:
    template <class T>
    friend class Task;
    friend class TaskSet;

    void run() override { self_.resume(); }
    void finished() noexcept
    {
        if (waiter_ != nullptr)
            scheduler_->post(*waiter_);
    }

    std::coroutine_handle<> self_;
    Scheduler* scheduler_ = nullptr;
    Ready* waiter_ = nullptr;  // the awaiting frame, or the TaskSet's entry
};

/// A coroutine that starts when awaited (or given to a TaskSet) and ends with its object.
template <class T = void>
class [[nodiscard]] Task
{
 public:
    struct promise_type;
    using Handle = std::coroutine_handle<promise_type>;

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Task()
    {
        if (handle_)
            handle_.destroy();
    }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    /// Starts the child; false when it finished without waiting, so that the parent goes on at once.
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> parent)
    {
        Frame& frame = handle_.promise();
        frame.scheduler_ = parent.promise().scheduler_;
        handle_.resume();
        if (handle_.done())
            return false;
        frame.waiter_ = &parent.promise();
        return true;
    }
    T await_resume() { return handle_.promise().take(); }

 private:
    friend class TaskSet;
    explicit Task(Handle handle) : handle_(handle) {}
    Handle handle_;
};

template <class T>
struct Task<T>::promise_type : Frame {
    Task get_return_object()
    {
        const Handle handle = Handle::from_promise(*this);
        self_ = handle;
        return Task(handle);
    }
    void return_value(T value) { value_.emplace(std::move(value)); }
    T take() { return std::move(*value_); }

    std::optional<T> value_;
};

template <>
struct Task<void>::promise_type : Frame {
    Task get_return_object()
    {
        const Handle handle = Handle::from_promise(*this);
        self_ = handle;
        return Task(handle);
    }
    void return_void() noexcept {}
    void take() noexcept {}
};

/// Owns detached tasks. Destroying the set cancels those that have not finished.
class TaskSet
{
 public:
    explicit TaskSet(Scheduler& scheduler) : scheduler_(scheduler) {}
    TaskSet(const TaskSet&) = delete;
    TaskSet& operator=(const TaskSet&) = delete;
    ~TaskSet();

    /// Runs `task` up to its first wait.
    void spawn(Task<void> task);
    [[nodiscard]] std::size_t size() const { return running_; }

 private:
    struct Running;
    void forget(Running& running);

    Scheduler& scheduler_;
    Running* first_ = nullptr;
    std::size_t running_ = 0;
};

/// Awaitable: lets everything go first that stands in the ready queue, and the loop look at its sockets when the slice
/// is over. For work that others should not have to wait for.
struct Yield {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const
    {
        Frame& frame = parent.promise();
        frame.wake();
    }
    void await_resume() const noexcept {}
};

/// Awaitable: resumes at `deadline`.
class SleepUntil final : public Timer
{
 public:
    explicit SleepUntil(Instant deadline) : deadline_(deadline) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent)
    {
        frame_ = &parent.promise();
        arm(frame_->scheduler(), deadline_);
    }
    void await_resume() const noexcept {}

 private:
    void expired() override { frame_->wake(); }
    Instant deadline_;
    Frame* frame_ = nullptr;
};

/// A queue with one reader. Whoever produces calls put(), from callbacks too; the coroutine awaits next().
template <class T>
class Mailbox
{
 public:
    Mailbox() = default;
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void put(T value)
    {
        values_.push_back(std::move(value));
        if (reader_ != nullptr)
            reader_->arrived();
    }
    [[nodiscard]] bool empty() const { return values_.empty(); }

    class Next final : public Timer
    {
     public:
        Next(Mailbox& mailbox, Instant deadline) : mailbox_(mailbox), deadline_(deadline) {}
        ~Next() override { mailbox_.reader_ = nullptr; }
        [[nodiscard]] bool await_ready() const noexcept { return !mailbox_.empty(); }
        template <class Parent>
        void await_suspend(std::coroutine_handle<Parent> parent)
        {
            frame_ = &parent.promise();
            mailbox_.reader_ = this;
            if (deadline_ != Instant::max())
                arm(frame_->scheduler(), deadline_);
        }
        std::optional<T> await_resume()
        {
            if (mailbox_.empty())
                return std::nullopt;
            T value = std::move(mailbox_.values_.front());
            mailbox_.values_.erase(mailbox_.values_.begin());
            return value;
        }

     private:
        friend class Mailbox;
        void arrived()
        {
            disarm();
            frame_->wake();
        }
        void expired() override { frame_->wake(); }
        Mailbox& mailbox_;
        Instant deadline_;
        Frame* frame_ = nullptr;
    };

    /// The next value, or nothing when `deadline` passes first. At most one reader at a time.
    [[nodiscard]] Next next(Instant deadline) { return Next(*this, deadline); }

 private:
    std::vector<T> values_;
    Next* reader_ = nullptr;
};

}  // namespace rw::io
