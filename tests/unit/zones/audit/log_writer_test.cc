// SPDX-License-Identifier: EUPL-1.2
// The log's promise: what was acknowledged survives a crash before or after every single file operation, with the page
// cache kept, lost, or half written out; what was published never exceeds it; the log goes on afterwards.
#include "zones/audit/log_writer.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/simulated_files.h"

namespace rw::zones::audit
{

namespace
{

const SigningKey& shared_key()
{
    static const SigningKey key = SigningKey::generate("bank.example/log", KeyType::log).value();
    return key;
}

std::vector<SigningKey> copy_of_key()
{
    std::vector<SigningKey> keys;
    keys.push_back(SigningKey::read(shared_key().private_text()).value());
    return keys;
}

std::string entry_text(std::uint64_t index)
{
    return "{\"index\":" + std::to_string(index) + "}";
}

Digest expected_root(std::uint64_t size)
{
    Frontier frontier;
    for (std::uint64_t i = 0; i < size; ++i)
        frontier.append(leaf_hash(octets_of(entry_text(i))));
    return frontier.root();
}

Result<void> grow(LogWriter& log, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        const Result<std::uint64_t> index = log.add(entry_text(log.next_index()));
        if (!index)
            return std::unexpected(index.error());
    }
    const Result<Checkpoint> checkpoint = log.commit();
    return checkpoint ? Result<void>{} : std::unexpected(checkpoint.error());
}

/// Makes a log and grows it over the edge of a full tile. Gives the size that was acknowledged last.
std::optional<std::uint64_t> workload(Files& files)
{
    std::optional<std::uint64_t> acknowledged;
    Result<LogWriter> log = LogWriter::create(files, "log", copy_of_key());
    if (!log)
        return acknowledged;
    acknowledged = 0;
    for (const std::uint64_t count : {250U, 3U, 5U, 2U}) {
        if (!grow(*log, count))
            return acknowledged;
        acknowledged = log->committed().head.size;
        if (!log->publish())
            return acknowledged;
    }
    return acknowledged;
}

void check_log(Files& files, std::uint64_t at_least)
{
    Result<LogWriter> log = LogWriter::open(files, "log", copy_of_key());
    REQUIRE_MESSAGE(log, (log ? "" : log.error().message));
    const std::uint64_t size = log->committed().head.size;
    REQUIRE(size >= at_least);
    REQUIRE(log->committed().head.root == expected_root(size));
    FolderSource source(files, "log");
    const Result<Checkpoint> published = fetch_checkpoint(source);
    REQUIRE(published);
    REQUIRE(published->head == log->committed().head);
    LogReader reader(source, size);
    REQUIRE(reader.entries(0, size, [](std::uint64_t index, Octets entry) -> Result<void> {
        return text_of(entry) == entry_text(index) ? Result<void>{} : failed("another entry");
    }));
    REQUIRE(grow(*log, 7));
    REQUIRE(log->publish());
    const Result<std::vector<std::string>> names = files.list("log/tile/0");
    REQUIRE(names);
}

enum class Loss { process_only, power, power_partly };

}  // namespace

TEST_CASE("what was acknowledged survives a crash before and after every file operation")
{
    SimulatedFiles whole;
    REQUIRE(workload(whole) == 260);
    const std::uint64_t operations = whole.operations();
    REQUIRE(operations > 60);
    for (std::uint64_t stop = 0; stop < operations; ++stop) {
        for (const Loss loss : {Loss::process_only, Loss::power, Loss::power_partly}) {
            CAPTURE(stop);
            SimulatedFiles files;
            files.crash_after(stop);
            const std::optional<std::uint64_t> acknowledged = workload(files);
            REQUIRE(files.crashed());
            if (loss == Loss::process_only)
                files.restart();
            else if (loss == Loss::power)
                files.lose_power();
            else
                files.lose_power_partly(stop);
            if (!acknowledged && !files.exists("log/commit"))
                continue;  // never made, never promised
            check_log(files, acknowledged.value_or(0));
        }
    }
}

TEST_CASE("what a power failure may not take includes everything that was ever published")
{
    SimulatedFiles whole;
    REQUIRE(workload(whole));
    for (std::uint64_t stop = 0; stop < whole.operations(); ++stop) {
        SimulatedFiles files;
        files.crash_after(stop);
        (void)workload(files);
        FolderSource source(files, "log");
        const Result<Checkpoint> seen = fetch_checkpoint(source);  // by a reader just before the power went
        files.lose_power();
        if (!seen)
            continue;
        const Result<LogWriter> log = LogWriter::open(files, "log", copy_of_key());
        REQUIRE(log);
        CHECK(log->committed().head.size >= seen->head.size);
    }
}

TEST_CASE("recovery after a crash during recovery loses nothing either")
{
    SimulatedFiles whole;
    REQUIRE(workload(whole));
    const std::uint64_t stop = whole.operations() - 12;
    for (std::uint64_t second = 0; second < 30; ++second) {
        SimulatedFiles files;
        files.crash_after(stop);
        const std::optional<std::uint64_t> acknowledged = workload(files);
        files.restart();
        files.crash_after(second);
        (void)LogWriter::open(files, "log", copy_of_key());
        files.lose_power_partly(second);
        check_log(files, acknowledged.value_or(0));
    }
}

TEST_CASE("a log opens only for its own key and refuses to go on over damage")
{
    SimulatedFiles files;
    REQUIRE(workload(files));
    std::vector<SigningKey> other;
    other.push_back(SigningKey::generate("bank.example/log", KeyType::log).value());
    CHECK(LogWriter::open(files, "log", std::move(other)).error().message.find("key file") != std::string::npos);
    CHECK_FALSE(LogWriter::create(files, "log", copy_of_key()));

    OctetBuffer tile = *files.read("log/tile/0/001.p/4");
    tile[5] ^= 1;
    REQUIRE(files.write("log/tile/0/001.p/4", tile, 0644));
    CHECK(LogWriter::open(files, "log", copy_of_key()).error().message.find("damaged") != std::string::npos);
}

TEST_CASE("a full tile replaces its partial forms once a checkpoint that needs it is out")
{
    SimulatedFiles files;
    REQUIRE(workload(files));
    CHECK(files.exists("log/tile/0/000"));
    CHECK(files.exists("log/tile/entries/000"));
    CHECK_FALSE(files.exists("log/tile/0/000.p"));
    CHECK(files.exists("log/tile/1/000.p/1"));
    CHECK(files.read("log/tile/0/001.p/4")->size() == 4 * 32);
}

TEST_CASE("an entry that does not fit its length field is refused before anything is written")
{
    SimulatedFiles files;
    Result<LogWriter> log = LogWriter::create(files, "log", copy_of_key());
    REQUIRE(log);
    CHECK_FALSE(log->add(std::string(entry_size_limit + 1, 'x')));
    CHECK_FALSE(log->add(""));
    CHECK(log->add(std::string(entry_size_limit, 'x')) == 0);
    CHECK(log->commit());
}

}  // namespace rw::zones::audit
