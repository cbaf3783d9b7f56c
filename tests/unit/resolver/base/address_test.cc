// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/address.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "resolver/base/keyed_table.h"

using rw::Endpoint;
using rw::Family;
using rw::IpAddress;
using rw::Prefix;

namespace
{

IpAddress address(std::string_view text)
{
    const auto parsed = IpAddress::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

Prefix prefix(std::string_view text)
{
    const auto parsed = Prefix::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("addresses are printed as RFC 5952 says")
{
    CHECK(address("192.0.2.1").to_string() == "192.0.2.1");
    CHECK(address("2001:0DB8:0:0:0:0:0:1").to_string() == "2001:db8::1");
    CHECK(address("2001:db8:0:0:1:0:0:1").to_string() == "2001:db8::1:0:0:1");
    CHECK(address("::").to_string() == "::");
}

TEST_CASE("texts that are no address are refused")
{
    for (const char* wrong : {"", " ", "192.0.2", "192.0.2.256", "192.0.2.1 ", "1.2.3.4.5", "2001:db8", ":::", "::g",
                              "192.0.2.1%1", "fe80::1%", "fe80::1%nosuchinterface", "localhost"}) {
        CAPTURE(wrong);
        CHECK_FALSE(IpAddress::parse(wrong));
    }
    CHECK_FALSE(IpAddress::parse(std::string(10'000, ':')));
}

TEST_CASE("a link-local address keeps its interface")
{
    const IpAddress with_scope = address("fe80::1%1");
    CHECK(with_scope.scope() == 1);
    CHECK(with_scope.to_string() == "fe80::1%1");
    CHECK(with_scope != address("fe80::1"));
    CHECK(address("fe80::1%lo").scope() == 1);
}

TEST_CASE("an address has 4 or 16 octets, any other number gives the unspecified address")
{
    const std::array<std::uint8_t, 4> four{192, 0, 2, 1};
    CHECK(IpAddress::from_octets(four) == address("192.0.2.1"));
    CHECK(IpAddress::v4(0xc0000201) == address("192.0.2.1"));
    const std::array<std::uint8_t, 5> five{};
    CHECK(IpAddress::from_octets(five).is_unspecified());
    CHECK(address("::1").octets().size() == 16);
}

TEST_CASE("loopback and unspecified addresses are known in both families")
{
    CHECK(address("127.8.9.1").is_loopback());
    CHECK(address("::1").is_loopback());
    CHECK_FALSE(address("128.0.0.1").is_loopback());
    CHECK_FALSE(address("::2").is_loopback());
    CHECK(address("0.0.0.0").is_unspecified());
    CHECK(address("::").is_unspecified());
    CHECK_FALSE(address("::1").is_unspecified());
}

TEST_CASE("IPv4 and IPv6 addresses of the same octets are different and hash apart")
{
    CHECK(address("0.0.0.0") != address("::"));
    rw::KeyedSet<IpAddress> set(rw::HashKey{1, 2});
    set.insert({address("0.0.0.0"), address("::"), address("0.0.0.1"), address("0.0.0.1")});
    CHECK(set.size() == 3);
}

TEST_CASE("endpoints survive the way through a socket address")
{
    for (const Endpoint& endpoint : {Endpoint{address("192.0.2.1"), 53}, Endpoint{address("2001:db8::1"), 65535},
                                     Endpoint{address("fe80::1%3"), 5353}}) {
        sockaddr_storage storage{};
        const unsigned length = endpoint.to_sockaddr(storage);
        CHECK(length == (endpoint.address.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
        CHECK(Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(storage)).to_string() == endpoint.to_string());
    }
}

TEST_CASE("a socket address of another family gives the empty endpoint")
{
    sockaddr_storage storage{};
    storage.ss_family = AF_UNIX;
    CHECK(Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(storage)) == Endpoint{});
}

TEST_CASE("endpoints are printed with brackets around IPv6")
{
    CHECK(Endpoint{address("192.0.2.1"), 53}.to_string() == "192.0.2.1:53");
    CHECK(Endpoint{address("::1"), 53}.to_string() == "[::1]:53");
}

TEST_CASE("host bits of a prefix are cleared")
{
    CHECK(prefix("192.0.2.77/24").to_string() == "192.0.2.0/24");
    CHECK(prefix("192.0.2.77/31").to_string() == "192.0.2.76/31");
    CHECK(prefix("2001:db8:ffff::1/33").to_string() == "2001:db8:8000::/33");
    CHECK(prefix("192.0.2.1").to_string() == "192.0.2.1/32");
    CHECK(prefix("0.0.0.0/0").to_string() == "0.0.0.0/0");
}

TEST_CASE("texts that are no prefix are refused")
{
    for (const char* wrong : {"", "/", "192.0.2.0/", "192.0.2.0/33", "::/129", "192.0.2.0/-1", "192.0.2.0/ 8",
                              "192.0.2.0/256", "192.0.2.0/8/8"}) {
        CAPTURE(wrong);
        CHECK_FALSE(Prefix::parse(wrong));
    }
}

TEST_CASE("a prefix contains its addresses to the last bit, and none of the other family")
{
    CHECK(prefix("10.0.0.0/9").contains(address("10.127.255.255")));
    CHECK_FALSE(prefix("10.0.0.0/9").contains(address("10.128.0.0")));
    CHECK(prefix("192.0.2.1/32").contains(address("192.0.2.1")));
    CHECK_FALSE(prefix("192.0.2.1/32").contains(address("192.0.2.0")));
    CHECK(prefix("::/0").contains(address("ffff::")));
    CHECK_FALSE(prefix("::/0").contains(address("192.0.2.1")));
    CHECK_FALSE(prefix("0.0.0.0/0").contains(address("::")));
    CHECK(prefix("2001:db8::/33").contains(address("2001:db8:7fff::1")));
    CHECK_FALSE(prefix("2001:db8::/33").contains(address("2001:db8:8000::1")));
}
