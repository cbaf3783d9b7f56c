// SPDX-License-Identifier: EUPL-1.2
// The parts of the router that decide: reading and rewriting packets, choosing paths, keeping packets in order.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/lab/router/command.h"
#include "tests/lab/router/forwarder.h"

namespace rw::lab
{
namespace
{

using Packet = std::vector<std::uint8_t>;

// The ones' complement sum over the packet with its pseudo header: 0xffff when the checksum in it is right.
std::uint16_t sum(const Packet& data, std::size_t from, std::uint32_t start)
{
    std::uint32_t total = start;
    for (std::size_t at = from; at < data.size(); at += 2) {
        total += static_cast<std::uint32_t>(data[at] << 8 | (at + 1 < data.size() ? data[at + 1] : 0));
    }
    while (total >> 16 != 0) {
        total = (total & 0xffff) + (total >> 16);
    }
    return static_cast<std::uint16_t>(total);
}

std::uint32_t pseudo_header(const Packet& packet, bool v4)
{
    const Packet addresses(packet.begin() + (v4 ? 12 : 8), packet.begin() + (v4 ? 20 : 40));
    return sum(addresses, 0, static_cast<std::uint32_t>(17 + packet.size() - (v4 ? 20 : 40)));
}

// `. NS`, id 0x1234
const Packet kPriming{0x12, 0x34, 0x00, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};

Packet udp_packet(bool v4, const Packet& payload)
{
    Packet packet;
    const auto length = static_cast<std::uint8_t>(8 + payload.size());
    if (v4) {
        packet = {0x45, 0,  0,  static_cast<std::uint8_t>(20 + length), 0, 0, 0, 0, 64, 17, 0, 0, 198, 19, 0, 1, 193,
                  0,    14, 129};
        const auto checksum = static_cast<std::uint16_t>(~sum(packet, 0, 0));
        packet[10] = static_cast<std::uint8_t>(checksum >> 8);
        packet[11] = static_cast<std::uint8_t>(checksum & 0xff);
    } else {
        packet = {0x60, 0, 0, 0, 0, length, 17, 64};
        packet.insert(packet.end(), {0x20, 1, 0, 2, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1});
        packet.insert(packet.end(), {0x20, 1, 7, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    }
    const std::size_t udp = packet.size();
    packet.insert(packet.end(), {0xc0, 0, 0, 53, 0, length, 0, 0});
    packet.insert(packet.end(), payload.begin(), payload.end());
    const auto checksum = static_cast<std::uint16_t>(~sum(packet, udp, pseudo_header(packet, v4)));
    packet[udp + 6] = static_cast<std::uint8_t>(checksum >> 8);
    packet[udp + 7] = static_cast<std::uint8_t>(checksum & 0xff);
    return packet;
}

TEST_CASE("a packet's headers and question are read in both families")
{
    for (const bool v4 : {true, false}) {
        const Packet packet = udp_packet(v4, kPriming);
        const auto headers = read_headers(packet);
        REQUIRE(headers);
        CHECK(headers->destination.text() == (v4 ? "193.0.14.129" : "2001:7fd::1"));
        CHECK(headers->destination_port == 53);
        const auto question = read_question(packet, *headers);
        REQUIRE(question);
        CHECK(question->is_priming());
    }
}

TEST_CASE("a rewritten packet has right checksums and another address")
{
    for (const bool v4 : {true, false}) {
        Packet packet = udp_packet(v4, kPriming);
        const auto headers = read_headers(packet);
        REQUIRE(headers);
        const auto target = Address::parse(v4 ? "198.18.201.11" : "2001:2:0:c9::b");
        rewrite_destination(packet, *headers, *target);
        rewrite_source(packet, *headers, *Address::parse(v4 ? "198.19.0.200" : "2001:db8:ffff::1"));
        const auto rewritten = read_headers(packet);
        REQUIRE(rewritten);
        CHECK(rewritten->destination == *target);
        CHECK(sum(packet, v4 ? 20 : 40, pseudo_header(packet, v4)) == 0xffff);
        if (v4) {
            CHECK(sum(Packet(packet.begin(), packet.begin() + 20), 0, 0) == 0xffff);
        }
    }
}

TEST_CASE("a packet cut anywhere is read without going beyond it")
{
    for (const bool v4 : {true, false}) {
        const Packet whole = udp_packet(v4, kPriming);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const Packet part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            const auto headers = read_headers(part);
            CHECK((!headers || !read_question(part, *headers)));
        }
    }
}

TEST_CASE("the longest prefix decides, and an address may get conditions of its own")
{
    PathTable paths;
    paths.add("wide", {*Prefix::parse("198.18.0.0/16")});
    paths.add("narrow", {*Prefix::parse("198.18.1.0/24")});
    CHECK(paths.of(*Address::parse("198.18.1.7")).name == "narrow");
    CHECK(paths.of(*Address::parse("198.18.2.7")).name == "wide");
    CHECK(paths.of(*Address::parse("192.0.2.1")).name == "default");
    paths.find("narrow")->conditions.cut = true;
    REQUIRE(paths.find("198.18.1.7") != nullptr);
    CHECK(paths.of(*Address::parse("198.18.1.7")).name == "198.18.1.7");
    CHECK(paths.of(*Address::parse("198.18.1.7")).conditions.cut);
    CHECK(paths.find("nobody") == nullptr);
    paths.add("group", {*Prefix::parse("198.18.3.1"), *Prefix::parse("198.18.3.2")});
    REQUIRE(paths.find("198.18.3.2") != nullptr);
    CHECK(paths.of(*Address::parse("198.18.3.2")).name == "198.18.3.2");
    CHECK(paths.of(*Address::parse("198.18.3.1")).name == "group");
}

TEST_CASE("a stand-in answers for one identity only, and gives way when restored")
{
    PathTable paths;
    paths.add("k", {*Prefix::parse("193.0.14.129"), *Prefix::parse("2001:7fd::1")});
    paths.add("i", {*Prefix::parse("192.36.148.17")});
    const Address target = *Address::parse("198.18.201.11");
    CHECK(paths.redirect(*paths.find("k"), target));
    CHECK(paths.undo_redirect(target).text() == "193.0.14.129");
    CHECK_FALSE(paths.redirect(*paths.find("i"), target));
    paths.clear_redirects(*paths.find("k"));
    CHECK(paths.undo_redirect(target) == target);
    CHECK(paths.redirect(*paths.find("i"), target));
}

TEST_CASE("delayed packets come out when due, in order")
{
    DelayLine line;
    const Instant start{};
    const Packet one{1};
    const Packet two{2};
    const Packet three{3};
    REQUIRE(line.put(start + std::chrono::milliseconds(20), nullptr, two));
    REQUIRE(line.put(start + std::chrono::milliseconds(10), nullptr, one));
    REQUIRE(line.put(start + std::chrono::milliseconds(20), nullptr, three));
    std::vector<int> seen;
    const auto take = [&](const DelayedPacket& packet) { seen.push_back(packet.octets[0]); };
    line.take_due(start + std::chrono::milliseconds(15), take);
    CHECK(seen == std::vector{1});
    line.take_due(start + std::chrono::milliseconds(20), take);
    CHECK(seen == std::vector{1, 2, 3});
    CHECK_FALSE(line.next_due());
}

TEST_CASE("commands change paths and say what is wrong with them")
{
    Forwarder forwarder({}, 1);
    CHECK(run_command(forwarder, "path k 193.0.14.129 2001:7fd::1") == "ok\n");
    CHECK(run_command(forwarder, "delay k 150ms # as from far away") == "ok\n");
    CHECK(forwarder.paths().find("k")->conditions.delay == std::chrono::milliseconds(150));
    CHECK(run_command(forwarder, "loss k 5%") == "ok\n");
    CHECK(forwarder.paths().find("k")->conditions.loss == doctest::Approx(0.05));
    CHECK(run_command(forwarder, "delay k soon").starts_with("error: not a duration"));
    CHECK(run_command(forwarder, "cut nobody").starts_with("error: no path"));
    CHECK(run_command(forwarder, "") == "ok\n");
}

}  // namespace
}  // namespace rw::lab
