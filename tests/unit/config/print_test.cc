// SPDX-License-Identifier: EUPL-1.2
#include "config/print.h"

#include <doctest/doctest.h>

#include <string>

#include "config/outline.h"
#include "tests/unit/config/loading.h"

using namespace rw::config;
using namespace rw::config::test;

namespace
{

/// Settings that differ from the defaults in every kind of value.
constexpr const char* unusual = R"(
listen: [{address: 127.0.0.2, port: 5300}, {address: "::1"}]
workers: 7
outgoing: {ipv6: false, addresses: [192.0.2.1]}
access: []
root: {prefer: [a, m], mode: off, query-budget: {burst: 600}}
upstream: {do-not-query: []}
cache: {size: 3MiB, clock: wall, serve-stale: {client-wait: 250ms}}
dnssec: {trust-anchors: [". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"],
         negative-trust-anchors: ["x.example. until 2027-01-11T00:00:00Z"]}
stub-zones: [{name: "a\\.b.example.", servers: ["[2001:db8::1]:54", 192.0.2.1]}]
local-zones: [{name: lan., type: redirect, data: ["lan. 5 TXT \"a # b: 'c'\""]}]
dns64: {prefix: "64:ff9b::/96"}
edns: {nsid: "none"}
server: {identity: "line\nbreak \u20ac"}
control: {socket: "/tmp/a b: c"}
status: {listen: off}
)";

bool has_line(const std::string& text, const std::string& line)
{
    return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("the printed configuration loads again to the same settings")
{
    REQUIRE(problems_of(unusual) == std::vector<std::string>{});
    const Settings s = settings_of(unusual);
    REQUIRE(s != Settings{});
    const std::string printed = print_config(s);
    CHECK(problems_of(printed) == std::vector<std::string>{});
    CHECK(settings_of(printed) == s);
    CHECK(settings_of(print_config(Settings{})) == Settings{});
}

TEST_CASE("what differs from the defaults is marked, and nothing else")
{
    const std::string printed = print_config(settings_of("workers: 7\ncache: {serve-stale: {max: 1d}}\n"));
    CHECK(has_line(printed, "workers: 7  # default: 2"));
    CHECK(has_line(printed, "    max: 1d  # default: 3d"));
    CHECK(has_line(printed, "  size: 256MiB"));
    std::size_t marks = 0;
    for (std::size_t at = printed.find("# default"); at != std::string::npos; at = printed.find("# default", at + 1))
        ++marks;
    CHECK(marks == 2);
}

TEST_CASE("a difference names each changed setting, its values and whether it needs a restart")
{
    const auto changes = difference(
        Settings{},
        settings_of("workers: 7\nroot: {mode: only}\ndns64: {prefix: \"64:ff9b::/96\"}\nstatus: {listen: off}\n"));
    REQUIRE(changes.size() == 5);
    CHECK(changes[0] == Change{"workers", "2", "7", Reload::restart});
    CHECK(changes[1] == Change{"root.mode", "prefer", "only", Reload::live});
    CHECK(changes[2] == Change{"dns64.prefix", "off", "\"64:ff9b::/96\"", Reload::live});
    CHECK(changes[3] == Change{"status.listen", "\"127.0.0.1:9153\"", "off", Reload::restart});
    CHECK(changes[4].path == "dns64");
}

TEST_CASE("equal settings have no difference")
{
    CHECK(difference(settings_of(unusual), settings_of(unusual)).empty());
}

TEST_CASE("YAML scalars are quoted exactly when they need it")
{
    CHECK(yaml_scalar("example.") == "example.");
    CHECK(yaml_scalar("/run/x.sock") == "/run/x.sock");
    CHECK(yaml_scalar("10.0.0.0/8") == "10.0.0.0/8");
    CHECK(yaml_scalar(".") == ".");
    for (const char* text :
         {"", "off", "null", "true", "a: b", "::1", "a #b", "-x", "*a", "&a", "!a", "{", "\"", "\\"}) {
        CAPTURE(text);
        CHECK(yaml_scalar(text).front() == '"');
    }
}
