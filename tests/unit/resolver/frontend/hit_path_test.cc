// SPDX-License-Identifier: EUPL-1.2
// The fast path as a worker runs it: a hit allocates nothing, whatever it is counted and measured for, and neither a
// reload nor draining changes that.
#include <doctest/doctest.h>

#include <array>

#include "config/load.h"
#include "resolver/dns/message_writer.h"
#include "resolver/service/engine.h"
#include "resolver/service/shared.h"
#include "resolver/service/status_pages.h"
#include "tests/allocations.h"

using namespace rw;

namespace
{

/// Nobody is reached: what is not cached fails.
class NoNetwork final : public io::Network
{
 public:
    std::unique_ptr<io::DatagramSocket> open_datagram(const Endpoint&, io::DatagramReceiver&) override
    {
        return nullptr;
    }
    std::unique_ptr<io::Stream> connect(const Endpoint&, io::StreamReceiver&) override { return nullptr; }
};

class TestInbox final : public io::Inbox
{
 public:
    void run() { drain(); }

 private:
    void wake() override {}
};

class NoDoor final : public frontend::Door
{
 public:
    std::unique_ptr<frontend::ReplyTo> defer() override { return std::make_unique<Nowhere>(); }

 private:
    class Nowhere final : public frontend::ReplyTo
    {
     public:
        void reply(Octets) override {}
    };
};

struct Bench {
    explicit Bench(const std::string& text)
        : shared(*service::make_shared_state(*config::load_text(text, "."), clock, random)),
          scheduler(clock),
          engine(shared, {scheduler, network, random, inbox})
    {
        scheduler.update_now();
        dns::RRset set{name, dns::RRType::a, 300, {}, {}};
        const std::array<std::uint8_t, 4> address{192, 0, 2, 1};
        set.rdatas.add(address);
        cache::EntryFacts facts(cache::Rank::authoritative_answer);
        facts.security = cache::Security::insecure;
        const std::array<dns::RRset, 1> sets{set};
        const auto now = std::chrono::floor<std::chrono::seconds>(scheduler.now().time_since_epoch()).count();
        shared->answers.insert({name, dns::RRType::a, facts, sets, {}}, {1, 0}, static_cast<cache::Seconds>(now));
    }

    /// The RCODE and the number of answers of the reply to a question for `asked`; nothing without a reply.
    std::optional<std::pair<unsigned, unsigned>> ask(const dns::Name& asked)
    {
        std::array<std::uint8_t, 512> query{};
        dns::MessageWriter writer(query);
        writer.set_header(1, dns::Header::rd);
        writer.add_question({asked, dns::RRType::a, dns::RRClass::in});
        const Octets message = writer.finish();
        const frontend::Client client{config::loopback(4242), frontend::Transport::udp};
        const frontend::Served served = engine.serve(message, client, door, room);
        engine.batch_sent();
        if (served.reply.empty())
            return std::nullopt;
        return std::pair(load_u16(&served.reply[2]) & 0xfU, unsigned{load_u16(&served.reply[6])});
    }

    SystemClock clock;
    SecureRandom random;
    std::shared_ptr<service::Shared> shared;
    io::Scheduler scheduler;
    NoNetwork network;
    TestInbox inbox;
    service::Engine engine;
    NoDoor door;
    std::array<std::uint8_t, 4096> room{};
    dns::Name name = *dns::Name::parse("www.example.");
};

const std::string base = "root: {priming: false}\ncontrol: {socket: off}\nstatus: {listen: off}\ncache: {size: 1MiB}\n";

}  // namespace

TEST_CASE("a hit allocates nothing, counted and measured")
{
    Bench bench(base);
    REQUIRE(bench.ask(bench.name) == std::pair(0U, 1U));
    const std::size_t before = test::allocation_count();
    for (int i = 0; i < 1000; ++i)
        bench.ask(bench.name);
    CHECK(test::allocation_count() == before);
    std::uint64_t hits = 0;
    std::uint64_t measured = 0;
    bench.shared->for_each_counters([&](const service::WorkerCounters& counters) {
        hits = counters.clients.total(frontend::QueryResult::hit);
        for (std::size_t i = 0; i < LatencyHistogram::bucket_count; ++i)
            measured += counters.clients.hit_latency.in_bucket(i);
    });
    CHECK(hits == 1001);
    CHECK(measured == 1001);
}

TEST_CASE("a hit allocates nothing with rules that do not concern it")
{
    Bench bench(base +
                "policy: [{suffix: ads.example., action: deny}]\n"
                "rewrite-addresses: [{from: 198.51.100.0/24, to: 203.0.113.0/24}]\n");
    REQUIRE(bench.ask(bench.name) == std::pair(0U, 1U));
    const std::size_t before = test::allocation_count();
    for (int i = 0; i < 100; ++i)
        bench.ask(bench.name);
    CHECK(test::allocation_count() == before);
}

TEST_CASE("a reload is in force for the next query and keeps the cache")
{
    Bench bench(base);
    REQUIRE(bench.ask(bench.name) == std::pair(0U, 1U));
    const auto next = service::make_configuration(
        *config::load_text(base + "access: [{prefix: 127.0.0.0/8, action: refuse}]\n", "."));
    REQUIRE(next);
    bench.shared->replace(*next);
    bench.engine.apply(**next);
    CHECK(bench.ask(bench.name) == std::pair(static_cast<unsigned>(Rcode::refused), 0U));
    bench.engine.apply(**service::make_configuration(*config::load_text(base, ".")));
    CHECK(bench.ask(bench.name) == std::pair(0U, 1U));
}

TEST_CASE("a draining worker answers what is cached, refuses to begin anything, and is idle when nobody waits")
{
    Bench bench(base);
    CHECK(bench.engine.idle());
    bench.engine.drain();
    CHECK(bench.ask(bench.name) == std::pair(0U, 1U));
    CHECK(bench.ask(*dns::Name::parse("other.example.")) == std::pair(static_cast<unsigned>(Rcode::servfail), 0U));
    CHECK(bench.engine.idle());
}

TEST_CASE("it is not ready before it is primed, nor when it is about to end")
{
    const Bench unprimed("control: {socket: off}\nstatus: {listen: off}\ncache: {size: 1MiB}\n");
    CHECK_FALSE(service::readiness(*unprimed.shared).ready);
    const Bench bench(base);
    CHECK(service::readiness(*bench.shared).ready);
    CHECK(service::status_page(*bench.shared, "/readyz").code == 200);
    bench.shared->draining = true;
    CHECK(service::status_page(*bench.shared, "/readyz").code == 503);
    CHECK(service::status_page(*bench.shared, "/livez").code == 200);
    CHECK(service::status_page(*bench.shared, "/nothing").code == 404);
}
