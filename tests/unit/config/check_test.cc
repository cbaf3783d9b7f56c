// SPDX-License-Identifier: EUPL-1.2
#include <doctest/doctest.h>

#include "config/findings.h"
#include "tests/unit/config/loading.h"

using namespace rw::config;
using namespace rw::config::test;

TEST_CASE("the defaults hold together")
{
    CHECK(validate(Settings{}).empty());
}

TEST_CASE("settings made by a program are checked like those of a file")
{
    Settings s;
    s.workers = 1000;
    s.cache.size = kibibytes(1);
    s.listen.push_back(s.listen[0]);
    const auto findings = validate(s);
    REQUIRE(findings.size() == 3);
    CHECK(findings[0] == Finding{"workers", "1000 is too large; the maximum is 256"});
    CHECK(findings[1] == Finding{"cache.size", "1KiB is too small; the minimum is 1MiB"});
    CHECK(findings[2].path == "listen[1]");
}

TEST_CASE("at least one listener, no listener twice")
{
    CHECK(mentions(problems_of("listen: []"), "at least one address is needed"));
    CHECK(mentions(problems_of("listen: [{address: 127.0.0.1}, {address: 127.0.0.1, port: 53}]"),
                   "1:32: listen[1]: the same address and port are given twice"));
    CHECK(problems_of("listen: [{address: 127.0.0.1}, {address: 127.0.0.1, port: 54}]").empty());
}

TEST_CASE("at least one family to ask over")
{
    CHECK(mentions(problems_of("outgoing: {ipv4: false, ipv6: false}"), "both off"));
    CHECK(mentions(problems_of("outgoing: {ipv6: false, addresses: [\"::1\"]}"),
                   "outgoing.addresses[0]: ::1 belongs to a family that is off"));
    CHECK(problems_of("outgoing: {ipv6: false, addresses: [192.0.2.1]}").empty());
}

TEST_CASE("a preference names identities, each once")
{
    CHECK(mentions(problems_of("root: {prefer: []}"), "root.prefer: mode prefer needs"));
    CHECK(mentions(problems_of("root: {prefer: [], mode: only}"), "mode only needs"));
    CHECK(problems_of("root: {prefer: [], mode: off}").empty());
    CHECK(mentions(problems_of("root: {prefer: [i, k, I]}"), "root.prefer[2]: i is given twice"));
    CHECK(mentions(problems_of("root: {query-budget: {per-second: 50, burst: 10}}"), "the burst must be"));
}

TEST_CASE("the smallest TTL is not above the largest")
{
    CHECK(mentions(problems_of("cache: {min-ttl: 2h, max-ttl: 1h}"), "min-ttl (2h) is larger than max-ttl (1h)"));
    CHECK(problems_of("cache: {min-ttl: 1h, max-ttl: 1h}").empty());
}

TEST_CASE("negative trust anchors are not the root and stand once")
{
    CHECK(mentions(problems_of("dnssec: {negative-trust-anchors: [.]}"), "turns all validation off"));
    CHECK(mentions(problems_of("dnssec: {negative-trust-anchors: [a.example, A.example.]}"), "is given twice"));
}

TEST_CASE("stub, forward and local zones stand once and have servers")
{
    CHECK(mentions(problems_of("stub-zones: [{name: a., servers: []}]"), "at least one server is needed"));
    CHECK(mentions(problems_of("stub-zones: [{name: a.}]"), "stub-zones[0].servers is missing"));
    CHECK(mentions(problems_of("forward-zones: [{name: a., servers: [192.0.2.1]}, {name: A, servers: [192.0.2.2]}]"),
                   "forward-zones[1]: A. is given twice"));
    CHECK(mentions(problems_of("stub-zones: [{name: a., servers: [192.0.2.1]}]\n"
                               "forward-zones: [{name: A., servers: [192.0.2.2]}]"),
                   "forward-zones[0]: A. has servers in stub-zones already"));
    CHECK(mentions(problems_of("forward-zones: [{name: a., servers: [192.0.2.1]}]\n"
                               "policy: [{suffix: a., action: forward, servers: [192.0.2.2]}]"),
                   "policy[0]: a. has servers in forward-zones already"));
    CHECK(problems_of("forward-zones: [{name: a., servers: []}]").empty());
    CHECK(
        mentions(problems_of("forward-zones: [{name: a., servers: [], fallback: true}]"), "nothing to fall back from"));
    CHECK(mentions(problems_of("dnssec: {insecure-zones: [a., A]}"), "dnssec.insecure-zones[1]: A. is given twice"));
    CHECK(mentions(problems_of("dnssec: {insecure-zones: [.]}"), "use enabled: false"));
}

TEST_CASE("a DNS64 prefix has a length of RFC 6052")
{
    CHECK(mentions(problems_of("dns64: {prefix: \"64:ff9b::/97\"}"), "dns64.prefix: expected an IPv6 prefix"));
    CHECK(mentions(problems_of("dns64: {prefix: 10.0.0.0/32}"), "expected an IPv6 prefix"));
    CHECK(problems_of("dns64: {prefix: \"2001:db8::/32\"}").empty());
}

TEST_CASE("only forwarding rules have servers")
{
    CHECK(mentions(problems_of("policy: [{suffix: a., action: forward}]"), "at least one server is needed"));
    CHECK(
        mentions(problems_of("policy: [{suffix: a., action: deny, servers: [192.0.2.1]}]"), "for the action forward"));
}

