// SPDX-License-Identifier: EUPL-1.2
// A witness that must not forget: it is one process, it knows its own state folder, and of its two memories the one
// that has seen more counts.
#include "zones/audit/witness.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/audit/recorded_log.h"
#include "zones/audit/policy.h"

namespace rw::zones::audit
{

namespace
{

struct Bank {
    SimulatedFiles& files;
    SigningKey key = log_key();

    /// A signed head of `size` leaves of one of two histories.
    [[nodiscard]] std::string request(std::uint64_t size, const char* history = "a") const
    {
        const TreeHead head{
            .origin = key.verifier().name, .size = size, .root = sha256(history + std::to_string(size))};
        return witness_request(0, {}, sign_checkpoint(head, list_of(key))->note);
    }
};

SigningKey witness_key()
{
    return SigningKey::generate("w.example", KeyType::witness).value();
}

std::string refusal(const Result<WitnessDesk>& desk)
{
    return desk ? "" : desk.error().message;
}

}  // namespace

TEST_CASE("a witness without its state folder is refused, and --init alone makes one")
{
    SimulatedFiles files;
    const Bank bank{files};
    const SigningKey key = witness_key();
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier()})).find("Is its disk mounted?") != std::string::npos);
    CHECK_FALSE(files.exists("w"));
    new_desk(files, "w", key, {bank.key.verifier()});
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier()})) == "");
    CHECK_FALSE(WitnessDesk::init(desk_place(files, "w"), key.verifier()));
    CHECK(refusal(open_desk(files, "w", witness_key(), {bank.key.verifier()})).find("another witness") !=
          std::string::npos);
    // An empty folder at the mount point is no state either.
    for (const auto& [path, octets] : files.backup("w/"))
        REQUIRE(files.remove(path));
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier()})).find("Is its disk mounted?") != std::string::npos);
}

TEST_CASE("a witness is one process, by its state folder and by its key")
{
    SimulatedFiles files;
    const Bank bank{files};
    const SigningKey key = witness_key();
    const WitnessDesk desk = new_desk(files, "w", key, {bank.key.verifier()});
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier()})).find("another process is this witness") !=
          std::string::npos);
}

TEST_CASE("a log that a witness has no memory of is introduced by its operator, never by a request")
{
    SimulatedFiles files;
    const Bank bank{files};
    const SigningKey key = witness_key();
    const SigningKey later = log_key("later.example/log");
    new_desk(files, "w", key, {bank.key.verifier()});
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier(), later.verifier()})).find("--introduce") !=
          std::string::npos);
    REQUIRE(WitnessDesk::introduce(desk_place(files, "w"), key.verifier(), "later.example/log"));
    CHECK_FALSE(WitnessDesk::introduce(desk_place(files, "w"), key.verifier(), "later.example/log"));
    CHECK(refusal(open_desk(files, "w", key, {bank.key.verifier(), later.verifier()})) == "");
}

TEST_CASE("whichever of a witness's two memories is put back from a backup, the fork of what it cosigned is refused")
{
    for (const bool folder : {true, false}) {
        CAPTURE(folder);
        SimulatedFiles files;
        const Bank bank{files};
        const SigningKey key = witness_key();
        new_desk(files, "w", key, {bank.key.verifier()});
        const SimulatedFiles::Backup old = files.backup("w");
        CHECK(open_desk(files, "w", key, {bank.key.verifier()})->add_checkpoint(bank.request(7), 1).status == 200);
        for (const auto& [path, octets] : files.backup("w")) {
            if (path.starts_with("w/") == folder && path != "w")
                files.put_back(old, path);
        }
        Result<WitnessDesk> desk = open_desk(files, "w", key, {bank.key.verifier()});
        REQUIRE_MESSAGE(desk, refusal(desk));
        CHECK(desk->add_checkpoint(bank.request(7, "b"), 2).status == 409);
        CHECK(desk->add_checkpoint(bank.request(9, "b"), 2).status == 409);
    }
}

TEST_CASE("a witness that crashes at any file operation cosigns no fork of what it may have cosigned")
{
    const SigningKey key = witness_key();
    for (std::uint64_t stop = 0; stop < 20; ++stop) {
        CAPTURE(stop);
        SimulatedFiles files;
        const Bank bank{files};
        new_desk(files, "w", key, {bank.key.verifier()});
        bool cosigned = false;
        {
            Result<WitnessDesk> desk = open_desk(files, "w", key, {bank.key.verifier()});
            REQUIRE(desk);
            files.crash_after(files.operations() + stop);
            cosigned = desk->add_checkpoint(bank.request(7), 1).status == 200;
        }
        files.lose_power_partly(stop);
        Result<WitnessDesk> desk = open_desk(files, "w", key, {bank.key.verifier()});
        REQUIRE_MESSAGE(desk, refusal(desk));
        const int other = desk->add_checkpoint(bank.request(7, "b"), 2).status;
        CHECK((!cosigned || other == 409));
    }
}

TEST_CASE("one key counts once: signature lines that repeat, and a log's key in a witness's place")
{
    const SigningKey log = log_key();
    const SigningKey w = witness_key();
    const TreeHead head{.origin = log.verifier().name, .size = 1, .root = sha256("x")};
    Checkpoint checkpoint = *sign_checkpoint(head, list_of(log));
    for (const std::uint64_t at : {5U, 6U, 5U})
        checkpoint.note.signatures.push_back(cosign(w, checkpoint.note.text, at));
    const Result<SignatureReport> report = check_log_signature(checkpoint, {log.verifier(), w.verifier()});
    REQUIRE(report);
    CHECK(report->valid.size() == 2);
    CHECK(report->cosigned_at == 6);
    VerifierKey as_witness = log.verifier();
    as_witness.type = KeyType::witness;
    CHECK_FALSE(Policy::read("log " + log.verifier().text() + "\nwitness W " + as_witness.text() + "\nquorum W\n"));
    CHECK_FALSE(Policy::read("witness W " + as_witness.text() + "\nlog " + log.verifier().text() + "\nquorum W\n"));
}

}  // namespace rw::zones::audit
