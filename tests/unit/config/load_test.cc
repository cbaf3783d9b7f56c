// SPDX-License-Identifier: EUPL-1.2
#include "config/load.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/config/loading.h"

using namespace rw::config;
using namespace rw::config::test;
using namespace std::chrono_literals;

TEST_CASE("an empty file gives the defaults")
{
    CHECK(problems_of("").empty());
    CHECK(settings_of("") == Settings{});
    CHECK(settings_of("cache:\nroot:\n") == Settings{});
}

TEST_CASE("every kind of section is read")
{
    const char* text = R"(
listen: [{address: "::1", port: 5353}]
workers: 4
access: [{prefix: 10.0.0.0/8, action: allow-snoop}]
root: {prefer: [K], mode: only, query-budget: {per-second: 5, burst: 6}, monitor: {interval: 1h}}
cache: {size: 64MiB, serve-stale: {enabled: true, client-wait: 500ms}}
dnssec: {signature-skew: 0s, negative-trust-anchors: [broken.example]}
forward-zones: [{name: ., servers: [192.0.2.1, "[2001:db8::1]:5353"]}]
local-zones: [{name: lan, type: static, data: ["a.lan. 300 A 192.0.2.9"]}]
dns64: {prefix: 64:ff9b::/96}
policy: [{suffix: ads.example., action: forward, servers: [192.0.2.7]}]
edns: {nsid: fra1}
log: {level: debug}
)";
    CHECK(problems_of(text).empty());
    const Settings s = settings_of(text);
    REQUIRE(s.listen.size() == 1);
    CHECK(s.listen[0].address.to_string() == "::1");
    CHECK(s.listen[0].port == 5353);
    CHECK(s.listen[0].protocol == Protocol::dns);
    CHECK(s.workers == 4);
    REQUIRE(s.access.size() == 1);
    CHECK(s.access[0].action == AccessAction::allow_snoop);
    CHECK(s.root.prefer == std::vector<IdentityLetter>{{'k'}});
    CHECK(s.root.mode == RootMode::only);
    CHECK(s.root.query_budget.burst == 6);
    CHECK(s.root.monitor.interval == 1h);
    CHECK(s.cache.size == mebibytes(64));
    CHECK(s.cache.serve_stale.client_wait == 500ms);
    CHECK(s.dnssec.signature_skew == 0s);
    CHECK(s.dnssec.negative_trust_anchors[0].name.text == "broken.example.");
    REQUIRE(s.forward_zones.size() == 1);
    CHECK(s.forward_zones[0].servers[1].port == 5353);
    CHECK(s.local_zones[0].type == LocalZoneType::fixed);
    REQUIRE(s.dns64);
    CHECK(s.dns64->prefix.length == 96);
    CHECK(s.policy[0].servers.size() == 1);
    CHECK(s.edns.nsid == "fra1");
    CHECK(s.log.level == rw::LogLevel::debug);
}

TEST_CASE("absent trust anchors are the shipped ones, an empty list is none")
{
    CHECK_FALSE(settings_of("dnssec: {enabled: true}").dnssec.trust_anchors);
    CHECK_FALSE(settings_of("dnssec: {trust-anchors: shipped}").dnssec.trust_anchors);
    const auto none = settings_of("dnssec: {trust-anchors: []}").dnssec.trust_anchors;
    REQUIRE(none);
    CHECK(none->empty());
}

TEST_CASE("off takes away what is on by default, and quotes make it a text")
{
    CHECK(settings_of("").status.listen);
    CHECK_FALSE(settings_of("status: {listen: off}").status.listen);
    CHECK_FALSE(settings_of("control: {socket: off}").control.socket);
    CHECK(settings_of("edns: {nsid: \"off\"}").edns.nsid == "off");
    CHECK_FALSE(settings_of("dns64: off").dns64);
    CHECK(settings_of("dns64:").dns64);
}

