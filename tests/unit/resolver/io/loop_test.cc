// SPDX-License-Identifier: EUPL-1.2
// The loop on real sockets: who is called, in which thread, and that nothing is called when nothing happens.
#include "resolver/io/loop.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <vector>

#include "resolver/io/file_descriptor.h"

using namespace rw;
using namespace rw::io;

namespace
{

/// Ends a test that would otherwise wait for ever.
constexpr Duration patience = 5s;

class Call final : public Timer
{
 public:
    explicit Call(std::function<void()> work) : work_(std::move(work)) {}

 private:
    void expired() override { work_(); }
    std::function<void()> work_;
};

/// A loop in this thread that ends when the test says so, or with a failure when its patience ends.
struct Turns {
    SystemClock clock;
    Scheduler scheduler{clock};
    Loop loop{scheduler};
    bool timed_out = false;
    Call give_up{[this] {
        timed_out = true;
        loop.stop();
    }};

    void run()
    {
        give_up.arm(scheduler, clock.monotonic() + patience);
        loop.run();
        give_up.disarm();
        CHECK_FALSE(timed_out);
    }
};

class Told final : public Watcher
{
 public:
    explicit Told(std::function<void(Readiness)> work) : work_(std::move(work)) {}
    void ready(Readiness readiness) override { work_(readiness); }

 private:
    std::function<void(Readiness)> work_;
};

struct Pair {
    Pair()
    {
        std::array<int, 2> numbers{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, numbers.data()) == 0);
        near = FileDescriptor(numbers[0]);
        far = FileDescriptor(numbers[1]);
    }
    FileDescriptor near;
    FileDescriptor far;
};

void write_octet(const FileDescriptor& to)
{
    REQUIRE(::send(to.number(), "x", 1, MSG_NOSIGNAL) == 1);
}

bool read_octet(const FileDescriptor& from)
{
    char octet = 0;
    return ::recv(from.number(), &octet, 1, MSG_DONTWAIT) == 1;
}

