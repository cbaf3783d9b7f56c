// SPDX-License-Identifier: EUPL-1.2
// A log is attacked and each attack is found: any changed octet of any file, leaves dropped, swapped or signed anew by
// the key holder, a return to an older checkpoint, two trees of one size shown to two witnesses.
#include "zones/audit/verify_log.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/audit/recorded_log.h"
#include "zones/audit/bundle.h"
#include "zones/audit/witness.h"

namespace rw::zones::audit
{

namespace
{

void collect(Files& files, const std::string& folder, std::vector<std::string>& paths)
{
    for (const std::string& name : *files.list(folder)) {
        const std::string path = folder + "/" + name;
        if (name.ends_with('/'))
            collect(files, path.substr(0, path.size() - 1), paths);
        else
            paths.push_back(path);
    }
}

std::vector<std::string> files_below(Files& files, const std::string& folder)
{
    std::vector<std::string> paths;
    collect(files, folder, paths);
    return paths;
}

std::vector<std::string> entries_of_log(Files& files, const std::string& folder)
{
    FolderSource source(files, folder);
    LogReader reader(source, fetch_checkpoint(source)->head.size);
    std::vector<std::string> entries;
    REQUIRE(reader.entries(0, reader.size(), [&](std::uint64_t, Octets entry) -> Result<void> {
        entries.emplace_back(text_of(entry));
        return {};
    }));
    return entries;
}

/// What the key holder can do: a whole new log over any entries, signed with the true key.
void rewrite(Files& files, const std::string& folder, const SigningKey& key, const std::vector<std::string>& entries)
{
    Result<LogWriter> log = create_log(files, folder, key);
    REQUIRE(log);
    for (const std::string& entry : entries)
        REQUIRE(log->add(entry));
    REQUIRE(log->commit());
    REQUIRE(log->publish());
}

LogReport verify_since(Files& files, const std::string& folder, const SigningKey& key, const Checkpoint& since)
{
    FolderSource source(files, folder);
    return verify_log(source, {.keys = {key.verifier()}, .since = since});
}

std::string problem_of(const LogReport& report)
{
    return report.problems.empty() ? "" : report.problems.front();
}

}  // namespace

TEST_CASE("an untouched log is good, counted, and said to be unwitnessed")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, three_zones());
    const LogReport report = verify(files, "log", key);
    CHECK(problem_of(report) == "");
    CHECK(report.versions_checked == 3);
    CHECK(report.kinds.at("version") == 3);
    REQUIRE(report.notes.size() == 1);
    CHECK(report.notes[0] == unwitnessed);
    CHECK_FALSE(verify(files, "log", log_key()).good());
}

TEST_CASE("every changed octet of every file of a log is found, and so is every missing or extra file")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, {three_zones()[0]});
    record(files, "log", key, {three_zones()[1]});
    REQUIRE(verify(files, "log", key).good());
    std::size_t changed = 0;
    for (const std::string& path : files_below(files, "log")) {
        const OctetBuffer good = *files.read(path);
        for (std::size_t i = 0; i < good.size(); ++i) {
            OctetBuffer bad = good;
            bad[i] = static_cast<std::uint8_t>(bad[i] ^ (1U << (i % 8)));
            REQUIRE(files.write(path, bad, 0644));
            REQUIRE_MESSAGE(!verify(files, "log", key).good(), path << " octet " << i);
            ++changed;
        }
        REQUIRE(files.remove(path));
        const bool partial = path.find(".p/") != std::string::npos;
        // An earlier partial tile may be gone, what it held is in its successor; the next writer makes the lock anew.
        if (!partial && path != "log/lock")
            CHECK_MESSAGE(!verify(files, "log", key).good(), path << " missing");
        REQUIRE(files.write(path, good, 0644));
    }
    CHECK(changed > 2500);
    REQUIRE(files.write("log/tile/0/005", octets_of("x"), 0644));
    CHECK_FALSE(verify(files, "log", key).good());
    REQUIRE(files.remove("log/tile/0/005"));
    REQUIRE(files.write("log/extra", octets_of("x"), 0644));
    CHECK_FALSE(verify(files, "log", key).good());
}

