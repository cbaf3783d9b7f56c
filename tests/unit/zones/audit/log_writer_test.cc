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

Result<Signer> signer(Files& files, const SigningKey& key = shared_key())
{
    return Signer::open(files, "log.key", [&]() -> Result<std::vector<SigningKey>> {
        std::vector<SigningKey> keys;
        keys.push_back(SigningKey::read(key.private_text()).value());
        return keys;
    });
}

Result<LogWriter> open_log(Files& files, const SigningKey& key = shared_key())
{
    Result<Signer> one = signer(files, key);
    return one ? LogWriter::open(files, "log", std::move(*one)) : std::unexpected(one.error());
}

Result<LogWriter> create_log(Files& files)
{
    Result<Signer> one = signer(files);
    return one ? LogWriter::create(files, "log", std::move(*one)) : std::unexpected(one.error());
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
    Result<LogWriter> log = create_log(files);
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
    Result<LogWriter> log = open_log(files);
    REQUIRE_MESSAGE(log, (log ? "" : log.error().message));
    const std::uint64_t size = log->committed().head.size;
    REQUIRE(size >= at_least);
    REQUIRE(log->committed().head.root == expected_root(size));
    if (!log->is_published())  // the recorder does, unless witnesses must cosign first
        REQUIRE(log->publish());
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

namespace
{

/// The log's folder and what is beside its key, as a backup has them.
SimulatedFiles::Backup backup_of(const SimulatedFiles& files)
{
    return files.backup("log");
}

std::string refusal_of(const Result<LogWriter>& log)
{
    return log ? "" : log.error().message;
}

}  // namespace

TEST_CASE("a commit put back from a backup is refused, and so is every other file that leaves the key ahead of the log")
{
    SimulatedFiles files;
    {
        Result<LogWriter> log = create_log(files);
        REQUIRE(log);
        REQUIRE(grow(*log, 3));
        REQUIRE(log->publish());
    }
    const SimulatedFiles::Backup old = backup_of(files);
    {
        Result<LogWriter> log = open_log(files);
        REQUIRE(log);
        REQUIRE(grow(*log, 4));
        REQUIRE(log->publish());
    }
    const SimulatedFiles::Backup latest = backup_of(files);
    const auto after = [&](const std::vector<std::string>& paths) {
        for (const auto& [path, octets] : latest)
            files.put_back(latest, path);
        for (const std::string& path : paths)
            files.put_back(old, path);
        return refusal_of(open_log(files));
    };
    CHECK(after({}) == "");
    CHECK(after({"log/commit"}).find("put back to 3 leaves, and the published checkpoint has 7") != std::string::npos);
    CHECK(after({"log/commit", "log/checkpoint"}).find("log.key.head has 7 that this key signed") != std::string::npos);
    CHECK(after({"log/commit", "log.key.head"}).find("published checkpoint has 7") != std::string::npos);
    std::vector<std::string> folder;
    for (const auto& [path, octets] : latest) {
        if (path.starts_with("log/"))
            folder.push_back(path);
    }
    CHECK(after(folder).find("log.key.head has 7 that this key signed") != std::string::npos);
    CHECK(after({"log.key.head"}) == "");  // the log itself is ahead: nothing was forgotten
    CHECK(after({"log/checkpoint"}) == "");
    REQUIRE(files.remove("log.key.head"));
    CHECK(refusal_of(open_log(files)).find("log.key.head is not there") != std::string::npos);
}

TEST_CASE("a log put back from a backup goes on from a copy of what was published, and not from an older one")
{
    SimulatedFiles files;
    SimulatedFiles copy;
    std::optional<SimulatedFiles::Backup> old;
    for (const std::uint64_t count : {250U, 30U, 7U}) {
        Result<LogWriter> log = old ? open_log(files) : create_log(files);
        REQUIRE(log);
        if (count == 7) {
            for (const auto& [path, octets] : files.backup("log/"))
                copy.put_back(files.backup("log/"), path);
        }
        REQUIRE(grow(*log, count));
        REQUIRE(log->publish());
        if (!old)
            old = backup_of(files);
    }
    const SimulatedFiles::Backup latest = backup_of(files);
    for (const auto& [path, octets] : latest) {
        if (path.starts_with("log/"))
            files.put_back(*old, path);
    }
    REQUIRE(refusal_of(open_log(files)).find("audit restore") != std::string::npos);
    FolderSource stale(copy, "log");
    CHECK(refusal_of(LogWriter::restore(files, "log", *signer(files), stale)).find("does not lead there") !=
          std::string::npos);
    for (const auto& [path, octets] : latest)
        copy.put_back(latest, path);
    FolderSource whole(copy, "log");
    {
        Result<LogWriter> log = LogWriter::restore(files, "log", *signer(files), whole);
        REQUIRE_MESSAGE(log, refusal_of(log));
        CHECK(log->committed().head.size == 287);
        CHECK(log->committed().head.root == expected_root(287));
    }
    check_log(files, 287);
}

TEST_CASE(
    "restoring out of the folder itself is enough when only the commit was put back, and makes a lost memory again")
{
    SimulatedFiles files;
    REQUIRE(workload(files) == 260);
    const SimulatedFiles::Backup latest = backup_of(files);
    for (const char* lost : {"log/commit", "log/checkpoint", "log.key.head"}) {
        CAPTURE(lost);
        for (const auto& [path, octets] : latest)
            files.put_back(latest, path);
        REQUIRE(files.remove(lost));
        FolderSource own(files, "log");
        REQUIRE_MESSAGE(LogWriter::restore(files, "log", *signer(files), own), lost);
        check_log(files, 260);
    }
    OctetBuffer tile = *files.read("log/tile/entries/000");
    tile[30] ^= 1;
    REQUIRE(files.write("log/tile/entries/000", tile, 0644));
    FolderSource own(files, "log");
    CHECK(refusal_of(LogWriter::restore(files, "log", *signer(files), own)).find("does not lead there") !=
          std::string::npos);
}

TEST_CASE("two writers at once are impossible: over one folder, and with one key over two folders")
{
    SimulatedFiles files;
    Result<LogWriter> log = create_log(files);
    REQUIRE(log);
    CHECK(signer(files).error().message.find("another process signs with this key") != std::string::npos);
    Result<Signer> elsewhere = Signer::open(files, "copy.key", [&]() -> Result<std::vector<SigningKey>> {
        std::vector<SigningKey> keys;
        keys.push_back(SigningKey::read(shared_key().private_text()).value());
        return keys;
    });
    REQUIRE(elsewhere);
    CHECK(LogWriter::open(files, "log", std::move(*elsewhere)).error().message.find("another process") !=
          std::string::npos);
}

TEST_CASE("a key that has signed a log makes no second one")
{
    SimulatedFiles files;
    REQUIRE(workload(files));
    CHECK(LogWriter::create(files, "other", *signer(files)).error().message.find("another key") != std::string::npos);
}

TEST_CASE(
    "the head is announced beside the key before it is signed, so that a crash between cannot lead to another one")
{
    SimulatedFiles whole;
    REQUIRE(workload(whole));
    for (std::uint64_t stop = 0; stop < whole.operations(); ++stop) {
        SimulatedFiles files;
        files.crash_after(stop);
        (void)workload(files);
        const Result<OctetBuffer> commit = files.read("log/commit");  // seen by somebody just before the crash
        files.lose_power_partly(stop);
        if (!commit || !files.exists("log/commit"))
            continue;
        const Result<Checkpoint> seen = read_checkpoint(text_of(*commit));
        const Result<LogWriter> log = open_log(files);
        REQUIRE_MESSAGE(log, refusal_of(log));
        REQUIRE(seen);
        CHECK(log->committed().head.size >= seen->head.size);
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
        const Result<LogWriter> log = open_log(files);
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
        (void)open_log(files);
        files.lose_power_partly(second);
        check_log(files, acknowledged.value_or(0));
    }
}

TEST_CASE("a log opens only for its own key and refuses to go on over damage")
{
    SimulatedFiles files;
    REQUIRE(workload(files));
    const SigningKey other = SigningKey::generate("bank.example/log", KeyType::log).value();
    CHECK(open_log(files, other).error().message.find("key file") != std::string::npos);
    CHECK_FALSE(create_log(files));

    OctetBuffer tile = *files.read("log/tile/0/001.p/4");
    tile[5] ^= 1;
    REQUIRE(files.write("log/tile/0/001.p/4", tile, 0644));
    CHECK(open_log(files).error().message.find("damaged") != std::string::npos);
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
    Result<LogWriter> log = create_log(files);
    REQUIRE(log);
    CHECK_FALSE(log->add(std::string(entry_size_limit + 1, 'x')));
    CHECK_FALSE(log->add(""));
    CHECK(log->add(std::string(entry_size_limit, 'x')) == 0);
    CHECK(log->commit());
}

}  // namespace rw::zones::audit
