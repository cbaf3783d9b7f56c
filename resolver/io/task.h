// SPDX-License-Identifier: EUPL-1.2
// Coroutines as a thin sequencing shell over pure functions, on the miss path only. Rules, checked by a lint and
// exercised by a canary test, because compilers have got every other shape wrong:
//   1. `co_await` stands alone: `co_await x;`, `T name = co_await x;`, `name = co_await x;`, `co_return co_await x;`.
//      Never in a condition, an argument, an initialiser list or a structured binding.
//   2. Arguments of an awaited call are named objects or std::move(named); never a temporary aggregate.
//   3. No coroutine lambdas. Reference parameters only where the caller awaits at once. A detached task takes values
//      and the owner of the TaskSet that runs it: nothing that may end before the task does.
//   4. No exception crosses an await: results are std::expected; an escaping exception aborts.
//   5. A finished task resumes its waiter through the scheduler's ready queue, never directly.
//   6. No handle of the event loop lives in a frame; awaiters are intrusive nodes that unlink themselves when
//      destroyed, so destroying a task cancels it.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "resolver/io/frame_memory.h"
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

    static void* operator new(std::size_t octets) { return take_frame(octets); }
    static void operator delete(void* frame, std::size_t octets) noexcept { give_frame(frame, octets); }

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
    friend class DetachedTasks;

    void run() override { self_.resume(); }
    void finished() noexcept
    {
        if (waiter_ != nullptr)
            scheduler_->post(*waiter_);
    }

    std::coroutine_handle<> self_;
    Scheduler* scheduler_ = nullptr;
    Ready* waiter_ = nullptr;  // the awaiting frame, or the entry of a detached task
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
    friend class DetachedTasks;
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

/// The running tasks of a TaskSet, which is what is used. Destroying it cancels those that have not finished.
class DetachedTasks
{
 public:
    DetachedTasks(const DetachedTasks&) = delete;
    DetachedTasks& operator=(const DetachedTasks&) = delete;

    [[nodiscard]] std::size_t size() const { return running_; }

 protected:
    explicit DetachedTasks(Scheduler& scheduler) : scheduler_(scheduler) {}
    ~DetachedTasks();

    /// Runs `task` up to its first wait.
    void start(Task<void> task);

 private:
    struct Running;
    void forget(Running& running);

    Scheduler& scheduler_;
    Running* first_ = nullptr;
    std::size_t running_ = 0;
};

template <class T>
inline constexpr bool is_reference_wrapper = false;
template <class T>
inline constexpr bool is_reference_wrapper<std::reference_wrapper<T>> = true;

/// What a detached task may be given: a value that is all its own. A reference, a pointer, a view, or a class with a
/// reference in it (which cannot be assigned) may be of something that ends before the task does.
template <class T>
concept OwnValue = std::is_object_v<T> && !std::is_pointer_v<T> && std::movable<T> && !std::ranges::view<T> &&
                   !is_reference_wrapper<T>;

/// The detached tasks of `Owner`, which has the set as its last data member: the tasks end before anything that they
/// use of their owner does. The lint on coroutine rules looks at the place; the types see to the rest.
template <class Owner>
class TaskSet final : public DetachedTasks
{
 public:
    TaskSet(Owner& owner, Scheduler& scheduler) : DetachedTasks(scheduler), owner_(owner) {}

    /// Runs `work` of the owner with `arguments` up to its first wait.
    template <OwnValue... Parameters, class... Arguments>
    void spawn(Task<void> (Owner::*work)(Parameters...), Arguments&&... arguments)
    {
        start((owner_.*work)(std::forward<Arguments>(arguments)...));
    }

 private:
    Owner& owner_;
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
