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

const IpAddress anna = *IpAddress::parse("192.0.2.1");
const IpAddress bert = *IpAddress::parse("2001:db8::2");

}  // namespace

TEST_CASE("one client cannot take the places of others")
{
    ConnectionLimits limits(limits_of(3, 2), rw::HashKey{1, 2});
    CHECK(limits.admit(anna) == Admission::admitted);
    CHECK(limits.admit(anna) == Admission::admitted);
    CHECK(limits.admit(anna) == Admission::client_full);
    CHECK(limits.admit(bert) == Admission::admitted);
    CHECK(limits.admit(bert) == Admission::full);
    CHECK(limits.open() == 3);
}

TEST_CASE("a released place is free again")
{
    ConnectionLimits limits(limits_of(1, 1), rw::HashKey{1, 2});
    CHECK(limits.admit(anna) == Admission::admitted);
    limits.release(anna);
    CHECK(limits.open() == 0);
    CHECK(limits.admit(bert) == Admission::admitted);
}

TEST_CASE("a release that nobody admitted changes nothing")
{
    ConnectionLimits limits(limits_of(1, 1), rw::HashKey{1, 2});
    limits.release(anna);
    CHECK(limits.open() == 0);
    CHECK(limits.admit(anna) == Admission::admitted);
}

TEST_CASE("lower limits hold for those who come, and do not close what is open")
{
    ConnectionLimits limits(limits_of(2, 2), rw::HashKey{1, 2});
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
    ConnectionLimits limits(limits_of(100, 100), rw::HashKey{1, 2});
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
