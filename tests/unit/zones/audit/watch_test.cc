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
    std::string state = "state";
    std::vector<VerifierKey> accepted{};

    WatchRound look(const std::vector<std::string>& folders, WallSeconds now = soon)
    {
        Result<Watcher> watcher = Watcher::open(files, state, {.keys = keys, .accepted = accepted});
        REQUIRE_MESSAGE(watcher, (watcher ? "" : watcher.error().message));
        std::vector<FolderSource> sources;
        for (const std::string& folder : folders)
            sources.emplace_back(files, folder);
        std::vector<LogSource*> borrowed;
        for (FolderSource& source : sources)
            borrowed.push_back(&source);
        Result<WatchRound> round = watcher->look(borrowed, now);
        REQUIRE_MESSAGE(round, (round ? "" : round.error().message));
        return std::move(*round);
    }
};

std::vector<SigningKey> both(const SigningKey& a, const SigningKey& b)
{
    std::vector<SigningKey> keys = list_of(a);
    keys.push_back(copy_of(b));
    return keys;
}

/// Writes a `key` leaf to the log, signed by `keys` from there on.
void note_key(Files& files, const std::string& folder, std::vector<SigningKey> now, std::vector<SigningKey> then,
              std::string_view action, const VerifierKey& key)
{
    static const FixedClock clock;
    Result<Signer> signer = Signer::open(files, folder + ".key", [&] { return std::move(now); });
    REQUIRE(signer);
    Result<LogWriter> log = LogWriter::open(files, folder, std::move(*signer));
    REQUIRE(log);
    Result<Recorder> recorder =
        Recorder::open(files, std::move(*log), {.severities = &Severities::shipped(), .clock = &clock});
    REQUIRE(recorder);
    recorder->log().use_keys(std::move(then));
    REQUIRE(recorder->note_key(action, key));
}

void rotate_in(Files& files, const std::string& folder, const SigningKey& old_key, const SigningKey& fresh)
{
    note_key(files, folder, list_of(old_key), both(old_key, fresh), "introduced", fresh.verifier());
}

void retire(Files& files, const std::string& folder, const SigningKey& old_key, const SigningKey& fresh)
{
    note_key(files, folder, both(old_key, fresh), both(old_key, fresh), "retired", old_key.verifier());
}

/// A log's folder as somebody copies it who holds the key: its memory comes along.
void copy_folder(Files& files, const std::string& from, const std::string& to)
{
    if (files.exists(from + ".key.head"))
        REQUIRE(files.write(to + ".key.head", *files.read(from + ".key.head"), 0600));
    REQUIRE(files.make_folder(to));
    for (const std::string& name : *files.list(from)) {
        const std::string stem = name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
        if (name.ends_with('/')) {
            copy_folder(files, from + "/" + stem, to + "/" + stem);
            continue;
        }
        REQUIRE(files.write(to + "/" + stem, *files.read(from + "/" + stem), 0644));
    }
}

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
    REQUIRE(round.logs.size() == 2);
    CHECK(round.logs[0].fresh + round.logs[1].fresh == 5);
    CHECK(round.logs[0].size == 4);
    CHECK(regulator.look({"a", "b"}).logs[0].fresh == 0);
    record(files, "b", b, {three_zones()[1], three_zones()[2]});
    record(files, "a", a, {three_zones()[2]});
    round = regulator.look({"a", "b"});
    CHECK(alarms_of(round) == "");
    // b tells the first event now; the second one, told by both, is one event on record twice.
    REQUIRE(round.events.size() == 2);
    CHECK(integer_member(round.events[0].leaf, "serial") == 2024010101);
    REQUIRE(round.events[0].seen.size() == 1);
    CHECK(round.events[0].seen[0].origin == "b.example");
    CHECK(integer_member(round.events[1].leaf, "serial") == 2024010200);
    REQUIRE(round.events[1].seen.size() == 2);
    CHECK(round.events[1].seen[0].origin == "a.example");
    CHECK(round.events[1].seen[1].origin == "b.example");
}

