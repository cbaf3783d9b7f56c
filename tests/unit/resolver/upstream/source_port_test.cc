// SPDX-License-Identifier: EUPL-1.2
// Source ports of queries, as a server sees them: RFC 5452 §9.2 asks for the whole range, unpredictably.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <thread>
#include <vector>

#include "resolver/base/random.h"
#include "resolver/io/loop.h"
#include "resolver/io/system_network.h"

namespace
{

constexpr std::size_t workers = 3;
constexpr std::size_t outstanding = 64;  // sockets open at a time in each worker
constexpr std::size_t batches = 128;
constexpr std::uint32_t lowest_port = 1024;
constexpr std::uint32_t ports_in_bucket = 1024;
constexpr std::size_t buckets = (65536 - lowest_port) / ports_in_bucket;

class Ignored final : public rw::io::DatagramReceiver
{
 public:
    void received(rw::Octets) override {}
    void unreachable() override {}
};

/// A server on loopback that only notes where datagrams come from.
class Witness
{
 public:
    Witness() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), length) == 0);
        REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
        port_ = ntohs(address.sin_port);
        const timeval patience{1, 0};
        REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    }
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() { ::close(fd_); }

    [[nodiscard]] rw::Endpoint endpoint() const { return {*rw::IpAddress::parse("127.0.0.1"), port_}; }

    /// The ports of the next datagrams; fewer than `count` when some were lost.
    [[nodiscard]] std::vector<std::uint16_t> hear(std::size_t count) const
    {
        std::vector<std::uint16_t> ports;
        while (ports.size() < count) {
            std::uint8_t octet = 0;
            sockaddr_in from{};
            socklen_t length = sizeof from;
            if (::recvfrom(fd_, &octet, 1, 0, reinterpret_cast<sockaddr*>(&from), &length) != 1)
                break;
            ports.push_back(ntohs(from.sin_port));
        }
        return ports;
    }

 private:
    int fd_;
    std::uint16_t port_ = 0;
};

/// What one worker's queries look like to servers.
std::vector<std::uint16_t> ports_of_worker()
{
    const rw::SystemClock clock;
    rw::io::Scheduler scheduler(clock);
    rw::io::Loop loop(scheduler);
    rw::SecureRandom random;
    rw::io::SystemNetwork network(loop.sockets(), random, {});
    Ignored receiver;
    const Witness server;
    std::vector<std::uint16_t> ports;
    for (std::size_t batch = 0; batch < batches; ++batch) {
        std::vector<std::unique_ptr<rw::io::DatagramSocket>> sockets;
        for (std::size_t i = 0; i < outstanding; ++i) {
            auto socket = network.open_datagram(server.endpoint(), receiver);
            constexpr std::array<std::uint8_t, 1> octet{0};
            if (socket && socket->send(octet))
                sockets.push_back(std::move(socket));
        }
        const auto heard = server.hear(sockets.size());
        ports.insert(ports.end(), heard.begin(), heard.end());
    }
    return ports;
}

std::vector<std::uint16_t> ports_of_all_workers()
{
    std::array<std::vector<std::uint16_t>, workers> each;
    {
        std::vector<std::jthread> threads;
        for (auto& ports : each)
            threads.emplace_back([&ports] { ports = ports_of_worker(); });
    }
    std::vector<std::uint16_t> all;
    for (const auto& ports : each)
        all.insert(all.end(), ports.begin(), ports.end());
    return all;
}

double chi_square(const std::vector<std::uint16_t>& ports)
{
    std::array<double, buckets> counts{};
    for (const std::uint16_t port : ports)
        ++counts.at((port - lowest_port) / ports_in_bucket);
    const double expected = static_cast<double>(ports.size()) / buckets;
    double sum = 0;
    for (const double count : counts)
        sum += (count - expected) * (count - expected) / expected;
    return sum;
}

/// Rényi's entropy of order 2, from how often two of the ports are the same.
double bits_of_entropy(const std::vector<std::uint16_t>& ports)
{
    std::vector<double> seen(65536);
    double collisions = 0;
    for (const std::uint16_t port : ports)
        collisions += seen[port]++;
    const auto count = static_cast<double>(ports.size());
    return std::log2(count * (count - 1) / 2 / collisions);
}

}  // namespace

TEST_CASE("source ports of several workers are spread evenly over the whole permitted range")
{
    const std::vector<std::uint16_t> ports = ports_of_all_workers();
    CHECK(ports.size() > workers * outstanding * batches * 9 / 10);
    // 62 degrees of freedom: a fair source is above 124 once in 200,000 runs.
    CHECK(chi_square(ports) < 124);
    CHECK(bits_of_entropy(ports) > 15);
}

TEST_CASE("the two measures find a source that uses half of the range")
{
    rw::SeededRandom random(1);
    std::vector<std::uint16_t> half;
    for (std::size_t i = 0; i < workers * outstanding * batches; ++i)
        half.push_back(static_cast<std::uint16_t>(32768 + random.below(28000)));
    CHECK(chi_square(half) > 124);
    CHECK(bits_of_entropy(half) < 15);
}
