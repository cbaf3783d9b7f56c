// SPDX-License-Identifier: EUPL-1.2
// The regulator's side: growth is followed, and silence, rollback, fork, forgery and disagreement alarm.
#include "zones/audit/watch.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/audit/recorded_log.h"
#include "zones/audit/export.h"

namespace rw::zones::audit
{

namespace
{

const WallSeconds soon{std::chrono::seconds(1704067200 + 60)};

struct Regulator {
    SimulatedFiles& files;
    std::vector<VerifierKey> keys;

    WatchRound look(const std::vector<std::string>& folders, WallSeconds now = soon)
    {
        Watcher watcher(files, "state", {.keys = keys});
        REQUIRE(watcher.open());
        std::vector<FolderSource> sources;
        for (const std::string& folder : folders)
            sources.emplace_back(files, folder);
        std::vector<LogSource*> borrowed;
        for (FolderSource& source : sources)
            borrowed.push_back(&source);
        Result<WatchRound> round = watcher.look(borrowed, now);
        REQUIRE_MESSAGE(round, (round ? "" : round.error().message));
        return std::move(*round);
    }
};

std::string alarms_of(const WatchRound& round)
{
    std::string text;
    for (const Alarm& alarm : round.alarms)
        text += std::string(alarm_name(alarm.kind)) + ":" + alarm.origin + " ";
    return text;
}

}  // namespace

TEST_CASE("two institutions are followed round by round and their events merged by serial")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), b = log_key("b.example");
    record(files, "a", a, {three_zones()[0], three_zones()[1]});
    record(files, "b", b, {three_zones()[0]});
    Regulator regulator{files, {a.verifier(), b.verifier()}};
    WatchRound round = regulator.look({"a", "b"});
    CHECK(alarms_of(round) == "");
    CHECK(round.events.size() == 1);
    CHECK(round.new_leaves == 5);
    CHECK(regulator.look({"a", "b"}).new_leaves == 0);
    record(files, "b", b, {three_zones()[1], three_zones()[2]});
    record(files, "a", a, {three_zones()[2]});
    round = regulator.look({"a", "b"});
    CHECK(alarms_of(round) == "");
    REQUIRE(round.events.size() == 3);
    CHECK(round.events[0].origin == "b.example");
    CHECK(integer_member(round.events[0].leaf, "serial") == 2024010101);
    CHECK(round.events[1].origin == "a.example");
}

TEST_CASE("institutions that disagree about a serial alarm, also when one reports later")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), b = log_key("b.example");
    record(files, "a", a, {small_root(2024010100)});
    record(files, "b", b, {small_root(2024010100, "x.\t1\tIN\tNS\ta.\n")});
    Regulator regulator{files, {a.verifier(), b.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "");
    CHECK(alarms_of(regulator.look({"a", "b"})) == "disagreement:b.example ");
}

TEST_CASE("silence, an unreachable log and a foreign signature alarm")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), b = log_key("b.example");
    record(files, "a", a, {three_zones()[0]});
    record(files, "b", b, {three_zones()[0]});
    Regulator regulator{files, {a.verifier()}};
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(25))) == "silence:a.example ");
    CHECK(alarms_of(regulator.look({"a", "none", "b"})) == "unreachable:none forged:b.example ");
}

TEST_CASE("rollback and fork alarm, and both signed checkpoints are kept as evidence")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    const OctetBuffer old = *files.read("a/checkpoint");
    record(files, "a", a, {three_zones()[1]});
    Regulator regulator{files, {a.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "");
    const OctetBuffer latest = *files.read("a/checkpoint");
    REQUIRE(files.write("a/checkpoint", old, 0644));
    CHECK(alarms_of(regulator.look({"a"})) == "rollback:a.example ");
    REQUIRE(files.write("a/checkpoint", latest, 0644));
    record(files, "fork", a, {three_zones()[0], small_root(2024010101), small_root(2024010200)});
    CHECK(alarms_of(regulator.look({"fork"})) == "fork:a.example ");
    std::size_t evidence = 0;
    for (const std::string& name : *files.list("state"))
        evidence += name.starts_with("evidence-") ? 1 : 0;
    CHECK(evidence == 2);
    CHECK(alarms_of(regulator.look({"a"})) == "");
}

TEST_CASE("a watcher's damaged state is refused, not believed")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    Regulator{files, {a.verifier()}}.look({"a"});
    for (const std::string& name : *files.list("state")) {
        if (!name.starts_with("log-"))
            continue;
        OctetBuffer state = *files.read("state/" + name);
        state[text_of(state).find("\"frontier\":[\"") + 20] ^= 1;
        REQUIRE(files.write("state/" + name, state, 0600));
    }
    CHECK_FALSE(Watcher(files, "state", {.keys = {a.verifier()}}).open());
}

TEST_CASE("every export form carries origin and index and escapes hostile text by its own rules")
{
    const Json leaf{{"kind", "event"},        {"index", 7},
                    {"time", 1704067200},     {"serial", 2024010101},
                    {"class", "tld-removed"}, {"severity", "critical"},
                    {"tld", "x\\]\"."},       {"summary", "=cmd|' /C\n\"x\""},
                    {"expected", nullptr},    {"reason", "r"},
                    {"reference", "RFC"}};
    const std::string syslog = export_line(ExportFormat::syslog, "a.example", leaf);
    CHECK(syslog.starts_with(
        "<106>1 2024-01-01T00:00:00Z - rootward - event [rootward@32473 origin=\"a.example\" index=\"7\""));
    CHECK(syslog.find("tld=\"x\\\\\\]\\\".\"") != std::string::npos);
    CHECK(std::count(syslog.begin(), syslog.end(), '\n') == 1);
    const std::string csv = export_line(ExportFormat::csv, "a.example", leaf);
    CHECK(csv.find("\"'=cmd|' /C?\"\"x\"\"\"") != std::string::npos);
    CHECK(export_header(ExportFormat::csv).starts_with("index,time,kind"));
    const Result<Json> ocsf =
        read_canonical_json(std::string_view(export_line(ExportFormat::ocsf, "a.example", leaf))
                                .substr(0, export_line(ExportFormat::ocsf, "a.example", leaf).size() - 1));
    REQUIRE(ocsf);
    CHECK((*ocsf)["class_uid"] == 2004);
    CHECK((*ocsf)["severity_id"] == 5);
    CHECK((*ocsf)["finding_info"]["uid"] == "a.example/7");
    CHECK(export_line(ExportFormat::ocsf, "a.example", {{"kind", "stop"}}).empty());
    CHECK(export_line(ExportFormat::jsonl, "a.example", leaf).find("\"origin\":\"a.example\"") != std::string::npos);
    CHECK_FALSE(parse_export_format("xml"));
}

}  // namespace rw::zones::audit