TEST_CASE("a rotation of keys is followed without anybody typing the new key, and a retired key signs nothing new")
{
    SimulatedFiles files;
    const SigningKey first = log_key("a.example"), second = log_key("a.example"), stranger = log_key("a.example");
    record(files, "a", first, {three_zones()[0]});
    Regulator regulator{files, {first.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "");
    rotate_in(files, "a", first, second);
    CHECK(alarms_of(regulator.look({"a"})) == "");
    retire(files, "a", first, second);
    CHECK(alarms_of(regulator.look({"a"})) == "");
    copy_folder(files, "a", "retired");
    record(files, "a", second, {three_zones()[1]});
    CHECK(alarms_of(regulator.look({"a"})) == "");
    CHECK(regulator.look({"a"}).logs.at(0).size == 6);
    // Whoever holds the retired key cannot go on in its name, not even over the log's true history.
    record(files, "retired", first, {three_zones()[1], three_zones()[2]});
    CHECK(alarms_of(regulator.look({"retired"})) == "forged:a.example ");
    // One who was away during the whole overlap is told to ask for the new key.
    Regulator late{files, {first.verifier()}, "late"};
    CHECK(alarms_of(late.look({"a"})) == "forged:a.example ");
    Regulator informed{files, {second.verifier()}, "informed"};
    CHECK(alarms_of(informed.look({"a"})) == "");
    // A key nobody introduced stays a stranger's.
    record(files, "other", stranger, {three_zones()[0]});
    CHECK(alarms_of(regulator.look({"other"})) == "forged:a.example ");
}

TEST_CASE("a file that cannot be had is unreachable, not a fork")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    Regulator regulator{files, {a.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "");
    record(files, "a", a, {three_zones()[1], three_zones()[2]});
    for (const std::string& name : *files.list("a/tile/entries/000.p"))
        REQUIRE(files.remove("a/tile/entries/000.p/" + name));
    CHECK(alarms_of(regulator.look({"a"})) == "unreachable:a.example ");
}

TEST_CASE("ZONEMD compares also when one institution has only a copy without signatures")
{
    const std::string digest_a(96, 'A'), digest_b(96, 'B');
    const auto zone = [](const std::string& digest, const std::string& rest = "") {
        return small_root(2024010100, ".\t86400\tIN\tZONEMD\t2024010100 1 1 " + digest + "\n" + rest);
    };
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), b = log_key("b.example"), c = log_key("c.example");
    record(files, "a", a, {zone(digest_a)});
    record(files, "b", b, {zone(digest_b)});
    record(files, "c", c, {zone(digest_a, "x.\t1\tIN\tNS\ta.\n")});
    Regulator regulator{files, {a.verifier(), b.verifier(), c.verifier()}};
    const WatchRound round = regulator.look({"a", "b"});
    REQUIRE(alarms_of(round) == "disagreement:b.example ");
    CHECK(round.alarms[0].text.find("ZONEMD: a.example saw 1 1 AAAA") != std::string::npos);
    const WatchRound content = regulator.look({"c"});
    CHECK(content.alarms.at(0).text.find("content: a.example saw ") != std::string::npos);
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
    CHECK_FALSE(Watcher::open(files, "state", {.keys = {a.verifier()}}));
}

TEST_CASE("a watcher's state in another hand is refused: a checkpoint nobody trusted signed, or another log's state")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), forger = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    record(files, "forged", forger, {three_zones()[1]});
    Regulator{files, {a.verifier()}}.look({"a"});
    Regulator{files, {forger.verifier()}, "other"}.look({"forged"});
    std::string name;
    for (const std::string& one : *files.list("state"))
        name = one.starts_with("log-") ? one : name;
    CHECK(Watcher::open(files, "state", {.keys = {a.verifier()}}));
    const OctetBuffer good = *files.read("state/" + name);
    REQUIRE(files.write("state/" + name, *files.read("other/" + name), 0600));
    CHECK_FALSE(Watcher::open(files, "state", {.keys = {a.verifier()}}));
    REQUIRE(files.write("state/log-0000000000000000.json", good, 0600));
    REQUIRE(files.write("state/" + name, good, 0600));
    CHECK_FALSE(Watcher::open(files, "state", {.keys = {a.verifier()}}));
    // What belongs to a log that is followed no more does not stand in the way of the others.
    REQUIRE(files.remove("state/log-0000000000000000.json"));
    CHECK(Watcher::open(files, "state", {.keys = {log_key("b.example").verifier()}}));
}

