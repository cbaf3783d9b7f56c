// SPDX-License-Identifier: EUPL-1.2
// Limits on the connections of clients, over all workers.
#include "resolver/frontend/connection_limits.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace rw;
using frontend::ConnectionLimits;
using Admission = ConnectionLimits::Admission;

namespace
{

config::TcpSettings limits_of(std::uint32_t connections, std::uint32_t per_client)
{
    config::TcpSettings settings;
    settings.connections = connections;
    settings.connections_per_client = per_client;
    return settings;
}

constexpr upstream::Claimant anna{1, 1};
constexpr upstream::Claimant bert{2, 1};

}  // namespace

TEST_CASE("one client cannot take the places of others")
{
    ConnectionLimits limits(limits_of(3, 2));
    CHECK(limits.admit(anna) == Admission::admitted);
    CHECK(limits.admit(anna) == Admission::admitted);
    CHECK(limits.admit(anna) == Admission::client_full);
    CHECK(limits.admit(bert) == Admission::admitted);
    CHECK(limits.admit(bert) == Admission::full);
    CHECK(limits.open() == 3);
}

TEST_CASE("who counts as many clients may have the connections of as many")
{
    ConnectionLimits limits(limits_of(100, 2));
    constexpr upstream::Claimant forwarder{3, 10};
    for (int n = 0; n < 20; ++n)
        CHECK(limits.admit(forwarder) == Admission::admitted);
    CHECK(limits.admit(forwarder) == Admission::client_full);
}

TEST_CASE("addresses of one IPv6 network are one client")
{
    ConnectionLimits limits(limits_of(100, 1));
    const upstream::PartyKeys keys(HashKey{1, 2});
    CHECK(limits.admit(keys.claimant(*IpAddress::parse("2001:db8:0:100::1"), 1)) == Admission::admitted);
    CHECK(limits.admit(keys.claimant(*IpAddress::parse("2001:db8:0:1ff::2"), 1)) == Admission::client_full);
    CHECK(limits.admit(keys.claimant(*IpAddress::parse("2001:db8:0:200::1"), 1)) == Admission::admitted);
}

TEST_CASE("a released place is free again")
{
    ConnectionLimits limits(limits_of(1, 1));
    CHECK(limits.admit(anna) == Admission::admitted);
    limits.release(anna);
    CHECK(limits.open() == 0);
    CHECK(limits.admit(bert) == Admission::admitted);
}

TEST_CASE("a release that nobody admitted changes nothing")
{
    ConnectionLimits limits(limits_of(1, 1));
    limits.release(anna);
    CHECK(limits.open() == 0);
    CHECK(limits.admit(anna) == Admission::admitted);
}

TEST_CASE("lower limits hold for those who come, and do not close what is open")
{
    ConnectionLimits limits(limits_of(2, 2));
    CHECK(limits.admit(anna) == Admission::admitted);
    CHECK(limits.admit(anna) == Admission::admitted);
    limits.replace(limits_of(1, 1));
    CHECK(limits.open() == 2);
    limits.release(anna);
    CHECK(limits.admit(bert) == Admission::full);
    limits.release(anna);
    CHECK(limits.admit(bert) == Admission::admitted);
}

TEST_CASE("workers together never admit more than the limit")
{
    ConnectionLimits limits(limits_of(100, 100));
    std::vector<std::thread> workers;
    std::vector<int> admitted(4, 0);
    for (std::size_t i = 0; i < admitted.size(); ++i) {
        workers.emplace_back([&limits, &count = admitted[i]] {
            for (int n = 0; n < 1000; ++n)
                count += limits.admit(anna) == Admission::admitted ? 1 : 0;
        });
    }
    for (std::thread& worker : workers)
        worker.join();
    CHECK(admitted[0] + admitted[1] + admitted[2] + admitted[3] == 100);
}
