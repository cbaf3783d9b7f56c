// SPDX-License-Identifier: EUPL-1.2
// Who resumes whom, when, and in which order. The shapes a coroutine may have are in coroutine_canary.cc.
#include "resolver/io/task.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/resolver/io/worker.h"

using namespace std::chrono_literals;
using rw::Instant;
using rw::io::Mailbox;
using rw::io::Scheduler;
using rw::io::SleepUntil;
using rw::io::Task;
using rw::io::Yield;
using rw::test::Counted;
using rw::test::HandClock;
using rw::test::Worker;

TEST_CASE("destroying a task whose wake-up is already in the ready queue takes it out")
{
    struct Shapes {
        static Task<void> reader(Mailbox<int>& mailbox, bool& resumed)
        {
            std::optional<int> value = co_await mailbox.next(Instant::max());
            resumed = value.has_value();
        }
    };
    HandClock clock;
    Scheduler scheduler(clock);
    Mailbox<int> mailbox;
    bool resumed = false;
    {
        rw::test::LooseTasks tasks(scheduler);
        tasks.spawn(Shapes::reader(mailbox, resumed));
        mailbox.put(1);
        CHECK_FALSE(scheduler.idle());
    }
    CHECK(scheduler.idle());
    scheduler.run_ready();
    CHECK_FALSE(resumed);
}

namespace
{

struct Borrower {
    const Instant& when;
};

/// Tasks with parameters of several kinds; none of them runs but `sleep`.
class Sleeper
{
 public:
    explicit Sleeper(Scheduler& scheduler) : tasks_(*this, scheduler) {}

    Task<void> by_value(Instant, std::string, std::vector<int>);
    Task<void> by_shared_pointer(std::shared_ptr<int>);
    Task<void> by_reference(const Instant&);
    Task<void> by_pointer(const Instant*);
    Task<void> by_view(std::string_view);
    Task<void> by_span(std::span<const int>);
    Task<void> by_wrapper(std::reference_wrapper<Instant>);
    Task<void> by_borrower(Borrower);
    static Task<void> by_loose_owner(Sleeper&);

    template <class Work, class... Arguments>
    static constexpr bool takes =
        requires(rw::io::TaskSet<Sleeper> set, Work work, Arguments... arguments) { set.spawn(work, arguments...); };

    void start(Instant until) { tasks_.spawn(&Sleeper::sleep, until); }
    [[nodiscard]] bool busy() const { return tasks_.size() > 0; }

 private:
    Task<void> sleep(Instant until)
    {
        co_await SleepUntil(until);
        ended_ = until;  // memory of the owner's: a task that outlived it would be seen by the sanitizer
    }

    Instant ended_{};
    rw::io::TaskSet<Sleeper> tasks_;
};

}  // namespace

TEST_CASE("a detached task can be given values only: nothing that may end before it does")
{
    CHECK((Sleeper::takes<decltype(&Sleeper::by_value), Instant, const char*, std::vector<int>>));
    CHECK((Sleeper::takes<decltype(&Sleeper::by_shared_pointer), std::shared_ptr<int>>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_reference), Instant>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_pointer), const Instant*>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_view), std::string_view>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_span), std::span<const int>>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_wrapper), std::reference_wrapper<Instant>>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_borrower), Borrower>));
    CHECK_FALSE((Sleeper::takes<decltype(&Sleeper::by_loose_owner), std::reference_wrapper<Sleeper>>));
    CHECK_FALSE_MESSAGE(Sleeper::takes<Task<void>>, "a task that was made elsewhere may hold anything");
}

TEST_CASE("detached tasks end with their owner")
{
    HandClock clock;
    Scheduler scheduler(clock);
    {
        Sleeper sleeper(scheduler);
        sleeper.start(clock.now + 1s);
        CHECK(sleeper.busy());
    }
    CHECK_FALSE(scheduler.next_deadline());
}

