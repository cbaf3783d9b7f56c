// SPDX-License-Identifier: EUPL-1.2
// Canary for the coroutine rules of resolver/io/task.h: every allowed shape once, with counts of live objects, because
// compilers have lost function bodies, destroyed arguments twice and overflowed the stack on others. Built twice, at
// -O0 and at -O2. When a compiler breaks one of these, a rule or the compiler has to change; the resolver must not run
// on it.
#include <doctest/doctest.h>

#include <expected>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "resolver/io/task.h"
#include "tests/unit/resolver/io/worker.h"

using namespace std::chrono_literals;
using rw::Instant;
using rw::io::Mailbox;
using rw::io::Scheduler;
using rw::io::SleepUntil;
using rw::io::Task;
using rw::test::Counted;
using rw::test::HandClock;
using rw::test::Worker;

namespace
{

using Outcome = std::expected<Counted, std::string>;
using Either = std::variant<Counted, std::string>;

Task<Counted> at_once(Counted argument)
{
    Counted local(argument.value() + 1);
    co_return local;
}

Task<Counted> later(Counted argument, Instant when)
{
    Counted local(argument.value() + 1);
    co_await SleepUntil(when);
    co_return local;
}

Task<Outcome> outcome(Counted argument, Instant when)
{
    co_await SleepUntil(when);
    if (argument.value() < 0)
        co_return std::unexpected("negative");
    co_return argument;
}

Task<Either> either(const Counted& argument, Instant when)
{
    co_await SleepUntil(when);
    if (argument.value() < 0)
        co_return Either("negative");
    co_return Either(argument);
}

Task<std::unique_ptr<Counted>> owned(std::unique_ptr<Counted> argument, Instant when)
{
    co_await SleepUntil(when);
    co_return argument;
}

Task<std::optional<Counted>> optional(const Counted& argument, Instant when)
{
    co_await SleepUntil(when);
    if (argument.value() == 0)
        co_return std::nullopt;
    co_return argument;
}

}  // namespace

TEST_CASE("a statement, an initialiser, an assignment and a return can await")
{
    struct Shapes {
        static Task<Counted> returned(Counted argument, Instant when)
        {
            co_return co_await later(std::move(argument), when);
        }
        static Task<void> all(Worker& worker, std::vector<int>& seen)
        {
            const Counted one(1);
            const Instant soon = worker.in(1s);
            co_await later(one, soon);
            Counted first = co_await later(one, soon);
            seen.push_back(first.value());
            first = co_await at_once(first);
            seen.push_back(first.value());
            Counted second = co_await returned(first, soon);
            seen.push_back(second.value());
            co_return co_await nothing(seen);
        }
        static Task<void> nothing(std::vector<int>& seen)
        {
            const int last = 9;
            seen.push_back(last);
            co_return;
        }
    };
    Worker worker;
    std::vector<int> seen;
    worker.run(Shapes::all(worker, seen));
    CHECK(seen == std::vector<int>{2, 3, 4, 9});
}

TEST_CASE("arguments that are moved arrive once and are destroyed once")
{
    struct Shapes {
        static Task<void> all(Worker& worker, int& seen)
        {
            auto box = std::make_unique<Counted>(7);
            const Instant soon = worker.in(1s);
            std::unique_ptr<Counted> back = co_await owned(std::move(box), soon);
            Counted argument(back->value());
            Counted result = co_await later(std::move(argument), soon);
            seen = result.value();
        }
    };
    Worker worker;
    int seen = 0;
    worker.run(Shapes::all(worker, seen));
    CHECK(seen == 8);
}

TEST_CASE("expected, variant, optional and unique_ptr come out of tasks, good and bad")
{
    struct Shapes {
        static Task<void> all(Worker& worker, std::vector<std::string>& seen)
        {
            const Counted good(1);
            const Counted bad(-1);
            const Counted zero(0);
            const Instant soon = worker.in(1s);
            Outcome a = co_await outcome(good, soon);
            seen.push_back(a ? "value" : a.error());
            a = co_await outcome(bad, soon);
            seen.push_back(a ? "value" : a.error());
            Either b = co_await either(good, soon);
            seen.push_back(b.index() == 0 ? "value" : std::get<1>(b));
            b = co_await either(bad, soon);
            seen.push_back(b.index() == 0 ? "value" : std::get<1>(b));
            std::optional<Counted> c = co_await optional(good, soon);
            seen.emplace_back(c ? "value" : "none");
            c = co_await optional(zero, soon);
            seen.emplace_back(c ? "value" : "none");
        }
    };
    Worker worker;
    std::vector<std::string> seen;
    worker.run(Shapes::all(worker, seen));
    CHECK(seen == std::vector<std::string>{"value", "negative", "value", "negative", "value", "none"});
}

