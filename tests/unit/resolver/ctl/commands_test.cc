// SPDX-License-Identifier: EUPL-1.2
#include "resolver/ctl/commands.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "resolver/control/json.h"
#include "tests/unit/expect_text.h"
#include "tests/unit/resolver/control/control_server.h"

using namespace rw::ctl;
using rw::control::OrderedJson;
using rw::control::test::ControlServer;
using rw::control::test::FakeService;
using rw::control::test::ScratchFolder;
using rw::test::expect_text;

namespace
{

struct Outcome {
    ExitStatus status = ExitStatus::good;
    std::string out;
    std::string err;
};

Outcome run(const std::vector<std::string>& arguments)
{
    std::ostringstream out;
    std::ostringstream err;
    const ExitStatus status = run_command_line(arguments, out, err);
    return {status, out.str(), err.str()};
}

Outcome ask(const ControlServer& server, std::vector<std::string> arguments)
{
    arguments.insert(arguments.end(), {"--socket", server.path().string()});
    return run(arguments);
}

}  // namespace

TEST_CASE("root shows 13 rows with operator and jurisdiction, and the share")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"root"});
    CHECK(outcome.status == ExitStatus::good);
    expect_text(outcome.out, "ID  OPERATOR");
    expect_text(outcome.out, "I   Netnod                  SE            192.36.148.17");
    expect_text(outcome.out,
                "K   RIPE NCC                NL            193.0.14.129    preferred  good        12.3 ms");
    expect_text(outcome.out, "2026112200 (not validated)");
    expect_text(outcome.out, "ns1.nl-ams.k.ripe.net");
    expect_text(outcome.out, "last hour          99.9 %   999 of 1000");
    expect_text(outcome.out, "last 24 hours     100.0 %  1000 of 1000");
    expect_text(outcome.out, "since start             -        0 of 0");
    std::size_t rows = 0;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line) && !line.empty();)
        ++rows;
    CHECK(rows == 14);
}

TEST_CASE("root shows events, health and what the figures mean")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"root"});
    expect_text(outcome.out, "newest validly signed root zone: 2026112200");
    expect_text(outcome.out, "path-tampering (critical): C gave ?[31m records");
    expect_text(outcome.out, "K          99.0 %  13.0 ms  100.0 %");
    expect_text(outcome.out, "Jurisdiction is the seat of the operator.");
    expect_text(outcome.out, "K answers from outside Europe too");
}

TEST_CASE("what a server calls itself cannot steer the terminal")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"root"});
    CHECK(outcome.out.find('\x1b') == std::string::npos);
    expect_text(outcome.out, "s1.?[31msto");
}

TEST_CASE("global options stand before or after the command")
{
    const ControlServer server;
    const Outcome after = ask(server, {"status", "--json"});
    const Outcome before = run({"--json", "--socket", server.path().string(), "status"});
    CHECK(after.out == before.out);
    CHECK(OrderedJson::parse(after.out)["schema"] == "rootward/status/1");
}

TEST_CASE("status is readable")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"status"});
    expect_text(outcome.out, "version       9.9\n");
    expect_text(outcome.out, "uptime        1 d 01:01:01\n");
    expect_text(outcome.out, "listening     127.0.0.1:53 dns\n");
    expect_text(outcome.out, "mirror serial -\n");
}

TEST_CASE("lookup shows the answer, its security and who was asked")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"lookup", "www.example", "A"});
    CHECK(outcome.status == ExitStatus::good);
    expect_text(outcome.out, "www.example. A: NOERROR, secure, 1.5 ms\n");
    expect_text(outcome.out, "www.example.\t300\tIN\tA\t192.0.2.1\n");
    expect_text(outcome.out, "K, RIPE NCC (NL)");
}

TEST_CASE("a bogus name and a failed resolution exit with 1, NXDOMAIN with 0")
{
    ControlServer server;
    const auto status_of = [&server](const char* security, rw::Rcode rcode) {
        server.with_service([security, rcode](FakeService& service) {
            service.security = security;
            service.rcode = rcode;
        });
        return ask(server, {"lookup", "a", "A"}).status;
    };
    CHECK(status_of("bogus", rw::Rcode::servfail) == ExitStatus::bad);
    CHECK(status_of("insecure", rw::Rcode::servfail) == ExitStatus::bad);
    CHECK(status_of("secure", rw::Rcode::nxdomain) == ExitStatus::good);
}

TEST_CASE("explain says in one sentence what is wrong, shows the chain, and exits with 1 for a bogus name")
{
    ControlServer server;
    server.with_service([](FakeService& service) { service.security = "bogus"; });
    const Outcome outcome = ask(server, {"explain", "www.example", "A"});
    CHECK(outcome.status == ExitStatus::bad);
    expect_text(outcome.out, "www.example. A: bogus");
    expect_text(outcome.out, "the signature of x. A by x. is expired\n");
    expect_text(outcome.out, "20326 RSASHA256");
    expect_text(outcome.out, "193.0.14.129");
    server.with_service([](FakeService& service) { service.security = "secure"; });
    CHECK(ask(server, {"explain", "www.example", "A"}).status == ExitStatus::good);
    expect_text(ask(server, {"explain", "www.example", "A", "--json"}).out, "\"schema\":\"rootward/explain/1\"");
}

