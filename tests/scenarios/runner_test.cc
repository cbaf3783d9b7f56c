// SPDX-License-Identifier: EUPL-1.2
// The scenario runner itself: what it refuses, how it compares, and that its servers answer as good servers do. A
// runner that lets things pass would make every scenario worthless.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/scenarios/authority/signer.h"
#include "tests/scenarios/authority/zone.h"
#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/rpl/header.h"
#include "tests/scenarios/rpl/scenario.h"
#include "tests/scenarios/simulator/world.h"
#include "tests/scenarios/story/play.h"
#include "tests/scenarios/story/story.h"

namespace
{

using namespace rw;
using namespace rw::scenarios;

dns::Name name(std::string_view text)
{
    return *dns::Name::parse(text);
}

std::string refusal_of(const std::string& content)
{
    const auto scenario = rpl::parse("x.rpl", content);
    if (!scenario)
        return scenario.error().message;
    const auto setup = rpl::read_header(*scenario);
    return setup ? "" : setup.error().message;
}

std::string wrapped(const std::string& entry_lines)
{
    return "stub-addr: 193.0.14.129\nCONFIG_END\nSCENARIO_BEGIN x\nSTEP 1 QUERY\nENTRY_BEGIN\n" + entry_lines +
           "ENTRY_END\nSCENARIO_END\n";
}

Message asked(const Zone& zone, std::string_view owner, dns::RRType type, bool dnssec = false)
{
    Message reply;
    reply.question = dns::Question{.name = name(owner), .type = type};
    zone.answer(reply, dnssec);
    return reply;
}

Zone sample_zone()
{
    const auto records = parse_records(
        "@ SOA ns h 1 1 1 1 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n*.w A 192.0.2.3\na.ent A 192.0.2.4\n"
        "al CNAME www\nold DNAME w\nsub NS ns.sub\nns.sub A 192.0.2.5\n",
        name("example."), 60);
    REQUIRE(records);
    return {name("example."), *records};
}

/// A file with `yaml` in it, as long as this lives.
class StoryFile
{
 public:
    explicit StoryFile(const std::string& yaml) { std::ofstream(path_) << yaml; }
    StoryFile(const StoryFile&) = delete;
    StoryFile& operator=(const StoryFile&) = delete;
    ~StoryFile() { std::filesystem::remove(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("runner-test-story." + std::to_string(getpid()) + ".yaml");
};

std::string story_refusal(const std::string& yaml)
{
    const auto story = story::read(StoryFile(yaml).path());
    return story ? "" : story.error().message;
}

/// What comes of a story of the zone example., signed, with one change between two questions.
std::string after_change(const std::string& change, const std::string& zone = "", const std::string& last = "",
                         const std::string& words = "")
{
    const StoryFile file(
        "zones:\n  .: {servers: {k.root-servers.net.: 193.0.14.129}, signed: nsec}\n"
        "  example.: {servers: {ns.example.: 192.0.2.1}, signed: nsec, ttl: 60, delegation-ttl: 60,"
        " records: 'www A 192.0.2.80'" +
        (zone.empty() ? "" : ", " + zone) + "}\nsteps:\n  - query: www.example. A\n    expect: {}\n" + "  - change: {" +
        change + "}\n  - advance: 2h\n  - query: www.example. A " + words + "\n    expect: {" + last + "}\n");
    return story::play(file.path(), {}).front().failure.value_or("");
}

}  // namespace

TEST_CASE("an .rpl file with words that are not known is refused with its line")
{
    CHECK(refusal_of(wrapped("REPLY RD\nSECTION QUESTION\na. IN A\n")).empty());
    CHECK(refusal_of(wrapped("REPLY RD SURPRISE\n")).find("x.rpl:6:") != std::string::npos);
    CHECK(refusal_of(wrapped("MATCH opcode colour\n")).find("x.rpl:6:") != std::string::npos);
    CHECK(refusal_of(wrapped("ADJUST copy_all\n")).find("x.rpl:6:") != std::string::npos);
    CHECK(refusal_of(wrapped("SECTION QUESTIONS\n")).find("x.rpl:6:") != std::string::npos);
    CHECK(refusal_of("colour: red\nCONFIG_END\nSCENARIO_BEGIN x\nSCENARIO_END\n").find("x.rpl:1:") !=
          std::string::npos);
    CHECK(refusal_of("CONFIG_END\nSCENARIO_BEGIN x\nDANCE 1\nSCENARIO_END\n").find("x.rpl:3:") != std::string::npos);
    CHECK(refusal_of("CONFIG_END\nSCENARIO_BEGIN x\nSTEP 1 SLEEP\n").find("x.rpl:3:") != std::string::npos);
}

TEST_CASE("a header becomes settings")
{
    const auto scenario = rpl::parse("x.rpl",
                                     "do-ip6: no\nstub-addr: 192.0.2.1 # root\nquery-minimization: on\n"
                                     "harden-glue: \"no\"\nval-override-date: \"20120420235959\"\n"
                                     "features: max_ttl = 600\nCONFIG_END\nSCENARIO_BEGIN x\nSCENARIO_END\n");
    REQUIRE(scenario);
    const auto setup = rpl::read_header(*scenario);
    REQUIRE(setup);
    CHECK_FALSE(setup->settings.outgoing.ipv6);
    CHECK_FALSE(setup->settings.iterate.harden_glue);
    CHECK(setup->settings.cache.max_ttl == std::chrono::seconds(600));
    CHECK(setup->minimisation == rpl::Minimisation::on);
    CHECK(setup->hints.find("192.0.2.1") != std::string::npos);
    CHECK(setup->start.time_since_epoch().count() == 1334966399);
}

TEST_CASE("records are compared without order, TTL and case of names")
{
    rpl::Entry entry;
    entry.match.answer = true;
    entry.message.answer() = *parse_records("a. 5 NS B.c.\na. 5 NS d.\n", dns::Name(), 1);
    Message got;
    got.answer() = *parse_records("A. 9 NS d.\nA. 9 NS b.C.\n", dns::Name(), 1);
    CHECK_FALSE(rpl::mismatch(entry, got, false));
    got.answer().pop_back();
    CHECK(rpl::mismatch(entry, got, false));
    entry.match.ttl = true;
    got.answer() = *parse_records("A. 9 NS d.\nA. 9 NS b.C.\n", dns::Name(), 1);
    CHECK(rpl::mismatch(entry, got, false));
}

TEST_CASE("a message written is the message read")
{
    Message message;
    message.id = 7;
    message.flags = dns::Header::qr | dns::Header::aa;
    message.rcode = 16;
    message.question = dns::Question{.name = name("www.example."), .type = dns::RRType::mx};
    message.answer() = *parse_records("www.example. 5 MX 10 mail.example.\nwww.example. 5 MX 20 b.\n", dns::Name(), 1);
    message.edns = EdnsRecord{.udp_size = 1400, .dnssec_ok = true};
    const auto read = decode(encode(message));
    REQUIRE(read);
    CHECK(read->id == 7);
    CHECK(read->rcode == 16);
    CHECK(read->answer().size() == 2);
    CHECK(read->answer()[0].same_as(message.answer()[0]));
    CHECK(read->edns->dnssec_ok);
    CHECK(decode(encode(message, 40))->has(dns::Header::tc));
}

TEST_CASE("a simulated server answers as RFC 1034 says")
{
    const Zone zone = sample_zone();
    CHECK(asked(zone, "www.example.", dns::RRType::a).answer().size() == 1);
    CHECK(asked(zone, "x.w.example.", dns::RRType::a).answer().size() == 1);
    CHECK(asked(zone, "al.example.", dns::RRType::a).answer().size() == 2);
    CHECK(asked(zone, "x.old.example.", dns::RRType::a).answer().size() == 3);
    CHECK(asked(zone, "ent.example.", dns::RRType::a).rcode == 0);
    CHECK(asked(zone, "no.example.", dns::RRType::a).rcode == 3);
    CHECK(asked(zone, "no.example.", dns::RRType::a).authority().size() == 1);
    const Message referral = asked(zone, "www.sub.example.", dns::RRType::a);
    CHECK_FALSE(referral.has(dns::Header::aa));
    CHECK(referral.authority().size() == 1);
    CHECK(referral.additional().size() == 1);
}

TEST_CASE("a signed zone proves what it says")
{
    const WallSeconds now{std::chrono::seconds(1'700'000'000)};
    const ZoneSigner signer(name("example."), {.inception = now, .expiration = now + std::chrono::days(1)});
    const auto records = parse_records("@ SOA ns h 1 1 1 1 60\n@ NS ns\nns A 192.0.2.1\n", name("example."), 60);
    for (const Denial denial : {Denial::nsec, Denial::nsec3}) {
        const auto all = signer.sign(*records, denial, {});
        REQUIRE(all);
        const Zone zone(name("example."), *all);
        CHECK(asked(zone, "ns.example.", dns::RRType::a, true).answer().size() == 2);
        CHECK(asked(zone, "no.example.", dns::RRType::a, true).authority().size() >= 4);
        CHECK(asked(zone, "example.", dns::RRType::dnskey, true).answer().size() >= 3);
    }
    CHECK(signer.delegation_signer().type == dns::RRType::ds);
}

TEST_CASE("virtual time jumps from event to event")
{
    World world{WallSeconds{std::chrono::seconds(1000)}};
    const Instant start = world.now();
    std::vector<int> order;
    world.plan(std::chrono::hours(2), [&] { order.push_back(2); });
    world.plan(std::chrono::hours(1), [&] { order.push_back(1); });
    CHECK(world.run_until([&] { return order.size() == 2; }, start + std::chrono::hours(3)));
    CHECK(order == std::vector{1, 2});
    CHECK(world.now() - start == std::chrono::hours(2));
    CHECK(world.clock().wall_seconds().time_since_epoch() == std::chrono::seconds(1000 + 7200));
    CHECK_FALSE(world.run_until([] { return false; }, start + std::chrono::hours(3)));
    CHECK(world.now() - start == std::chrono::hours(3));
}

TEST_CASE("a scenario of ours with a key that is not known is refused with its line")
{
    CHECK(story_refusal("steps:\n  - query: a. A\n").empty());
    CHECK(story_refusal("steps:\n  - query: a. A\n    expct: {}\n").find("line 3: unknown key 'expct'") !=
          std::string::npos);
    CHECK(story_refusal("steps:\n  - query: a. A loudly\n").find("line 2:") != std::string::npos);
    CHECK(story_refusal("zones: {com.: {colour: red}}\nsteps: [{query: a. A}]\n").find("colour") != std::string::npos);
    CHECK_FALSE(story_refusal("zones: {com.: {}}\n").empty());
}

TEST_CASE("a change without effect fails its scenario")
{
    for (const std::string nothing :
         {"zones: {example.: {signatures: sound}}", "zones: {example.: {servers: {ns.example.: 192.0.2.1}}}",
          "zones: {example.: {records: 'www A 192.0.2.80'}}", "zones: {example.: {iterations: 5}}",
          "zones: {example.: {delegation: ~}}", "zones: {exmaple.: {records: 'www A 192.0.2.81'}}",
          "zones: {example.: {also-at: []}}", "servers: {192.0.2.1: []}", "ipv4: works", "path: {loss: 0}",
          "zones: {example.: {keys: 2}, .: {ttl: 3600}}"})
        CHECK_MESSAGE(after_change(nothing).find("has no effect") != std::string::npos, nothing);
    CHECK(story_refusal("steps: [{change: {}}, {query: a. A}]\n").find("a change of nothing") != std::string::npos);
}

TEST_CASE("rules that a server has already, and settings that are in force, change nothing")
{
    const auto failure_of = [](const std::string& step) {
        const StoryFile file(
            "zones: {example.: {servers: {ns.example.: 192.0.2.1}, records: 'www A 192.0.2.80'}}\n"
            "servers: {192.0.2.1: [{name: a.example., rcode: REFUSED}, {name: b.example., from-query: 2, drop: true}]}\n"
            "settings: {cache: {prefetch: true}}\n"
            "steps:\n  - query: www.example. A\n    expect: {}\n  - " +
            step + "\n");
        return story::play(file.path(), {}).front().failure.value_or("");
    };
    const std::string nothing = "has no effect";
    CHECK(failure_of(
              "change: {servers: {192.0.2.1: [{name: a.example., rcode: REFUSED}, {name: b.example., from-query: 2,"
              " drop: true}]}}")
              .find(nothing) != std::string::npos);
    CHECK(failure_of("change: {servers: {192.0.2.1: {name: a.example., rcode: REFUSED}}}") == "");
    CHECK(failure_of("reload: {cache: {prefetch: true}}").find(nothing) != std::string::npos);
    CHECK(failure_of("reload: {}") == "");
    CHECK(failure_of("reload: {cache: {prefetch: maybe}}").find("reload: settings:") != std::string::npos);
}

TEST_CASE("a change of a zone shows at its servers")
{
    CHECK(after_change("zones: {example.: {signatures: expired}}", "", "rcode: SERVFAIL") == "");
    CHECK(after_change("zones: {example.: {signatures: sound}}", "signatures: expired", "security: secure", "ad") ==
          "");
    CHECK(after_change("zones: {example.: {signatures: sound}}", "signatures: not-yet-valid", "security: secure",
                       "ad") == "");
    CHECK(after_change("zones: {example.: {keys: 2, signatures: expired}}", "", "rcode: SERVFAIL") == "");
    CHECK(after_change("zones: {example.: {also-signed: [{records: 'www A 192.0.2.99', labels: 2}]}}",
                       "also-signed: [{records: 'www A 192.0.2.98', labels: 2}]", "answer: www.example. A 192.0.2.99",
                       "cd") == "");
    CHECK(after_change("zones: {example.: {served-at: []}}, servers: {192.0.2.1: {lame: true}}", "",
                       "rcode: SERVFAIL") == "");
    CHECK(after_change("zones: {example.: {delegation: ~}}", "delegation: 'example NS ns.example.com.'",
                       "rcode: NOERROR") == "");
}