TEST_CASE("loops, switches and early returns around awaits keep their locals")
{
    struct Shapes {
        static Task<Counted> walk(Worker& worker, int until)
        {
            Counted sum(0);
            for (int step = 0; step < 10; ++step) {
                const Counted argument(step);
                Counted next = co_await later(argument, worker.in(1s));
                switch (next.value()) {
                    case 3:
                        continue;  // the step with argument 2 does not count
                    default:
                        sum = Counted(sum.value() + next.value());
                        break;
                }
                if (step == until)
                    co_return sum;
            }
            co_return Counted(-1);
        }
        static Task<void> all(Worker& worker, std::vector<int>& seen)
        {
            Counted early = co_await walk(worker, 4);
            seen.push_back(early.value());
            Counted never = co_await walk(worker, 2);
            seen.push_back(never.value());
        }
    };
    Worker worker;
    std::vector<int> seen;
    worker.run(Shapes::all(worker, seen));
    CHECK(seen == std::vector<int>{1 + 2 + 4 + 5, -1});
}

TEST_CASE("a task without locals runs its body")
{
    // g++ 12 lost the body of such functions when the await stood in a condition.
    struct Shapes {
        static Task<bool> asked(Instant when)
        {
            co_await SleepUntil(when);
            co_return true;
        }
        static Task<void> all(Instant when, int& seen)
        {
            const bool yes = co_await asked(when);
            seen = yes ? 1 : 2;
        }
    };
    Worker worker;
    int seen = 0;
    worker.run(Shapes::all(worker.in(1s), seen));
    CHECK(seen == 1);
}

TEST_CASE("two million awaits that finish at once do not use up the stack")
{
    struct Shapes {
        static Task<int> one()
        {
            const int value = 1;
            co_return value;
        }
        static Task<void> all(int& sum)
        {
            for (int i = 0; i < 2'000'000; ++i) {
                const int value = co_await one();
                sum += value;
            }
        }
    };
    Worker worker;
    int sum = 0;
    worker.run(Shapes::all(sum));
    CHECK(sum == 2'000'000);
}

TEST_CASE("a hundred thousand awaits that wait do not use up the stack")
{
    struct Shapes {
        static Task<int> one(Mailbox<int>& mailbox)
        {
            std::optional<int> value = co_await mailbox.next(Instant::max());
            co_return value.value_or(0);
        }
        static Task<void> reader(Mailbox<int>& mailbox, int& sum)
        {
            for (int i = 0; i < 100'000; ++i) {
                const int value = co_await one(mailbox);
                sum += value;
            }
        }
    };
    Worker worker;
    Mailbox<int> mailbox;
    int sum = 0;
    worker.tasks.spawn(Shapes::reader(mailbox, sum));
    for (int i = 0; i < 100'000; ++i) {
        mailbox.put(1);
        worker.scheduler.run_ready();
    }
    CHECK(sum == 100'000);
    CHECK(worker.tasks.size() == 0);
}

TEST_CASE("destroying a suspended chain runs the destructors of every frame, each once")
{
    struct Shapes {
        static Task<Counted> chain(Counted depth, Instant when)
        {
            const Counted local(depth.value());
            if (depth.value() == 0)
                co_return co_await later(local, when);
            const Counted next(depth.value() - 1);
            Counted result = co_await chain(next, when);
            co_return result;
        }
        static Task<void> top(Instant when, bool& finished)
        {
            const Counted depth(5);
            Counted result = co_await chain(depth, when);
            finished = result.value() != 0;
        }
    };
    const int before = Counted::live;
    bool finished = false;
    {
        HandClock clock;
        Scheduler scheduler(clock);
        rw::test::LooseTasks tasks(scheduler);
        tasks.spawn(Shapes::top(clock.now + 1h, finished));
        scheduler.run_ready();
        CHECK(tasks.size() == 1);
        CHECK(Counted::live > before + 10);
    }
    CHECK(Counted::live == before);
    CHECK(Counted::sound);
    CHECK_FALSE(finished);
}

TEST_CASE("a task that is created and never awaited is destroyed with its arguments")
{
    const int before = Counted::live;
    {
        const Counted argument(1);
        const Task<Counted> task = at_once(argument);
        CHECK(Counted::live > before + 1);
    }
    CHECK(Counted::live == before);
    CHECK(Counted::sound);
}