TEST_CASE("addresses are rewritten to a network of the same family and length")
{
    CHECK(mentions(problems_of("rewrite-addresses: [{from: 192.0.2.0/24, to: 198.51.100.0/25}]"), "same family"));
    CHECK(mentions(problems_of("rewrite-addresses: [{from: 192.0.2.0/24, to: \"2001:db8::/24\"}]"), "same family"));
    CHECK(problems_of("rewrite-addresses: [{from: 192.0.2.0/24, to: 198.51.100.0/24}]").empty());
}

TEST_CASE("texts that go on the wire are bounded")
{
    CHECK(mentions(problems_of("edns: {nsid: " + std::string(129, 'x') + "}"), "at most 128"));
    CHECK(mentions(problems_of("server: {identity: " + std::string(256, 'x') + "}"), "at most 255"));
    CHECK(problems_of("server: {identity: " + std::string(255, 'x') + "}").empty());
}

TEST_CASE("one client cannot have more connections than there are")
{
    CHECK(mentions(problems_of("tcp: {connections: 10, connections-per-client: 11}"), "more connections than all"));
}

TEST_CASE("a rule stands once for the names below and once for the name with them")
{
    CHECK(problems_of("policy: [{suffix: a.example, action: deny}, {suffix: \"*.a.example\", action: pass}]").empty());
    CHECK(mentions(
        problems_of("policy: [{suffix: \"*.a.example\", action: deny}, {suffix: \"*.A.example.\", action: pass}]"),
        "*.A.example. is given twice"));
    CHECK(mentions(problems_of("policy: [{suffix: \"*.a.example\", action: forward, servers: [192.0.2.1]}]"),
                   "write a.example."));
}

TEST_CASE("names that could match nothing are refused with the right spelling")
{
    CHECK(mentions(problems_of("policy: [{suffix: \"ads.example/\", action: deny}]"), "write 'ads.example'"));
    CHECK(mentions(problems_of("stub-zones: [{name: \"*.corp.example\", servers: [192.0.2.1]}]"),
                   "write 'corp.example'"));
    CHECK(mentions(problems_of("dnssec: {negative-trust-anchors: [\"*.corp.example\"]}"), "write 'corp.example'"));
    CHECK(mentions(problems_of("local-zones: [{name: 192.0.2.1}]"), "is an address"));
}

TEST_CASE("addresses that no host has, and link-local ones without an interface, are refused")
{
    CHECK(mentions(problems_of("listen: [{address: \"fe80::1\"}]"), "listen[0].address: a link-local address needs"));
    CHECK(mentions(problems_of("listen: [{address: 224.0.0.1}]"), "224.0.0.1 is the address of no host"));
    CHECK(mentions(problems_of("status: {listen: \"[fe80::1]:9153\"}"), "needs its interface"));
    CHECK(mentions(problems_of("outgoing: {addresses: [\"fe80::1\"]}"), "needs its interface"));
    CHECK(mentions(problems_of("outgoing: {addresses: [0.0.0.0]}"), "leave it out"));
    CHECK(mentions(problems_of("stub-zones: [{name: a., servers: [\"fe80::1\", 0.0.0.0, 255.255.255.255]}]"),
                   "stub-zones[0].servers[2]: 255.255.255.255 is the address of no host"));
    CHECK(problems_of("listen: [{address: \"fe80::1%lo\"}]").empty());
    CHECK(mentions(problems_of("listen: [{address: \"fe80::1%none\"}]"), "no interface has the name"));
}

TEST_CASE("IPv4 in IPv6 form matches nothing and is refused")
{
    CHECK(mentions(problems_of("listen: [{address: \"::ffff:192.0.2.1\"}]"), "write 192.0.2.1"));
    CHECK(mentions(problems_of("access: [{prefix: \"::ffff:10.0.0.0/104\", action: allow}]"), "write 10.0.0.0"));
    CHECK(mentions(problems_of("forward-zones: [{name: ., servers: [\"::ffff:192.0.2.1\"]}]"), "write 192.0.2.1"));
}

TEST_CASE("a zone whose servers all belong to a family that is off cannot be asked about")
{
    CHECK(mentions(problems_of("outgoing: {ipv6: false}\nforward-zones: [{name: ., servers: [\"2001:db8::1\"]}]"),
                   "2:36: forward-zones[0].servers: no server can be asked while outgoing.ipv6 is false"));
    CHECK(problems_of("outgoing: {ipv6: false}\nforward-zones: [{name: ., servers: [\"2001:db8::1\", 192.0.2.1]}]")
              .empty());
}

TEST_CASE("names of hosts are not looked up")
{
    CHECK(
        mentions(problems_of("status: {listen: \"localhost:9153\"}"), "names are not looked up; write 127.0.0.1:9153"));
    CHECK(mentions(problems_of("listen: [{address: localhost}]"), "write 127.0.0.1"));
}

TEST_CASE("what the start would refuse is found")
{
    CHECK(mentions(problems_of("control: {socket: /" + std::string(120, 'a') + "}"), "at most 107"));
    CHECK(mentions(problems_of("status: {listen: 127.0.0.1:53}"), "choose another port"));
    CHECK(mentions(problems_of("dns64: {prefix: \"2001:db8:1:2:300::/96\"}"), "bits 64 to 71"));
}

TEST_CASE("settings without effect are refused")
{
    CHECK(mentions(problems_of("local-zones: [{name: a., type: refuse, data: [\"x.a. 60 A 192.0.2.1\"]}]"),
                   "gives no data"));
    CHECK(mentions(problems_of("rewrite-addresses: [{from: 192.0.2.0/24, to: 192.0.2.0/24}]"), "are the same"));
    CHECK(mentions(problems_of("rewrite-addresses: [{from: 192.0.2.0/24, to: 198.51.100.0/24}, "
                               "{from: 192.0.2.7/24, to: 203.0.113.0/24}]"),
                   "192.0.2.0/24 is given twice"));
}
