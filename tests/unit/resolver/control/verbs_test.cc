// SPDX-License-Identifier: EUPL-1.2
#include "resolver/control/verbs.h"

#include <doctest/doctest.h>

#include <set>

#include "resolver/control/json.h"
#include "tests/unit/resolver/control/fake_service.h"

using namespace rw::control;
using rw::control::test::FakeService;

namespace
{

/// The reply to `line`; an empty object when there was none or more than one.
OrderedJson reply_to(FakeService& service, std::string_view line)
{
    std::vector<std::string> replies;
    handle(line, service, [&replies](std::string text) { replies.push_back(std::move(text)); });
    CHECK(replies.size() == 1);
    return replies.size() == 1 ? OrderedJson::parse(replies[0]) : OrderedJson::object();
}

OrderedJson call(FakeService& service, std::string_view words, const std::vector<std::string>& arguments = {})
{
    const Verb* verb = find_verb(words);
    REQUIRE(verb != nullptr);
    return reply_to(service, request_line(*verb, arguments));
}

std::string error_of(std::string_view line)
{
    FakeService service;
    const OrderedJson reply = reply_to(service, line);
    CHECK(reply["schema"] == "rootward/error/1");
    CHECK(reply["error"]["kind"] == "usage");
    return reply["error"]["message"].get<std::string>();
}

}  // namespace

TEST_CASE("every verb has words, help and an example that begins with its words")
{
    std::set<std::string_view> seen;
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.words);
        CHECK(seen.insert(verb.words).second);
        CHECK_FALSE(verb.doc.empty());
        CHECK(verb.example.starts_with(verb.words));
        for (const Argument& argument : verb.arguments)
            CHECK_FALSE(argument.doc.empty());
    }
    CHECK(seen.size() == 11);
}

TEST_CASE("status has the fields that outside tools rely on")
{
    FakeService service;
    const OrderedJson reply = call(service, "status");
    CHECK(reply["schema"] == "rootward/status/1");
    CHECK(reply["version"] == "9.9");
    CHECK(reply["uptime_s"] == 90061);
    CHECK(reply["root_in_use"] == "iana");
    CHECK(reply["mirror"]["serial"].is_null());
    for (const char* key : {"state", "statement", "since", "until"})
        CHECK(reply["continuity"].contains(key));
    CHECK(reply["validation"] == "on");
}

TEST_CASE("root lists 13 identities and three shares with the fields that outside tools rely on")
{
    FakeService service;
    const OrderedJson reply = call(service, "root");
    REQUIRE(reply["identities"].size() == 13);
    const OrderedJson& k = reply["identities"][10];
    for (const char* key : {"letter", "operator", "jurisdiction", "address", "tier", "state", "srtt_ms", "serial",
                            "serial_validated", "nsid"}) {
        CAPTURE(key);
        CHECK(k.contains(key));
    }
    CHECK(k["letter"] == "k");
    CHECK(k["operator"] == "RIPE NCC");
    CHECK(k["address"] == "193.0.14.129");
    CHECK(k["srtt_ms"] == 12.345);
    CHECK(k["serial_validated"] == true);
    CHECK(reply["identities"][0]["srtt_ms"].is_null());
    for (const char* span : {"1h", "24h", "start"}) {
        CAPTURE(span);
        const OrderedJson& share = reply["share"][span];
        for (const char* key : {"sent_preferred", "sent_total", "answered_preferred", "answered_total"})
            CHECK(share[key].is_number_unsigned());
        for (const char* key : {"timeout", "stale", "mode"})
            CHECK(share["other"][key].is_number_unsigned());
    }
    CHECK(reply["share"]["1h"]["sent_preferred"] == 999);
}

TEST_CASE("root tells health, queries by purpose, budget and events")
{
    FakeService service;
    const OrderedJson reply = call(service, "root");
    CHECK(reply["reference_serial"] == 2026112200);
    CHECK(reply["budget"] == OrderedJson{{"per_second", 50}, {"burst", 500}, {"refused", 3}});
    const OrderedJson& k = reply["identities"][10];
    CHECK(k["health"]["availability"] == 0.99);
    CHECK(k["health"]["latency_ms"] == 13.0);
    CHECK(k["health"]["publication_latency_ms"].is_null());
    CHECK(k["queries"]["resolution"] == OrderedJson{{"sent", 1000}, {"answered", 998}, {"timeout", 2}});
    REQUIRE(reply["events"].size() == 1);
    CHECK(reply["events"][0]["event"] == "path-tampering");
    CHECK(reply["events"][0]["severity"] == "critical");
    CHECK(reply["events"][0]["identity"] == "c");
    CHECK(reply["events"][0]["address"] == "192.33.4.12");
}

TEST_CASE("an NSID that is not UTF-8 does not break the document")
{
    FakeService service;
    const OrderedJson reply = call(service, "root");
    CHECK(reply["identities"][8]["nsid"].get<std::string>().find("sto") != std::string::npos);
}