TEST_CASE("a leaf dropped or swapped is found even by somebody who never saw the log before")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, three_zones());
    std::vector<std::string> entries = entries_of_log(files, "log");
    std::vector<std::string> dropped = entries;
    dropped.erase(dropped.begin() + 1);
    rewrite(files, "dropped", key, dropped);
    CHECK(problem_of(verify_since(files, "dropped", key, Checkpoint{})).find("says it is leaf") != std::string::npos);
    std::swap(entries[1], entries[2]);
    rewrite(files, "swapped", key, entries);
    CHECK(problem_of(verify_since(files, "swapped", key, Checkpoint{})).find("says it is leaf") != std::string::npos);
}

TEST_CASE("history signed anew by the key holder from any leaf on is found by whoever kept a checkpoint")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, three_zones());
    FolderSource source(files, "log");
    const Checkpoint kept = *fetch_checkpoint(source);
    const std::vector<std::string> entries = entries_of_log(files, "log");
    for (std::size_t k = 0; k < entries.size(); ++k) {
        std::vector<std::string> forged = entries;
        Json leaf = *read_canonical_json(forged[k]);
        leaf["time"] = 1;
        forged[k] = canonical_json(leaf);
        forged.push_back(stamp(stop_leaf("more"), forged.size(), WallSeconds{}));
        const std::string folder = "forged" + std::to_string(k);
        rewrite(files, folder, key, forged);
        FolderSource other(files, folder);
        // Alone it looks perfect ...
        CHECK(verify_log(other, {.keys = {key.verifier()}, .since = {}}).good());
        // ... until somebody remembers.
        CHECK(problem_of(verify_since(files, folder, key, kept)).find("rewritten") == 0);
    }
    CHECK(verify_since(files, "log", key, kept).good());
}

TEST_CASE("a return to an older signed checkpoint is found as a rollback")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, {three_zones()[0]});
    const OctetBuffer old = *files.read("log/checkpoint");
    record(files, "log", key, {three_zones()[1]});
    FolderSource source(files, "log");
    const Checkpoint kept = *fetch_checkpoint(source);
    REQUIRE(files.write("log/checkpoint", old, 0644));
    CHECK(problem_of(verify_since(files, "log", key, kept)).find("rolled back") == 0);
}

TEST_CASE("two trees of one size cannot both be cosigned, and with the policy the fork is found")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, three_zones());
    const std::vector<std::string> entries = entries_of_log(files, "log");
    std::vector<std::string> forged = entries;
    Json leaf = *read_canonical_json(forged.back());
    leaf["time"] = 1;
    forged.back() = canonical_json(leaf);
    rewrite(files, "fork", key, forged);
    FolderSource honest(files, "log");
    FolderSource fork(files, "fork");
    const Checkpoint shown_to_one = *fetch_checkpoint(honest);
    const Checkpoint shown_to_two = *fetch_checkpoint(fork);
    REQUIRE(shown_to_one.head.size == shown_to_two.head.size);
    const SigningKey w1 = SigningKey::generate("w1.example", KeyType::witness).value();
    const SigningKey w2 = SigningKey::generate("w2.example", KeyType::witness).value();
    WitnessDesk one = new_desk(files, "w1", w1, {key.verifier()});
    WitnessDesk two = new_desk(files, "w2", w2, {key.verifier()});
    CHECK(one.add_checkpoint(witness_request(0, {}, shown_to_one.note), 5).status == 200);
    CHECK(two.add_checkpoint(witness_request(0, {}, shown_to_two.note), 5).status == 200);
    // Each refuses the other tree, so neither tree ever has both names under it.
    CHECK(one.add_checkpoint(witness_request(shown_to_one.head.size, {}, shown_to_two.note), 6).status == 409);
    CHECK(two.add_checkpoint(witness_request(shown_to_one.head.size, {}, shown_to_one.note), 6).status == 409);
    const Policy policy = *Policy::read("witness W1 " + w1.verifier().text() + "\nwitness W2 " + w2.verifier().text() +
                                        "\ngroup both all W1 W2\nquorum both\n");
    SignedNote cosigned = shown_to_two.note;
    cosigned.signatures.push_back(cosign(w2, cosigned.text, 5));
    REQUIRE(files.write("fork/checkpoint", octets_of(cosigned.whole()), 0644));
    const LogReport report = verify_log(fork, {.keys = {key.verifier()}, .policy = &policy, .since = {}});
    CHECK(report.witnesses == 0);
    CHECK(problem_of(report).find("only 1 of the witnesses") == 0);
    cosigned.signatures.push_back(cosign(w1, cosigned.text, 5));
    REQUIRE(files.write("fork/checkpoint", octets_of(cosigned.whole()), 0644));
    CHECK(verify_log(fork, {.keys = {key.verifier()}, .policy = &policy, .since = {}}).witnesses == 2);
}

