// SPDX-License-Identifier: EUPL-1.2
// What a recorder writes: one leaf a fact, nothing twice, everything back from the store, nothing lost in a crash.
#include "zones/audit/recorder.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/zones/audit/recorded_log.h"
#include "zones/zone_file.h"

namespace rw::zones::audit
{

namespace
{

std::vector<Json> leaves_of(Files& files)
{
    FolderSource source(files, "log");
    const Result<Checkpoint> checkpoint = fetch_checkpoint(source);
    REQUIRE(checkpoint);
    LogReader reader(source, checkpoint->head.size);
    std::vector<Json> leaves;
    REQUIRE(reader.entries(0, reader.size(), [&](std::uint64_t index, Octets entry) -> Result<void> {
        Result<Json> leaf = read_leaf(entry, index);
        if (!leaf)
            return std::unexpected(leaf.error());
        leaves.push_back(std::move(*leaf));
        return {};
    }));
    return leaves;
}

std::string kinds_of(const std::vector<Json>& leaves)
{
    std::string text;
    for (const Json& leaf : leaves)
        text += text_member(leaf, "kind") + " ";
    return text;
}

}  // namespace

TEST_CASE("each version gives its leaves in order: version, gap, delta, events")
{
    SimulatedFiles files;
    std::vector<std::string> zones = three_zones();
    zones[2] = small_root(2024010201);
    record(files, "log", log_key(), zones);
    const std::vector<Json> leaves = leaves_of(files);
    CHECK(kinds_of(leaves) == "version version delta event version gap delta event event ");
    CHECK(text_member(leaves[0], "result") == "unverifiable");
    CHECK(text_member(leaves[3], "class") == "tld-added");
    CHECK(leaves[5]["missing"] == Json::array({2024010200}));
    CHECK(text_member(leaves[7], "class") == "tld-removed");
    CHECK(text_member(leaves[7], "severity") == "critical");
    CHECK(leaves[2]["changes"].size() == 1);
    CHECK(integer_member(leaves[4], "time") == 1704067200);
}

TEST_CASE("a version on record is not recorded again, in this run or the next")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    std::vector<std::string> zones = three_zones();
    zones.push_back(zones[0]);
    CHECK(record(files, "log", key, zones)[3].known);
    const std::size_t before = leaves_of(files).size();
    for (const Recorded& one : record(files, "log", key, three_zones()))
        CHECK(one.known);
    CHECK(leaves_of(files).size() == before);
}

TEST_CASE("the next run compares with the last version of the run before")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, {three_zones()[0]});
    const std::vector<Recorded> more = record(files, "log", key, {three_zones()[1]});
    CHECK(more[0].changes == 1);
    CHECK(kinds_of(leaves_of(files)) == "version version delta event ");
}

TEST_CASE("every recorded version comes back from the store in canonical form")
{
    SimulatedFiles files;
    record(files, "log", log_key(), three_zones());
    Store store(files, "log");
    std::size_t found = 0;
    for (const Json& leaf : leaves_of(files)) {
        if (text_member(leaf, "kind") != "version")
            continue;
        const Result<std::string> text = store.get(*digest_from_hex(text_member(leaf, "sha256")));
        REQUIRE(text);
        CHECK(*text == canonical_text(*read_zone(three_zones()[found++])));
        CHECK(hex_lower(sha256(*text)) == text_member(leaf, "sha256"));
    }
    CHECK(found == 3);
}

TEST_CASE("one serial with two contents is critical, and a zone that fails verification too")
{
    SimulatedFiles files;
    const rw::zones::Signer stranger;  // of zones
    const std::string forged = stranger.sign(small_root(2024010101), {});
    const auto all =
        record(files, "log", log_key(), {small_root(2024010100), small_root(2024010100, "x. 1 IN NS a.\n"), forged});
    REQUIRE(!all[1].findings.empty());
    CHECK(all[1].findings[0].event.event_class == EventClass::serial_content);
    CHECK(all[1].findings[0].severity == Severity::critical);
    CHECK(all[2].verdict.result == ZoneResult::failed);
    CHECK(all[2].findings[0].event.event_class == EventClass::verification_failed);
}

TEST_CASE("a delta too large for one leaf is cut into parts, and one giant RRset is condensed")
{
    Delta delta{.from = 1, .to = 2, .changes = {}};
    for (int i = 0; i < 2000; ++i)
        delta.changes.push_back({.owner = "tld" + std::to_string(i) + ".",
                                 .type = dns::RRType::ns,
                                 .added = {std::string(60, 'n')},
                                 .removed = {},
                                 .ttl_before = 1,
                                 .ttl_after = 1});
    delta.changes.push_back({.owner = "big.",
                             .type = dns::RRType::txt,
                             .added = {std::string(100'000, 'x')},
                             .removed = {},
                             .ttl_before = {},
                             .ttl_after = 1});
    const std::vector<Json> leaves = delta_leaves(delta, Digest{}, Digest{});
    CHECK(leaves.size() > 3);
    std::size_t changes = 0;
    for (const Json& leaf : leaves) {
        CHECK(stamp(leaf, 1'000'000, WallSeconds{}).size() <= entry_size_limit);
        CHECK(leaf["parts"] == leaves.size());
        changes += leaf["changes"].size();
    }
    CHECK(changes == 2001);
    CHECK(leaves.back()["changes"].back()["added_count"] == 1);
}

TEST_CASE("a hostile zone with a summary without end still fits a leaf")
{
    SimulatedFiles files;
    std::string zone = small_root(2024010101);
    for (int i = 0; i < 3000; ++i)
        zone += ".\t1\tIN\tNS\t" + std::string(55, 'a') + std::to_string(i) + ".x.\n";
    const auto all = record(files, "log", log_key(), {small_root(2024010100), zone});
    const auto too_long = [](const auto& finding) { return finding.event.summary.size() > entry_size_limit; };
    CHECK(std::ranges::count_if(all[1].findings, too_long) == 1);
}

TEST_CASE("a crash at any operation loses nothing recorded and repeats nothing")
{
    const SigningKey key = log_key();
    const FixedClock clock;
    const auto work = [&](Files& files) -> std::size_t {
        Result<Signer> signer = signer_for(files, "log", key);
        if (!signer)
            return 0;
        Result<LogWriter> log = files.exists("log/commit") ? LogWriter::open(files, "log", std::move(*signer))
                                                           : LogWriter::create(files, "log", std::move(*signer));
        if (!log)
            return 0;
        Result<Recorder> recorder =
            Recorder::open(files, std::move(*log), {.severities = &Severities::shipped(), .clock = &clock});
        std::size_t recorded = 0;
        for (const std::string& zone : three_zones()) {
            if (!recorder || !recorder->record(zone, "test"))
                break;
            ++recorded;
        }
        return recorded;
    };
    SimulatedFiles whole;
    REQUIRE(work(whole) == 3);
    const std::string wanted = kinds_of(leaves_of(whole));
    for (std::uint64_t stop = 0; stop < whole.operations(); ++stop) {
        CAPTURE(stop);
        SimulatedFiles files;
        files.crash_after(stop);
        (void)work(files);
        files.lose_power_partly(stop);
        REQUIRE(work(files) == 3);
        REQUIRE(kinds_of(leaves_of(files)) == wanted);
        const LogReport report = verify(files, "log", key);
        REQUIRE_MESSAGE(report.good(), (report.good() ? "" : report.problems.front()));
    }
}

}  // namespace rw::zones::audit
