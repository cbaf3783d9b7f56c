// SPDX-License-Identifier: EUPL-1.2
// What is found about a configuration before it is put to work.
#include "resolver/service/checks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/unit/scratch_file.h"

using namespace rw;
using service::find_doubts;
using service::find_problems;
using test::ScratchFile;

namespace
{

config::Settings settings_of(const std::string& text)
{
    const auto loaded = config::load_text(text, ".");
    REQUIRE(loaded);
    return *loaded;
}

bool mentions(const std::vector<config::Finding>& findings, std::string_view path, std::string_view part)
{
    return std::ranges::any_of(findings, [&](const config::Finding& finding) {
        return finding.path == path && finding.message.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("every wrong local record is found at once, each with its place in the file")
{
    const ScratchFile file(
        "local-zones:\n"
        "  - name: lan.\n"
        "    data: [\"ok.lan. 60 A 192.0.2.1\", \"printer.home. 1 A 192.0.2.1\"]\n"
        "  - {name: b., data: [printer]}\n");
    const auto loaded = service::load_configuration(file.path());
    REQUIRE_FALSE(loaded);
    REQUIRE(loaded.error().size() == 2);
    CHECK(loaded.error()[0].line == 3);
    CHECK(loaded.error()[0].message.starts_with("local-zones[0].data[1]: printer.home. is not below lan."));
    CHECK(loaded.error()[1].line == 4);
    CHECK(loaded.error()[1].message.find("a record is written as NAME [TTL] [IN] TYPE RDATA") != std::string::npos);
}

TEST_CASE("hints of a family that is off leave no root server to ask")
{
    const ScratchFile hints(". 3600 NS ns.\nns. 3600 AAAA 2001:db8::1\n");
    const std::string text = "root: {hints: " + hints.path().string() + "}\n";
    CHECK(find_problems(settings_of(text)).empty());
    CHECK(mentions(find_problems(settings_of(text + "outgoing: {ipv6: false}\n")), "root.hints",
                   "while outgoing.ipv6 is false"));
}

TEST_CASE("a group that the control socket cannot be given to is found before the start")
{
    CHECK(find_problems(settings_of("control: {group: root}\n")).empty());
    CHECK(mentions(find_problems(settings_of("control: {group: no-such-group}\n")), "control.group",
                   "there is no group no-such-group on this machine; make one with `addgroup --system no-such-group`"));
}

TEST_CASE("a listener for others whose access list knows nobody but this machine is doubted")
{
    CHECK(mentions(find_doubts(settings_of("listen: [{address: 0.0.0.0}]\n")), "listen[0].address",
                   "add your networks to access"));
    CHECK(mentions(find_doubts(settings_of("listen: [{address: 127.0.0.1}, {address: 192.0.2.1}]\n")),
                   "listen[1].address", "all others are refused"));
    CHECK(find_doubts(settings_of("listen: [{address: 0.0.0.0}]\naccess: [{prefix: 10.0.0.0/8, action: allow}]\n"))
              .empty());
    CHECK(find_doubts(settings_of("")).empty());
}

TEST_CASE("a cache larger than memory, a user that is not there and a loop to itself are doubted")
{
    CHECK(mentions(find_doubts(settings_of("cache: {size: 900GiB}\n")), "cache.size", "lower it"));
    CHECK(mentions(find_doubts(settings_of("user: rw-nobody-here\n")), "user", "there is no user rw-nobody-here"));
    CHECK(mentions(find_doubts(settings_of("forward-zones: [{name: ., servers: [192.0.2.1, 127.0.0.1]}]\n")),
                   "forward-zones[0].servers[1]", "it would ask itself"));
    CHECK(find_doubts(settings_of("forward-zones: [{name: ., servers: [\"127.0.0.1:5353\"]}]\n")).empty());
}

TEST_CASE("an audit log that only rootwardctl keeps is said")
{
    CHECK(mentions(find_doubts(settings_of("audit: {dir: /var/lib/x}\n")), "audit", "keeps no log"));
}

TEST_CASE("anchors that nothing here can use are doubted: what they are for would be insecure without a word")
{
    const std::string unknown =
        "dnssec: {trust-anchors: ['corp. IN DS 20326 8 9 E06D44', '. IN DS 20326 8 2 " + std::string(64, 'A') + "']}\n";
    CHECK(mentions(find_doubts(settings_of(unknown)), "dnssec.trust-anchors",
                   "no anchor of corp. has an algorithm and digest type that this version supports"));
    CHECK_FALSE(mentions(find_doubts(settings_of(unknown)), "dnssec.trust-anchors", "no anchor of . has"));
    CHECK(find_doubts(settings_of("")).empty());
}

TEST_CASE("a forward zone without servers that is taken out of nothing is doubted")
{
    CHECK(mentions(find_doubts(settings_of("forward-zones: [{name: a.lan., servers: []}]\n")),
                   "forward-zones[0].servers", "a.lan. is in no wider stub, forward or local zone"));
    for (const char* around : {"stub-zones: [{name: lan., servers: [192.0.2.1]}]\n", "local-zones: [{name: lan.}]\n",
                               "policy: [{suffix: lan, action: forward, servers: [192.0.2.1]}]\n"})
        CHECK(find_doubts(settings_of("forward-zones: [{name: a.lan., servers: []}]\n" + std::string(around))).empty());
    CHECK(find_doubts(settings_of("forward-zones: [{name: a.lan., servers: []}, {name: ., servers: [192.0.2.1]}]\n"))
              .empty());
}