/// A UDP socket of loopback, connected to `port` when that is given.
FileDescriptor datagrams(std::uint16_t own, std::uint16_t port)
{
    FileDescriptor fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(own);
    REQUIRE(::bind(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    address.sin_port = htons(port);
    if (port != 0)
        REQUIRE(::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

std::uint16_t port_of(const FileDescriptor& fd)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    REQUIRE(::getsockname(fd.number(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    return ntohs(address.sin_port);
}

std::size_t open_descriptors()
{
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

/// How often this thread has gone to sleep by itself.
long waits_of_this_thread()
{
    rusage usage{};
    REQUIRE(::getrusage(RUSAGE_THREAD, &usage) == 0);
    return usage.ru_nvcsw;
}

/// Stands in the ready queue as long as it lives.
class Busy final : public Ready
{
 public:
    explicit Busy(Scheduler& scheduler) : scheduler_(scheduler) { scheduler_.post(*this); }

 private:
    void run() override { scheduler_.post(*this); }
    Scheduler& scheduler_;
};

}  // namespace

TEST_CASE("a loop with nothing to do does not wake up")
{
    SystemClock clock;
    Scheduler scheduler(clock);
    Loop loop(scheduler);
    Pair pair;
    Told told([](Readiness) {});
    REQUIRE(loop.sockets().watch(pair.near.number(), {.reading = true}, told));
    std::optional<long> before;
    long after = 0;
    std::thread thread([&] {
        loop.post([&] { before = waits_of_this_thread(); });
        loop.run();
        after = waits_of_this_thread();
    });
    std::this_thread::sleep_for(500ms);
    loop.stop();
    thread.join();
    REQUIRE(before);
    CHECK(after - *before <= 1);  // the wait that stop() ended
}

TEST_CASE("a timer fires once, not before its time")
{
    Turns turns;
    std::optional<Instant> fired;
    int times = 0;
    const Instant due = turns.clock.monotonic() + 7300us;
    Call call([&] {
        ++times;
        fired = turns.clock.monotonic();
        turns.loop.stop();
    });
    call.arm(turns.scheduler, due);
    const long before = waits_of_this_thread();
    turns.run();
    REQUIRE(fired);
    CHECK(*fired >= due);
    CHECK(times == 1);
    CHECK(waits_of_this_thread() - before <= 2);  // no waking up early, to wait again
}

TEST_CASE("sockets are served between slices, however much stands in the ready queue")
{
    Turns turns;
    std::optional<Busy> busy;
    Pair pair;
    bool was_told = false;
    Told told([&](Readiness readiness) {
        was_told = readiness.readable;
        busy.reset();
        turns.loop.stop();
    });
    REQUIRE(turns.loop.sockets().watch(pair.near.number(), {.reading = true}, told));
    Call start([&] {
        busy.emplace(turns.scheduler);
        write_octet(pair.far);
    });
    start.arm(turns.scheduler, turns.clock.monotonic());
    turns.run();
    CHECK(was_told);
}

TEST_CASE("a listening socket with an error is told so and goes on being watched")
{
    Turns turns;
    std::uint16_t silent_port = 0;
    {
        const FileDescriptor gone = datagrams(0, 0);
        silent_port = port_of(gone);
    }
    const FileDescriptor socket = datagrams(0, silent_port);
    const std::uint16_t own = port_of(socket);
    int broken = 0;
    int received = 0;
    FileDescriptor peer;
    Told told([&](Readiness readiness) {
        if (readiness.broken) {
            ++broken;
            peer = datagrams(silent_port, own);  // only now there is one
            write_octet(peer);
        } else if (read_octet(socket)) {
            ++received;
            turns.loop.stop();
        }
    });
    const auto listening = turns.loop.listen(socket.number(), told);
    REQUIRE(listening);
    write_octet(socket);  // nobody is there: the port is unreachable
    turns.run();
    CHECK(broken == 1);
    CHECK(received == 1);
}

TEST_CASE("a listening socket that pauses is not told of until it resumes")
{
    Turns turns;
    Pair pair;
    bool paused = true;
    int early = 0;
    int late = 0;
    Told told([&](Readiness) {
        ++(paused ? early : late);
        turns.loop.stop();
    });
    auto listening = turns.loop.listen(pair.near.number(), told);
    REQUIRE(listening);
    listening->pause();
    write_octet(pair.far);
    Call resume([&] {
        paused = false;
        listening->resume();
    });
    resume.arm(turns.scheduler, turns.clock.monotonic() + 20ms);
    turns.run();
    CHECK(early == 0);
    CHECK(late == 1);
}

TEST_CASE("listening may end inside its own call, and the socket is closed at once")
{
    Turns turns;
    std::optional<Pair> pair(std::in_place);
    std::optional<Listening> listening;
    int calls = 0;
    Told told([&](Readiness) {
        ++calls;
        listening.reset();
        pair.reset();
        pair.emplace();  // with the numbers that have just come free
        turns.loop.post([&] { turns.loop.stop(); });
    });
    auto made = turns.loop.listen(pair->near.number(), told);
    REQUIRE(made);
    listening = std::move(*made);
    write_octet(pair->far);
    turns.run();
    CHECK(calls == 1);
}

TEST_CASE("a watcher that is taken out is not called for what was already found ready")
{
    Turns turns;
    std::array<Pair, 2> pairs;
    std::array<int, 2> calls{};
    std::vector<Told> told;
    told.reserve(2);
    for (std::size_t i = 0; i < 2; ++i) {
        told.emplace_back([&, i](Readiness) {
            ++calls[i];
            turns.loop.sockets().unwatch(pairs[1 - i].near.number(), told[1 - i]);
            turns.loop.stop();
        });
        write_octet(pairs[i].far);
    }
    for (std::size_t i = 0; i < 2; ++i)
        REQUIRE(turns.loop.sockets().watch(pairs[i].near.number(), {.reading = true}, told[i]));
    turns.run();
    CHECK(calls[0] + calls[1] == 1);
}

TEST_CASE("who watches for nothing still hears that the other side is gone")
{
    Turns turns;
    Pair pair;
    Readiness heard;
    Told told([&](Readiness readiness) {
        heard = readiness;
        turns.loop.stop();
    });
    REQUIRE(turns.loop.sockets().watch(pair.near.number(), {}, told));
    Call leave([&] { pair.far = FileDescriptor(); });
    leave.arm(turns.scheduler, turns.clock.monotonic());
    turns.run();
    CHECK(heard.broken);
    CHECK_FALSE(heard.readable);
    CHECK_FALSE(heard.writable);
}

TEST_CASE("work that other threads post is done in the loop's thread, all of it and in order")
{
    constexpr int count = 1000;
    Turns turns;
    const auto here = std::this_thread::get_id();
    std::vector<int> done;
    bool elsewhere = false;
    std::thread other([&] {
        for (int i = 0; i < count; ++i) {
            turns.loop.post([&, i] {
                elsewhere = elsewhere || std::this_thread::get_id() != here;
                done.push_back(i);
                if (i + 1 == count)
                    turns.loop.stop();
            });
        }
    });
    turns.run();
    other.join();
    CHECK_FALSE(elsewhere);
    CHECK(done.size() == count);
    CHECK(std::is_sorted(done.begin(), done.end()));
}

TEST_CASE("work that the loop's own thread posts is done without sleeping, and sockets are looked at in between")
{
    Turns turns;
    Pair pair;
    int rounds = 0;
    bool was_told = false;
    Told told([&](Readiness) {
        was_told = true;
        turns.loop.stop();
    });
    REQUIRE(turns.loop.sockets().watch(pair.near.number(), {.reading = true}, told));
    std::function<void()> again = [&] {
        if (++rounds == 100)
            write_octet(pair.far);
        if (!was_told)
            turns.loop.post(again);
    };
    turns.loop.post(again);
    const long before = waits_of_this_thread();
    turns.run();
    CHECK(was_told);
    CHECK(rounds >= 100);
    CHECK(waits_of_this_thread() - before <= 1);
}

TEST_CASE("a signal that comes before the loop runs is not lost, and each is told by its number")
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGUSR2);
    REQUIRE(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
    {
        Turns turns;
        std::vector<int> told;
        turns.loop.take_signals(std::array{SIGUSR1, SIGUSR2}, [&](int number) {
            told.push_back(number);
            if (number == SIGUSR2)
                turns.loop.stop();
            else
                ::raise(SIGUSR2);
        });
        REQUIRE(::raise(SIGUSR1) == 0);
        REQUIRE(::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr) == 0);
        turns.run();
        REQUIRE(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
        CHECK(told == std::vector{SIGUSR1, SIGUSR2});
    }
    struct sigaction after{};
    REQUIRE(::sigaction(SIGUSR1, nullptr, &after) == 0);
    const bool is_default = after.sa_handler == SIG_DFL;
    CHECK(is_default);
    REQUIRE(::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr) == 0);
}

TEST_CASE("a loop takes its descriptors with it, also when it never ran")
{
    const auto make_one = [](bool runs) {
        Turns turns;
        Pair pair;
        Told told([](Readiness) {});
        const auto listening = turns.loop.listen(pair.near.number(), told);
        REQUIRE(listening);
        turns.loop.stop();
        if (runs)
            turns.run();
    };
    make_one(true);  // libuv keeps a pair for signals from the first loop on
    const std::size_t before = open_descriptors();
    for (int i = 0; i < 10; ++i)
        make_one(i % 2 == 0);
    CHECK(open_descriptors() == before);
}
