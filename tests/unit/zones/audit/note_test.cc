// SPDX-License-Identifier: EUPL-1.2
// Signed notes, keys, checkpoints and cosignatures: a published vector, round trips, and what must be refused.
#include "zones/audit/note.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zones/audit/checkpoint.h"
#include "zones/audit/policy.h"

namespace rw::zones::audit
{

namespace
{

constexpr const char* published_vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* published_note =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

SigningKey new_key(const std::string& name, KeyType type = KeyType::log)
{
    return std::move(SigningKey::generate(name, type).value());
}

std::vector<SigningKey> one_key(const std::string& name)
{
    std::vector<SigningKey> keys;
    keys.push_back(new_key(name));
    return keys;
}

}  // namespace

TEST_CASE("a note signed by another implementation verifies")
{
    const Result<VerifierKey> key = read_vkey(published_vkey);
    REQUIRE(key);
    CHECK(key->text() == published_vkey);
    const Result<SignedNote> note = read_note(published_note);
    REQUIRE(note);
    CHECK(note->whole() == published_note);
    const Result<SignatureReport> report = check_signatures(*note, {*key});
    REQUIRE(report);
    CHECK(report->valid.size() == 1);
    CHECK(report->unknown.empty());
}

TEST_CASE("under a key of small order nothing is signed, whatever the mathematics say")
{
    // R = [S]B for S = 0 and the neutral element as the key: it fits every message.
    Digest neutral{};
    neutral[0] = 1;
    OctetBuffer signature(64, 0);
    signature[0] = 1;
    CHECK_FALSE(ed25519_verifies(neutral, "a message", signature));
    neutral.back() = 0x80;
    CHECK_FALSE(ed25519_verifies(neutral, "a message", signature));
    // Of order 4: the neutral element fits as R wherever the hash is a multiple of 4.
    const Digest zero{};
    for (int i = 0; i < 64; ++i)
        CHECK_FALSE(ed25519_verifies(zero, "message " + std::to_string(i), signature));
}

TEST_CASE("every changed octet of a note is a note that is refused or no longer signed by the key")
{
    const std::vector<VerifierKey> keys{*read_vkey(published_vkey)};
    const std::string good = published_note;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int bit : {0, 1, 5, 7}) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            const Result<SignedNote> note = read_note(bad);
            if (!note)
                continue;
            const Result<SignatureReport> report = check_signatures(*note, keys);
            REQUIRE((!report || report->valid.empty()));
        }
    }
}

TEST_CASE("a vkey with one mistyped character is refused")
{
    const std::string good = published_vkey;
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'b' ? 'd' : 'b';
        CHECK_FALSE(read_vkey(bad));
    }
}

TEST_CASE("a private key reads back, signs, and its file is for its owner alone")
{
    const SigningKey key = new_key("bank.example/log");
    const Result<SigningKey> again = SigningKey::read(key.private_text());
    REQUIRE(again);
    CHECK(again->verifier() == key.verifier());
    CHECK(ed25519_verifies(key.verifier().key, "text", again->sign("text")));
    CHECK_FALSE(ed25519_verifies(key.verifier().key, "texts", again->sign("text")));

    const std::string path = "/tmp/rootward-note-test-" + std::to_string(::getpid());
    PosixFiles files("/tmp");
    REQUIRE(write_key_file(files, path, one_key("bank.example/log")));
    struct stat about{};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0600);
    CHECK(read_key_file(path));
    ::chmod(path.c_str(), 0640);
    CHECK(read_key_file(path).error().message.find("chmod 600") != std::string::npos);
    ::unlink(path.c_str());
}

