// SPDX-License-Identifier: EUPL-1.2
// Who resumes whom, when, and in which order. The shapes a coroutine may have are in coroutine_canary.cc.
#include "resolver/io/task.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/resolver/io/worker.h"

using namespace std::chrono_literals;
using rw::Instant;
using rw::io::Mailbox;
using rw::io::Scheduler;
using rw::io::SleepUntil;
using rw::io::Task;
using rw::io::TaskSet;
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
        TaskSet tasks(scheduler);
        tasks.spawn(Shapes::reader(mailbox, resumed));
        mailbox.put(1);
        CHECK_FALSE(scheduler.idle());
    }
    CHECK(scheduler.idle());
    scheduler.run_ready();
    CHECK_FALSE(resumed);
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