TEST_CASE("a bundle proves its leaf anywhere, and no changed octet of it does")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    record(files, "log", key, three_zones());
    FolderSource source(files, "log");
    const std::vector<VerifierKey> keys{key.verifier()};
    const std::size_t leaves = entries_of_log(files, "log").size();
    for (std::uint64_t i = 0; i < leaves; ++i) {
        const Result<std::string> bundle = make_bundle(source, i);
        REQUIRE(bundle);
        const Result<ProvenLeaf> proven = check_bundle(*bundle, keys, nullptr);
        REQUIRE(proven);
        CHECK(integer_member(proven->leaf, "index") == static_cast<std::int64_t>(i));
    }
    CHECK_FALSE(make_bundle(source, leaves));
    const std::string good = *make_bundle(source, 3);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 7)));
        REQUIRE_FALSE(check_bundle(bad, keys, nullptr));
        REQUIRE_FALSE(check_bundle(std::string_view(good).substr(0, i), keys, nullptr));
    }
    CHECK_FALSE(check_bundle(good, {log_key().verifier()}, nullptr));
}

TEST_CASE("a witness speaks the protocol: unknown logs, foreign keys, wrong sizes, wrong proofs, memory")
{
    SimulatedFiles files;
    const SigningKey key = log_key();
    const SigningKey w = SigningKey::generate("w.example", KeyType::witness).value();
    record(files, "log", key, {three_zones()[0]});
    FolderSource source(files, "log");
    const Checkpoint first = *fetch_checkpoint(source);
    record(files, "log", key, {three_zones()[1]});
    const Checkpoint second = *fetch_checkpoint(source);
    LogReader reader(source, second.head.size);
    const std::vector<Digest> proof = *consistency_proof(reader.subtrees(), first.head.size, second.head.size);
    std::optional<WitnessDesk> desk(new_desk(files, "w", w, {key.verifier()}));

    const auto status = [&](const std::string& request) { return desk->add_checkpoint(request, 7).status; };
    CHECK(status("nonsense") == 400);
    CHECK(status(std::string(witness_request_limit + 1, 'x')) == 413);
    const Checkpoint stranger = *sign_checkpoint(second.head, list_of(log_key("other.example/log")));
    CHECK(status(witness_request(0, {}, stranger.note)) == 403);
    TreeHead elsewhere = second.head;
    elsewhere.origin = "other.example/log";
    CHECK(status(witness_request(0, {}, sign_checkpoint(elsewhere, list_of(key))->note)) == 404);
    CHECK(status(witness_request(9999, {}, second.note)) == 400);
    CHECK(status(witness_request(0, {}, first.note)) == 200);
    const WitnessReply behind = desk->add_checkpoint(witness_request(0, {}, second.note), 7);
    CHECK(behind.status == 409);
    CHECK(behind.body == std::to_string(first.head.size) + "\n");
    CHECK(behind.content_type == "text/x.tlog.size");
    CHECK(status(witness_request(first.head.size, {Digest{}}, second.note)) == 422);
    // Another process, the same state.
    desk.reset();
    WitnessDesk again = *open_desk(files, "w", w, {key.verifier()});
    const WitnessReply reply = again.add_checkpoint(witness_request(first.head.size, proof, second.note), 7);
    CHECK(reply.status == 200);
    const std::vector<NoteSignature> lines = *read_signature_lines(reply.body);
    CHECK(cosigned_at(w.verifier(), second.note.text, lines.front()) == 7);
    CHECK(again.add_checkpoint(witness_request(second.head.size, {}, second.note), 8).status == 200);
    CHECK(again.add_checkpoint(witness_request(0, {}, first.note), 8).status == 409);
}

}  // namespace rw::zones::audit
