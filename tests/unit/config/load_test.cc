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

TEST_CASE("off takes away what is on by default")
{
    CHECK(settings_of("").status.listen);
    CHECK_FALSE(settings_of("status: {listen: off}").status.listen);
    CHECK_FALSE(settings_of("control: {socket: off}").control.socket);
    CHECK_FALSE(settings_of("dns64: off").dns64);
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
    CHECK(lines[3] == "1:65: listen[1].protocol: this is not in this version; leave it out, or write dns");
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

TEST_CASE("a word in quotes and in another case is the same word, never a path")
{
    for (const char* word : {"off", "'off'", "\"off\"", "OFF", "'Off'"}) {
        CAPTURE(word);
        const auto settings = settings_of(std::string("control: {socket: ") + word + "}\nstatus: {listen: " + word +
                                          "}\nserver: {identity: " + word + "}\nedns: {nsid: " + word +
                                          "}\ndns64: " + word + "\nuser: " + word + "\n");
        CHECK_FALSE(settings.control.socket);
        CHECK_FALSE(settings.status.listen);
        CHECK_FALSE(settings.server.identity);
        CHECK_FALSE(settings.edns.nsid);
        CHECK_FALSE(settings.dns64);
        CHECK_FALSE(settings.user);
    }
    CHECK_FALSE(settings_of("root: {hints: 'shipped'}\n").root.hints);
    CHECK_FALSE(settings_of("dnssec: {trust-anchors: 'shipped'}\n").dnssec.trust_anchors);
    CHECK(settings_of("root: {mode: 'off'}\n").root.mode == RootMode::off);
}

TEST_CASE("other programs' words for off are not taken for files or texts")
{
    for (const char* word : {"false", "no", "none", "disabled"}) {
        CAPTURE(word);
        CHECK(mentions(problems_of(std::string("control: {socket: ") + word + "}\n"), "write off if that is meant"));
    }
    CHECK(settings_of("server: {identity: \"none\"}\n").server.identity == "none");
    CHECK(mentions(problems_of("state-dir: off\n"), "this cannot be off"));
    CHECK(settings_of("state-dir: ./off\n").state_dir == "/etc/rootward/off");
}

TEST_CASE("a section or list with nothing in it is as if it were not there, and switches nothing on")
{
    const auto settings = settings_of(
        "dns64:\n  # prefix: 64:ff9b::/96\nlisten:\naccess:\ncache:\nroot:\n  prefer:\ndnssec:\n"
        "  trust-anchors:\n  negative-trust-anchors:\nlocal-zones:\n");
    CHECK(settings == Settings{});
}

TEST_CASE("what is missing is reported where its key stands")
{
    CHECK(mentions(problems_of("workers:\ncache: {size: 1MiB}\n"), "1:1: workers: expected a single value"));
    CHECK(mentions(problems_of("cache:\n  size:\n"), "2:3: cache.size: expected a single value"));
    CHECK(mentions(problems_of("dns64: {}\n"), "dns64.prefix is missing"));
    CHECK(mentions(problems_of("listen: [{}]\n"), "1:10: listen[0].address is missing"));
    CHECK(mentions(problems_of("workers: 2\nlisten:\n  - \n"), "listen[0]: expected a mapping, found nothing"));
}

TEST_CASE("settings that this version does not act on are refused, and values that ask for nothing are not")
{
    for (const char* text :
         {"mirror: {mode: audit}\n", "mirror: {mode: serve}\n", "mirror: {sources: [\"axfr://192.0.2.1\"]}\n",
          "audit: {witnesses: [\"https://witness.example\"]}\n", "continuity: {authority: a.json}\n",
          "continuity: {operators: o.json}\n", "continuity: {state-dir: c}\n", "feed: {listen: 127.0.0.1:8053}\n",
          "listen: [{address: 127.0.0.1, protocol: dot}]\n", "listen: [{address: 127.0.0.1, protocol: doh}]\n"}) {
        CAPTURE(text);
        CHECK(mentions(problems_of(text), "not in this version"));
    }
    CHECK(settings_of("mirror: {mode: off, sources: []}\naudit: {witnesses: []}\ncontinuity: {authority: off}\n"
                      "feed: {listen: off}\nlisten: [{address: 127.0.0.1, protocol: dns}]\n") == Settings{});
}

TEST_CASE("an example stands with the complaint about a list")
{
    CHECK(mentions(problems_of("access: all\n"), "write it like access: [{prefix: 10.0.0.0/8, action: allow}"));
    CHECK(mentions(problems_of("access: [10.0.0.0/8]\n"), "write it like access: [{prefix: 10.0.0.0/8"));
}

TEST_CASE("a finding about settings that were read gets its line again")
{
    const auto file = std::filesystem::temp_directory_path() / ("rw_located_" + std::to_string(::getpid()));
    std::ofstream(file) << "workers: 1\nlocal-zones:\n  - name: lan.\n    data: [\"a 60 A 192.0.2.1\", \"b\"]\n";
    const auto problems = located(file, {{"local-zones[0].data[1]", "wrong"}, {"cache.size", "large"}});
    std::filesystem::remove(file);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0] == Problem{1, 1, "cache.size: large"});
    CHECK(problems[1] == Problem{4, 32, "local-zones[0].data[1]: wrong"});
}