TEST_CASE("all problems of a file are reported at once, in its order")
{
    const auto lines = problems_of(
        "listen: [{address: 127.0.0.300, prot: 53}, {port: 53, protocol: dot}]\n"
        "workers: 0\n"
        "wrokers: 3\n"
        "cache: {size: 12 bananas, clock: sundial}\n"
        "root: [i, k]\n");
    REQUIRE(lines.size() == 9);
    CHECK(lines[0].starts_with("1:20: listen[0].address: expected an IPv4 or IPv6 address"));
    CHECK(lines[1] == "1:33: unknown key 'prot' in listen[0]; did you mean 'port'?");
    CHECK(lines[2] == "1:44: listen[1].address is missing");
    CHECK(lines[3] == "1:65: listen[1].protocol: dot is not supported yet; use dns");
    CHECK(lines[4] == "2:10: workers: 0 is too small; the minimum is 1");
    CHECK(lines[5] == "3:1: unknown key 'wrokers'; did you mean 'workers'?");
    CHECK(lines[6] == "4:15: cache.size: expected a size with its unit, such as 64KiB or 256MiB; found '12 bananas'");
    CHECK(lines[7] == "4:34: cache.clock: expected one of: monotonic, wall; found 'sundial'");
    CHECK(lines[8] == "5:7: root: expected a mapping, found a list");
}

TEST_CASE("a key in the wrong section is told where it belongs")
{
    CHECK(mentions(problems_of("max-negative-ttl: 5m\n"), "there is a setting cache.max-negative-ttl"));
    CHECK(mentions(problems_of("cache: {special-use-zones: true}\n"), "there is a setting special-use-zones"));
}

TEST_CASE("a key given twice is a problem even when both values agree")
{
    CHECK(mentions(problems_of("workers: 2\nworkers: 2\n"), "2:1: 'workers' is given twice; first in line 1"));
}

TEST_CASE("wrong kinds of values are named")
{
    CHECK(mentions(problems_of("workers: [2]\n"), "1:10: workers: expected a single value, found a list"));
    CHECK(mentions(problems_of("workers:\n"), "workers: expected a single value, found nothing"));
    CHECK(mentions(problems_of("access: all\n"), "access: expected a list, found a single value"));
    CHECK(mentions(problems_of("listen: [127.0.0.1]\n"), "listen[0]: expected a mapping, found a single value"));
    CHECK(mentions(problems_of("root: {prefer: i}\n"), "root.prefer: expected a list, found a single value"));
    CHECK(mentions(problems_of("- a\n"), "the document: expected a mapping, found a list"));
}

TEST_CASE("relative paths start at the folder of the file, and named files must be readable")
{
    const auto folder = std::filesystem::temp_directory_path() / ("rw_load_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "mock.hints") << ". 3600 NS ns.\n";
    std::ofstream(folder / "good.yaml") << "root: {hints: mock.hints}\ncontrol: {socket: ctl.sock}\n";
    std::ofstream(folder / "bad.yaml") << "dnssec: {trust-anchors: [missing.key]}\n";
    const Loaded good = load_file(folder / "good.yaml");
    const Loaded bad = load_file(folder / "bad.yaml");
    std::filesystem::remove_all(folder);

    REQUIRE(good);
    CHECK(good->root.hints == folder / "mock.hints");
    CHECK(good->control.socket == folder / "ctl.sock");
    REQUIRE_FALSE(bad);
    REQUIRE(bad.error().size() == 1);
    CHECK(bad.error()[0].line == 1);
    CHECK(bad.error()[0].message.find("missing.key: No such file or directory") != std::string::npos);
}

TEST_CASE("a file that cannot be read is a problem of the file as a whole")
{
    for (const char* path : {"/nonexistent/rootward.yaml", "/", "/dev/zero"}) {
        CAPTURE(path);
        const Loaded loaded = load_file(path);
        REQUIRE_FALSE(loaded);
        REQUIRE(loaded.error().size() == 1);
        CHECK(loaded.error()[0].line == 0);
        CHECK(loaded.error()[0].message.find(path) != std::string::npos);
    }
}

TEST_CASE("no octet changed in a valid file crashes the loader or makes it accept nonsense silently")
{
    const std::string text = "cache: {size: 64MiB}\nroot: {prefer: [i, k]}\nlisten: [{address: 127.0.0.1}]\n";
    std::size_t refused = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (unsigned octet = 0; octet < 256; octet += 5) {
            std::string changed = text;
            changed[at] = static_cast<char>(octet);
            const Loaded loaded = load_text(changed, "/");
            if (loaded)
                CHECK(loaded->workers == 2);
            else
                ++refused;
        }
    }
    CHECK(refused > 3000);
}