TEST_CASE("a waiter goes on in a later step, never on the stack of whoever woke it")
{
    struct Shapes {
        static Task<void> reader(Mailbox<int>& mailbox, std::vector<std::string>& order)
        {
            std::optional<int> value = co_await mailbox.next(Instant::max());
            order.push_back("resumed with " + std::to_string(value.value_or(0)));
        }
    };
    Worker worker;
    Mailbox<int> mailbox;
    std::vector<std::string> order;
    worker.tasks.spawn(Shapes::reader(mailbox, order));
    mailbox.put(5);
    order.emplace_back("put returned");
    worker.scheduler.run_ready();
    CHECK(order == std::vector<std::string>{"put returned", "resumed with 5"});
}

TEST_CASE("a task that yields lets others go first, and the slice ends between two steps")
{
    struct Shapes {
        static Task<void> polite(char name, HandClock& clock, std::string& order)
        {
            for (int step = 0; step < 3; ++step) {
                order += name;
                clock.now += 200us;
                co_await Yield();
            }
        }
    };
    Worker worker;
    std::string order;
    worker.tasks.spawn(Shapes::polite('a', worker.clock, order));
    worker.tasks.spawn(Shapes::polite('b', worker.clock, order));
    CHECK(order == "ab");
    worker.scheduler.run_ready_for(300us);
    CHECK(order == "abab");
    CHECK_FALSE(worker.scheduler.idle());
    worker.scheduler.run_ready_for(0us);
    CHECK(order == "ababa");
    worker.scheduler.run_ready();
    CHECK(order == "ababab");
    CHECK(worker.tasks.size() == 0);
}

TEST_CASE("tasks that wake at the same moment go on in the order in which they began to wait")
{
    struct Shapes {
        static Task<void> sleeper(int number, Instant when, std::vector<int>& order)
        {
            const int mine = number;
            co_await SleepUntil(when);
            order.push_back(mine);
        }
    };
    Worker worker;
    std::vector<int> order;
    const Instant when = worker.in(1s);
    for (int number = 0; number < 50; ++number)
        worker.tasks.spawn(Shapes::sleeper(number, when, order));
    worker.advance(1s);
    REQUIRE(order.size() == 50);
    CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("a mailbox gives the value or, when the deadline passes first, nothing")
{
    struct Shapes {
        static Task<void> reader(Mailbox<Counted>& mailbox, Instant deadline, std::vector<int>& seen)
        {
            std::optional<Counted> first = co_await mailbox.next(deadline);
            seen.push_back(first ? first->value() : -1);
            std::optional<Counted> second = co_await mailbox.next(deadline);
            seen.push_back(second ? second->value() : -1);
        }
    };
    Worker worker;
    const int before = Counted::live;
    Mailbox<Counted> mailbox;
    std::vector<int> seen;
    worker.tasks.spawn(Shapes::reader(mailbox, worker.in(2s), seen));
    worker.advance(1s);
    mailbox.put(Counted(4));
    worker.scheduler.run_ready();
    CHECK(seen == std::vector<int>{4});
    worker.advance(1s);
    CHECK(seen == std::vector<int>{4, -1});
    CHECK(worker.tasks.size() == 0);
    CHECK(worker.scheduler.next_deadline() == std::nullopt);
    CHECK(Counted::live == before);
}

TEST_CASE("values that came before the reader are read in order and at once")
{
    struct Shapes {
        static Task<void> reader(Mailbox<int>& mailbox, std::vector<int>& seen)
        {
            for (int i = 0; i < 3; ++i) {
                std::optional<int> value = co_await mailbox.next(Instant::max());
                seen.push_back(value.value_or(-1));
            }
        }
    };
    Worker worker;
    Mailbox<int> mailbox;
    std::vector<int> seen;
    for (const int value : {1, 2, 3})
        mailbox.put(value);
    worker.tasks.spawn(Shapes::reader(mailbox, seen));
    CHECK(seen == std::vector<int>{1, 2, 3});
}