TEST_CASE("a lookup gives records in presentation form, errors and hops")
{
    FakeService service;
    const OrderedJson reply = call(service, "lookup", {"www.example", "a"});
    CHECK(reply["name"] == "www.example.");
    CHECK(reply["type"] == "A");
    CHECK(reply["rcode"] == "NOERROR");
    CHECK(reply["security"] == "secure");
    CHECK(reply["answer"][0] ==
          OrderedJson{{"owner", "www.example."}, {"ttl", 300}, {"type", "A"}, {"rdata", "192.0.2.1"}});
    CHECK(reply["errors"][0]["code"] == 22);
    CHECK(reply["hops"][0]["identity"] == "k");
    CHECK(reply["hops"][0]["zone"] == ".");
}

TEST_CASE("a lookup may answer later")
{
    FakeService service;
    service.hold = true;
    std::string reply;
    handle(R"({"verb": "lookup", "arguments": ["a.", "TYPE65"]})", service,
           [&reply](std::string text) { reply = std::move(text); });
    CHECK(reply.empty());
    REQUIRE(service.held.size() == 1);
    service.held[0].first(service.held[0].second);
    CHECK(OrderedJson::parse(reply)["type"] == "HTTPS");
}

TEST_CASE("flush takes a name, a zone or all, and a name that is called all is written with its dot")
{
    FakeService service;
    CHECK(call(service, "cache flush", {"example.org"})["entries"] == 7);
    CHECK(call(service, "cache flush", {"all"})["flushed"] == "all");
    CHECK(call(service, "cache flush", {"all."})["flushed"] == "all.");
    CHECK(service.flushes == std::vector<std::string>{"example.org.", ".", "all."});
}

TEST_CASE("cache statistics, servers, questions in flight and the log level are reported")
{
    FakeService service;
    service.in_flight = 5000;
    CHECK(call(service, "cache stats")["entries"] == 1000);
    CHECK(call(service, "cache stats")["index_octets"] == 33554432);
    CHECK(call(service, "servers", {"www.example."})["servers"][0]["srtt_ms"] == 5.0);
    CHECK(call(service, "servers", {"www.example."})["source"] == "delegation");
    CHECK(call(service, "inflight")["questions"].size() == max_inflight_rows);
    CHECK(call(service, "log", {"debug"})["level"] == "debug");
    CHECK(service.log_level == rw::LogLevel::debug);
}

TEST_CASE("a reload that is refused says so with every problem")
{
    FakeService service;
    service.reloaded.file = "/etc/rootward/rootward.yaml";
    service.reloaded.problems = {{2, 10, "workers: 0 is too small"}};
    const OrderedJson reply = call(service, "reload");
    CHECK(reply["applied"] == false);
    CHECK(reply["problems"][0]["line"] == 2);
    service.reloaded.problems.clear();
    service.reloaded.changes = {{"workers", "2", "3", rw::config::Reload::restart}};
    CHECK(call(service, "reload")["applied"] == true);
    CHECK(call(service, "reload")["changes"][0]["takes_effect"] == "after a restart");
}

TEST_CASE("requests that are no request are told what is expected")
{
    for (const char* line : {"", "status", "[]", "{}", "null", "{\"verb\": 1}", "{\"verb\": \"status\"", "\xff\xfe",
                             "{\"verb\": \"sta\xff\"}"}) {
        CAPTURE(line);
        CHECK_FALSE(error_of(line).empty());
    }
    CHECK(error_of(std::string(2000, '[')) != "");
    CHECK(error_of(std::string(max_request_octets + 1, ' ')).find("longer than") != std::string::npos);
}

TEST_CASE("an unknown verb names the nearest one")
{
    CHECK(error_of(R"({"verb": "cache flsh"})") == "unknown verb 'cache flsh'; did you mean 'cache flush'?");
    CHECK(error_of(R"({"verb": "halt"})") == "unknown verb 'halt'");
}

TEST_CASE("arguments are counted and typed")
{
    CHECK(error_of(R"({"verb": "status", "arguments": ["x"]})") == "status takes 0 arguments, all texts");
    CHECK(error_of(R"({"verb": "lookup", "arguments": ["x"]})") == "lookup takes 2 arguments, all texts");
    CHECK(error_of(R"({"verb": "log", "arguments": [5]})") == "log takes 1 argument, a text");
    CHECK(error_of(R"({"verb": "log", "arguments": "info"})") == "log takes 1 argument, a text");
}

TEST_CASE("wrong names, types and levels are refused before the service is asked")
{
    CHECK(error_of(R"({"verb": "lookup", "arguments": ["a..b", "A"]})").find("not a domain name") != std::string::npos);
    CHECK(error_of(R"({"verb": "lookup", "arguments": ["a", "NOPE"]})").find("not a type") != std::string::npos);
    CHECK(error_of(R"({"verb": "lookup", "arguments": ["a", "AXFR"]})").find("not a type") != std::string::npos);
    CHECK(error_of(R"({"verb": "lookup", "arguments": ["a", "OPT"]})").find("not a type") != std::string::npos);
    CHECK(error_of(R"({"verb": "log", "arguments": ["loud"]})").find("not a log level") != std::string::npos);
}
