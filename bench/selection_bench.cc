// SPDX-License-Identifier: EUPL-1.2
// What choosing a server costs: the root's 26 addresses by tier, and a TLD's twelve by round-trip time.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "config/root_identities.h"
#include "resolver/base/clock.h"
#include "resolver/base/random.h"
#include "resolver/iterate/server_selection.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_selection.h"

namespace
{

using namespace rw;

const std::vector<Prefix> nothing;
const upstream::AddressRules everybody{true, true, nothing};

void order_the_root(benchmark::State& state)
{
    const SystemClock clock;
    upstream::ServerStats stats(clock, rw::HashKey{1, 2});
    SecureRandom random;
    std::vector<root::HintedAddress> hints;
    for (const config::RootIdentity& identity : config::root_identities()) {
        for (const IpAddress& address : {identity.ipv4, identity.ipv6}) {
            hints.push_back({*dns::Name::parse(identity.name.text), address});
            stats.note_answer({address, 53}, std::chrono::milliseconds(20));
        }
    }
    const auto servers = root::classify(hints, config::root_identities(), {{'i'}, {'k'}});
    const root::Standing standing;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            root::order_root_servers(servers, standing, config::RootMode::prefer, 53, everybody, stats, random));
    }
}
BENCHMARK(order_the_root);

void order_a_tld(benchmark::State& state)
{
    const SystemClock clock;
    upstream::ServerStats stats(clock, rw::HashKey{1, 2});
    SecureRandom random;
    iterate::ZoneServers zone;
    zone.zone = *dns::Name::parse("test");
    for (std::uint32_t i = 0; i < 6; ++i) {
        const auto v6 = IpAddress::parse("2001:db8::" + std::to_string(i + 1));
        iterate::ZoneServers::Server server{zone.zone, {IpAddress::v4(0xc0000201 + i), *v6}};
        for (const IpAddress& address : server.addresses)
            stats.note_answer({address, 53}, std::chrono::milliseconds(10 + i));
        zone.servers.push_back(std::move(server));
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(iterate::order_servers(zone, everybody, stats, random));
}
BENCHMARK(order_a_tld);

}  // namespace

BENCHMARK_MAIN();