TEST_CASE("explain draws the chain as SVG, and says so when it cannot")
{
    ControlServer server;
    server.with_service([](FakeService& service) { service.security = "bogus"; });
    const std::string path = (std::filesystem::temp_directory_path() / fmt::format("chain-{}.svg", getpid())).string();
    CHECK(ask(server, {"explain", "a&b.example", "A", "--svg", path}).status == ExitStatus::bad);
    std::ifstream file(path);
    const std::string svg{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(path);
    expect_text(svg, "<svg xmlns");
    expect_text(svg, "a&amp;b.example. A");
    expect_text(svg, "key 20326, RSASHA256, from 193.0.14.129:53 (root identity K)");
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(ask(server, {"explain", "a", "A", "--svg", "/nowhere/chain.svg"}).status == ExitStatus::usage);
}

TEST_CASE("cache, servers, inflight and log are readable")
{
    ControlServer server;
    expect_text(ask(server, {"cache", "flush", "example.org"}).out, "7 entries at and below example.org. forgotten\n");
    expect_text(ask(server, {"cache", "flush", "all"}).out, "the cache is empty");
    expect_text(ask(server, {"cache", "stats"}).out, "128.0 MiB of 256.0 MiB");
    expect_text(ask(server, {"cache", "stats"}).out, "75 of 100 (75.0 %)");
    expect_text(ask(server, {"cache", "stats"}).out, "index     32.0 MiB of that");
    expect_text(ask(server, {"servers", "www.example"}).out, "ns1.example.  192.0.2.53:53  5.0 ms");
    expect_text(ask(server, {"servers", "www.example"}).out, "ns2.example. has no known address");
    expect_text(ask(server, {"servers", "www.example"}).out, "zone example. (as its parent delegates it)");
    server.with_service([](FakeService& service) { service.zone_source = "forward-zone"; });
    expect_text(ask(server, {"servers", "www.example"}).out, "zone example. (forward zone of the configuration");
    expect_text(ask(server, {"inflight"}).out, "nothing is being resolved");
    server.with_service([](FakeService& service) { service.in_flight = 2; });
    expect_text(ask(server, {"inflight"}).out, "slow.example.  MX    1200.0 ms        3  upstream");
    expect_text(ask(server, {"log", "debug"}).out, "log level is debug");
}

TEST_CASE("failures name the question, how often, and why")
{
    const ControlServer server;
    const Outcome outcome = ask(server, {"failures"});
    CHECK(outcome.status == ExitStatus::good);
    expect_text(outcome.out, "broken.example.  A     12 s      3    6  validation failed: no DS matches?[31m");
    const OrderedJson json = OrderedJson::parse(ask(server, {"failures", "--json"}).out);
    CHECK(json["schema"] == "rootward/failures/1");
    CHECK(json["questions"][0]["reason"] == "bogus");
}

TEST_CASE("compare says what is wrong with its arguments before it asks anybody")
{
    const ScratchFolder folder;
    const std::string names = (folder.path() / "names").string();
    std::ofstream(names) << "www.example.org AAAA\nexample NOTYPE\n";
    CHECK(run({"compare", "--names", names}).status == ExitStatus::usage);
    expect_text(run({"compare", "--with", "nowhere", "--names", names}).err, "nowhere");
    expect_text(run({"compare", "--with", "192.0.2.1", "--names", names}).err, "names:2: expected NAME or NAME TYPE");
    expect_text(run({"compare", "--with", "192.0.2.1", "--names", "/nonexistent"}).err, "/nonexistent");
}

TEST_CASE("a reload that is refused shows each problem with its place and exits with 2")
{
    ControlServer server;
    server.with_service([](FakeService& service) {
        service.reloaded.file = "/etc/r.yaml";
        service.reloaded.problems = {{2, 10, "workers: 0 is too small"}};
    });
    const Outcome refused = ask(server, {"reload"});
    CHECK(refused.status == ExitStatus::usage);
    expect_text(refused.out, "/etc/r.yaml:2:10: workers: 0 is too small\n");
    server.with_service([](FakeService& service) {
        service.reloaded.problems.clear();
        service.reloaded.changes = {{"workers", "2", "3", rw::config::Reload::restart}};
    });
    expect_text(ask(server, {"reload"}).out, "workers: 2 -> 3 (after a restart)\n");
}

TEST_CASE("no daemon means exit status 3 and advice")
{
    const Outcome outcome = run({"status", "--socket", "/nonexistent/control.sock"});
    CHECK(outcome.status == ExitStatus::unreachable);
    expect_text(outcome.err, "is rootward running?");
    CHECK(outcome.out.empty());
    CHECK(run({"status", "--socket", std::string(200, 'x')}).status == ExitStatus::unreachable);
}

TEST_CASE("the socket is found in the daemon's configuration")
{
    const ControlServer server;
    const ScratchFolder folder;
    const std::string good = (folder.path() / "good.yaml").string();
    const std::string off = (folder.path() / "off.yaml").string();
    const std::string bad = (folder.path() / "bad.yaml").string();
    std::ofstream(good) << "control: {socket: " << server.path().string() << "}\n";
    std::ofstream(off) << "control: {socket: off}\n";
    std::ofstream(bad) << "wrokers: 3\n";
    CHECK(run({"-c", good, "status"}).status == ExitStatus::good);
    CHECK(run({"-c", off, "status"}).status == ExitStatus::usage);
    const Outcome outcome = run({"-c", bad, "status"});
    CHECK(outcome.status == ExitStatus::usage);
    expect_text(outcome.err, "bad.yaml:1:1: unknown key 'wrokers'");
}

TEST_CASE("wrong usage exits with 2")
{
    const ControlServer server;
    CHECK(run({}).status == ExitStatus::usage);
    CHECK(run({"halt"}).status == ExitStatus::usage);
    CHECK(run({"cache"}).status == ExitStatus::usage);
    CHECK(run({"lookup", "a"}).status == ExitStatus::usage);
    CHECK(run({"status", "--unknown"}).status == ExitStatus::usage);
    const Outcome outcome = ask(server, {"lookup", "a", "NOPE"});
    CHECK(outcome.status == ExitStatus::usage);
    expect_text(outcome.err, "not a type that can be looked up");
}

TEST_CASE("a file that is no zone file is wrong usage, a zone with a mistake is a failed zone")
{
    const ScratchFolder folder;
    const auto put = [&](const char* name, const char* text) {
        const auto path = folder.path() / name;
        std::ofstream(path) << text;
        return path.string();
    };
    const Outcome other = run({"zone", "verify", put("passwd", "root:x:0:0:root:/root:/bin/bash\n")});
    CHECK(other.status == ExitStatus::usage);
    expect_text(other.err, "passwd is no zone file (line 1: ");
    const Outcome marked = run({"zone", "verify", put("bom", "\xef\xbb\xbf. 5 IN SOA a. b. 1 2 3 4 5\n")});
    CHECK(marked.status == ExitStatus::usage);
    expect_text(marked.err, "byte order mark");
    for (const char* path : {"/dev/null", "/tmp", "/nonexistent"})
        CHECK(run({"zone", "verify", path}).status == ExitStatus::usage);
    CHECK(run({"zone", "verify", put("broken", ". 5 IN SOA a. b. 1 2 3 4 5\nx. 5 IN NOSUCH x\n")}).status ==
          ExitStatus::bad);
}

TEST_CASE("every command has help with an example")
{
    for (const rw::control::Verb& verb : rw::control::verbs()) {
        std::vector<std::string> arguments;
        std::istringstream words{std::string(verb.words)};
        for (std::string word; words >> word;)
            arguments.push_back(word);
        arguments.emplace_back("--help");
        const Outcome outcome = run(arguments);
        CHECK(outcome.status == ExitStatus::good);
        expect_text(outcome.out, "Example: rootwardctl " + std::string(verb.example));
    }
    expect_text(run({"--help"}).out, "Exit status");
    expect_text(run({"--version"}).out, "rootwardctl ");
}

TEST_CASE("the completion script knows every command and its subcommands")
{
    const Outcome outcome = run({"completion", "bash"});
    CHECK(outcome.status == ExitStatus::good);
    expect_text(outcome.out, "\"rootwardctl cache\") words='flush stats' ;;");
    for (const char* word : {"status", "root", "lookup", "servers", "inflight", "cache", "reload", "log", "completion"})
        expect_text(outcome.out, word);
    expect_text(outcome.out, "\"rootwardctl zone verify\" | \"rootwardctl zone verify \"*) words='--anchor");
    CHECK(run({"completion", "fish"}).status == ExitStatus::usage);
    expect_text(run({"completion", "fish"}).err, "completion bash or completion zsh; fish is not there yet");
    expect_text(run({"completion"}).err, "completion bash or completion zsh\n");
}

TEST_CASE("a command that is not known is named, with what was meant")
{
    const auto says = [](const std::vector<std::string>& arguments, const std::string& text) {
        const Outcome outcome = run(arguments);
        CHECK(outcome.status == ExitStatus::usage);
        CHECK(outcome.out.empty());
        expect_text(outcome.err, text);
    };
    says({"statu"}, "rootwardctl: unknown command 'statu'; did you mean 'status'? rootwardctl --help lists them\n");
    says({"--socket", "/s", "flush", "example."}, "unknown command 'flush'; did you mean 'cache flush'?");
    says({"cache", "flsh", "."}, "unknown command 'flsh'; did you mean 'flush'? rootwardctl cache --help");
    says({"help"}, "did you mean '--help'?");
    says({"xyzzy"}, "unknown command 'xyzzy'; rootwardctl --help lists them\n");
    says({}, "rootwardctl: which command? rootwardctl --help lists them\n");
    says({"cache"}, "rootwardctl: which command? rootwardctl cache --help lists them\n");
}