TEST_CASE("a checkpoint is signed by the log it names, and by every key during a rotation")
{
    std::vector<SigningKey> keys = one_key("bank.example/log");
    keys.push_back(new_key("bank.example/log"));
    const TreeHead head{.origin = "bank.example/log", .size = 7, .root = sha256("x")};
    const Checkpoint signed_head = *sign_checkpoint(head, keys);
    const Result<Checkpoint> read = read_checkpoint(signed_head.note.whole());
    REQUIRE(read);
    CHECK(read->head == head);
    CHECK(check_log_signature(*read, {keys[0].verifier()}));
    CHECK(check_log_signature(*read, {keys[1].verifier()}));
    CHECK(check_log_signature(*read, {keys[1].verifier()})->unknown.size() == 1);
    CHECK_FALSE(check_log_signature(*read, {new_key("bank.example/log").verifier()}));
    const Checkpoint foreign = *sign_checkpoint(head, one_key("other.example/log"));
    CHECK_FALSE(check_log_signature(foreign, {foreign.note.signatures.empty() ? VerifierKey{} : keys[0].verifier()}));
}

TEST_CASE("a checkpoint of another shape is refused")
{
    const std::string signature = "\n\xE2\x80\x94 a AAAAAAAA\n";
    const std::string root = base64(sha256("x"));
    CHECK(read_checkpoint("o\n1\n" + root + "\n" + signature));
    for (const std::string& text : std::initializer_list<std::string>{
             "o\n01\n" + root + "\n", "o\n1\n" + root + "\nextension\n", "o\n1\n", "o\n-1\n" + root + "\n",
             "o\n999999999999999999\n" + root + "\n", "\n1\n" + root + "\n", "o\n1\nAAAA\n"})
        CHECK_FALSE(read_checkpoint(text + signature));
    CHECK_FALSE(read_checkpoint("o\n1\n" + root + "\n"));
    CHECK_FALSE(read_note(std::string(note_size_limit + 1, 'a')));
}

TEST_CASE("a cosignature counts only with its time, its text and its key")
{
    const SigningKey witness = new_key("witness.example/w", KeyType::witness);
    const NoteSignature signature = cosign(witness, "a\n1\nr\n", 1700000000);
    CHECK(cosigned_at(witness.verifier(), "a\n1\nr\n", signature) == 1700000000);
    CHECK_FALSE(cosigned_at(witness.verifier(), "a\n2\nr\n", signature));
    NoteSignature later = signature;
    later.octets[7] ^= 1;
    CHECK_FALSE(cosigned_at(witness.verifier(), "a\n1\nr\n", later));
}

TEST_CASE("a policy counts distinct witnesses by its groups")
{
    const SigningKey log = new_key("bank.example/log");
    const SigningKey w1 = new_key("w1.example", KeyType::witness);
    const SigningKey w2 = new_key("w2.example", KeyType::witness);
    const SigningKey w3 = new_key("w3.example", KeyType::witness);
    const std::string text = "# ours\nlog " + log.verifier().text() + "\nwitness W1 " + w1.verifier().text() +
                             " http://127.0.0.1:1/\nwitness W2 " + w2.verifier().text() + "\nwitness W3 " +
                             w3.verifier().text() + "\ngroup G 2 W1 W2 W3\nquorum G\n";
    const Result<Policy> policy = Policy::read(text);
    REQUIRE(policy);
    CHECK(policy->wants_witnesses());
    CHECK_FALSE(policy->fulfilled_by({w1.verifier()}));
    CHECK_FALSE(policy->fulfilled_by({w1.verifier(), w1.verifier(), log.verifier()}));
    CHECK(policy->fulfilled_by({w3.verifier(), w1.verifier()}));

    const std::string vkey = w1.verifier().text();
    for (const std::string& bad :
         {std::string("quorum none\nquorum none\n"), std::string(""), "witness W " + vkey + "\n",
          "witness W " + vkey + "\nwitness V " + vkey + "\nquorum none\n",
          "witness W " + vkey + "\ngroup G 2 W\nquorum G\n", "witness W " + vkey + "\ngroup G 2 W W\nquorum G\n",
          "log " + vkey + "\nquorum none\n", std::string("quorum X\n"), std::string("what none\n")}) {
        CAPTURE(bad);
        CHECK_FALSE(Policy::read(bad));
    }
}

}  // namespace rw::zones::audit