TEST_CASE("a source that shows another log than at first sight alarms, and the log it was is not forgotten")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), b = log_key("b.example");
    record(files, "a", a, {three_zones()[0]});
    record(files, "b", b, {three_zones()[0]});
    Regulator regulator{files, {a.verifier(), b.verifier()}};
    CHECK(alarms_of(regulator.look({"a", "b"})) == "");
    copy_folder(files, "b", "moved");
    for (const auto& [path, octets] : files.backup("b/"))
        REQUIRE(files.remove(path));
    copy_folder(files, "a", "b");
    const WatchRound round = regulator.look({"a", "b"});
    CHECK(alarms_of(round) == "swapped:b.example ");
    CHECK(round.unseen == std::vector<std::string>{"b.example"});
    CHECK(alarms_of(regulator.look({"a", "moved"})) == "");
}

TEST_CASE("a trusted key under somebody else's name does not speak for a log, unless a person accepts it")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example"), other = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    Regulator regulator{files, {a.verifier(), other.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "");
    // The holder of `other` goes on in the name of a, over its true history.
    copy_folder(files, "a", "taken");
    for (const auto& [path, octets] : files.backup("taken/")) {
        if (path == "taken/commit" || path == "taken/checkpoint") {
            const Checkpoint old = *read_checkpoint(text_of(*octets));
            REQUIRE(files.write(path, octets_of(sign_checkpoint(old.head, list_of(other))->note.whole()), 0644));
        }
    }
    record(files, "taken", other, {three_zones()[1]});
    CHECK(alarms_of(regulator.look({"taken"})) == "forged:a.example ");
    regulator.accepted = {other.verifier()};
    CHECK(alarms_of(regulator.look({"taken"})) == "");
    regulator.accepted = {};
    CHECK(alarms_of(regulator.look({"taken"})) == "");
}

TEST_CASE("made-up serials of one log push nothing of another out")
{
    SimulatedFiles files;
    Claims claims;
    CHECK(claims.note("a", 2024010100, {.sha256 = "x", .zonemd = "", .result = "unverifiable"}).empty());
    for (std::uint32_t i = 0; i <= watched_serials; ++i)
        CHECK(claims.note("evil", 4200000000U + i, {.sha256 = "y", .zonemd = "", .result = "verified"}).empty());
    const Claims again = *Claims::read(claims.to_json());
    Claims copy = again;
    CHECK(copy.note("b", 2024010100, {.sha256 = "z", .zonemd = "", .result = "unverifiable"}).size() == 1);
    CHECK(copy.to_json()["evil"].size() == watched_serials);
    CHECK(claim_of({{"sha256", std::string(60'000, 'x')}, {"zonemd", ""}, {"result", "verified"}}).sha256.size() < 100);
}

TEST_CASE("silence is told by the follower's clock: a leaf of a time to come alarms and keeps no log alive")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    record(files, "a", a, {three_zones()[0]});
    {
        FixedClock ahead;
        ahead.now = 3786912000;  // 2090
        Result<LogWriter> log = open_log(files, "a", a);
        REQUIRE(log);
        Result<Recorder> recorder =
            Recorder::open(files, std::move(*log), {.severities = &Severities::shipped(), .clock = &ahead});
        REQUIRE(recorder);
        REQUIRE(recorder->heartbeat());
    }
    Regulator regulator{files, {a.verifier()}};
    CHECK(alarms_of(regulator.look({"a"})) == "clock:a.example ");
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(23))) == "");
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(25))) == "silence:a.example ");
    // Our own clock goes back by a week: said once, and silence counts anew.
    record(files, "a", a, {three_zones()[1]});
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(24 * 8))) == "");
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(24))) == "clock:a.example ");
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(25))) == "");
    CHECK(alarms_of(regulator.look({"a"}, soon + std::chrono::hours(49))) == "silence:a.example ");
}

TEST_CASE("a watcher's state belongs to one process")
{
    SimulatedFiles files;
    const Result<Watcher> one = Watcher::open(files, "state", {.keys = {log_key().verifier()}});
    REQUIRE(one);
    CHECK(Watcher::open(files, "state", {.keys = {}}).error().message.find("another process watches") !=
          std::string::npos);
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
