// SPDX-License-Identifier: EUPL-1.2
// The files: what is written is read, everything else is refused with its place; signatures; texts that look alike.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/unit/expect_text.h"
#include "tests/unit/zones/continuity/world.h"
#include "zones/continuity/statement_words.h"
#include "zones/json_places.h"
#include "zones/private_key.h"

using namespace rw::zones;
using namespace rw::zones::continuity;
using namespace rw::zones::continuity::test;
using rw::test::expect_text;

namespace
{

std::string refusal_of(const std::string& payload)
{
    const auto read = read_authority(payload);
    return read ? "accepted" : read.error().message;
}

std::string with(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Digest public_of(const FileKey& signer)
{
    Digest key{};
    std::ranges::copy(signer.public_key(), key.begin());
    return key;
}

Envelope signed_by(Payload type, const std::string& payload, FileKey& signer)
{
    const rw::OctetBuffer signature = signer.sign(rw::octets_of(signed_octets(type, payload))).value();
    return {.payload_type = type, .payload = payload, .signatures = {{.keyid = "a hint", .octets = signature}}};
}

}  // namespace

TEST_CASE("authority, site, statement and confirmation are read as they were written")
{
    const std::string authority = payload_of(first_authority());
    CHECK(payload_of(read_authority(authority).value()) == authority);
    Authority expiring = first_authority();
    expiring.parties[1].keys[0].expires = epoch;
    CHECK(read_authority(payload_of(expiring)).value().parties[1].keys == expiring.parties[1].keys);
    const std::string site = payload_of(first_site().content);
    CHECK(payload_of(read_site(site).value()) == site);
    const World world;
    for (const auto type :
         {StatementType::drill, StatementType::activate, StatementType::leave, StatementType::revoke}) {
        const std::string text = payload_of(world.make(type, 11));
        CHECK(payload_of(read_statement(text).value()) == text);
    }
    const std::string confirmation = payload_of(world.confirmation(Action::set_time));
    CHECK(payload_of(read_confirmation(confirmation).value()) == confirmation);
}

TEST_CASE(
    "duplicate keys, unknown fields, numbers as texts, deep nesting and oversize are refused with line and column")
{
    const std::string good = payload_of(first_authority());
    expect_text(refusal_of(with(good, "{\"anchors\"", "{\"anchors\":[],\"anchors\"")),
                "line 1, column 15: duplicate key");
    expect_text(refusal_of(with(good, "\"version\":1}", "\"version\":1,\"zone\":1}")), "unknown field \"zone\"");
    expect_text(refusal_of(with(good, "\"version\":1", "\"version\":\"1\"")), "must be a number");
    expect_text(refusal_of(with(good, "\"version\":1", "\"version\":1.0")), "is not an integer");
    expect_text(refusal_of(with(good, "\"type\"", "\"typf\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]],\"type\"")),
                "nested deeper than 16 levels");
    expect_text(refusal_of(good + std::string(fact(Payload::authority).limit, ' ')), "octets, at most");
    expect_text(refusal_of(with(good, ",\"version\"", ", \"version\"")), "not in canonical form");
}

TEST_CASE("the place of what is refused is its line and column")
{
    const auto placed = read_placed_json("{\n  \"a\": 1,\n  \"b\": [2, {\"c\": true}]\n}", 1'000, false);
    REQUIRE(placed);
    CHECK(placed->error_at_key("/b", "x") == "line 3, column 3: x");
    CHECK(placed->error_at_value("/b/1/c", "x") == "line 3, column 18: x");
    CHECK(read_placed_json("{\n \"a\": 1.5}", 100, false).error().message ==
          "JSON refused: line 2, column 7: number 1.5 is not an integer");
}

TEST_CASE("homoglyphs, bidirectional controls and huge texts are refused in every signed file")
{
    const World world;
    const std::string good = payload_of(world.make(StatementType::activate, 11));
    for (const std::string text : {"Netn\xD0\xBE"
                                   "d",
                                   "\xE2\x80\xAE"
                                   "abc",
                                   "a\\u0007b"})
        CHECK_FALSE(read_statement(with(good, "\"text\":\"\"", "\"text\":\"" + text + "\"")));
    CHECK_FALSE(read_statement(with(good, "\"text\":\"\"", "\"text\":\"" + std::string(1'001, 'a') + "\"")));
    CHECK(read_statement(with(good, "\"text\":\"\"", "\"text\":\"abc\"")));
}

TEST_CASE("the floors of an authority hold whatever the file says")
{
    const auto refused = [](auto change) {
        Authority authority = first_authority();
        change(authority);
        const auto done = check_floors(authority);
        return done ? std::string("accepted") : done.error().message;
    };
    expect_text(refused([](Authority& a) { a.parties.resize(2); }), "at least three parties");
    expect_text(refused([](Authority& a) { a.thresholds[1] = 2; }), "more than half");
    expect_text(refused([](Authority& a) { a.thresholds[3] = 0; }), "takes nobody");
    expect_text(refused([](Authority& a) { a.thresholds[2] = 5; }), "only 4 have an active key");
    expect_text(refused([](Authority& a) { a.expires = a.issued + 401 * day; }), "within 400 days");
    expect_text(refused([](Authority& a) {
                    for (PartyKey& key : a.parties[0].keys)
                        key.expires = a.issued;
                    a.thresholds[0] = 4;
                }),
                "only 3 have an active key");
    expect_text(refused([](Authority& a) { a.parties[1].keys = a.parties[0].keys; }), "each key belongs to one party");
    expect_text(refused([](Authority& a) {
                    a.anchors = {"20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"};
                }),
                "never a continuity anchor");
}

TEST_CASE("statements that do not fit together are refused")
{
    const World world;
    const auto refused = [&](auto change) {
        Statement statement = world.make(StatementType::activate, 11);
        change(statement);
        const auto read = read_statement(payload_of(statement));
        return read ? std::string("accepted") : read.error().message;
    };
    expect_text(refused([](Statement& s) { s.expires = s.not_before + 15 * day; }), "at most 14 days");
    expect_text(refused([](Statement& s) { s.reason = "because"; }), "no reason code");
    expect_text(refused([](Statement& s) { s.policy->sources[0].uri = "https://zone.example/"; }), "literal address");
    expect_text(refused([](Statement& s) { s.policy->sources[0].uri = "https://192.0.2.1/"; }), "needs a pin");
    expect_text(refused([](Statement& s) { s.policy->zonemd = false; }), "zonemd must be true");
    expect_text(refused([](Statement& s) {
                    s.policy->differences = {{.owner = ".", .type = "NS", .ttl = 1, .old = {}, .rdata = {"x."}}};
                }),
                "not the root");
    expect_text(refused([](Statement& s) { s.policy->algorithms = {5}; }), "algorithms are");
}

TEST_CASE("a signature covers type and octets: what is edited after signing has no signer")
{
    FileKey signer = FileKey::generate(rw::dnssec::Algorithm::ed25519).value();
    const std::vector<Digest> keys{public_of(signer)};
    const World world;
    const std::string payload = payload_of(world.make(StatementType::activate, 11));
    Envelope envelope = signed_by(Payload::statement, payload, signer);
    CHECK(verified_signers(envelope, keys).size() == 1);
    const Envelope read = read_envelope(envelope_text(envelope), Payload::statement).value();
    CHECK(read.payload == payload);
    CHECK(verified_signers(read, keys).size() == 1);
    envelope.payload = with(payload, "\"sequence\":11", "\"sequence\":12");
    CHECK(verified_signers(envelope, keys).empty());
    envelope.payload = payload;
    envelope.payload_type = Payload::confirmation;
    CHECK(verified_signers(envelope, keys).empty());
    CHECK_FALSE(read_envelope(envelope_text(read), Payload::confirmation));
}

TEST_CASE("a statement opened from its envelope is judged like any other")
{
    std::vector<FileKey> signers;
    World world;
    for (Party& party : world.state.chain[0].content.parties) {
        signers.push_back(FileKey::generate(rw::dnssec::Algorithm::ed25519).value());
        party.keys = {{.key = public_of(signers.back()), .state = KeyState::active}};
    }
    const std::string payload = payload_of(world.make(StatementType::activate, 11));
    Envelope envelope = signed_by(Payload::statement, payload, signers[0]);
    for (std::size_t i = 1; i < 3; ++i)
        envelope.signatures.push_back(signed_by(Payload::statement, payload, signers[i]).signatures.front());
    const auto opened = open_statement(envelope_text(envelope), world.state.party_keys());
    REQUIRE(opened);
    CHECK(world.happen(Present{.statement = *opened, .nonce = World::first_nonce}).permitted);
    envelope.signatures[2] = envelope.signatures[0];
    World again;
    again.state.chain = world.state.chain;
    CHECK(refused(
        again.happen(Present{.statement = open_statement(envelope_text(envelope), world.state.party_keys()).value(),
                             .nonce = World::first_nonce}),
        Rule::quorum));
}

TEST_CASE("a key file has mode 0600 and a passphrase, and refuses others' eyes and a wrong one")
{
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("rw-keys-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const std::string path = (folder / "netnod-test.key").string();
    PosixFiles files(folder.string());
    FileKey signer = FileKey::generate(rw::dnssec::Algorithm::ed25519).value();
    REQUIRE(signer.write(files, path, "a passphrase"));
    const auto says = [](const std::string& text) {
        return [text](const std::string&) { return rw::Result<std::string>(text); };
    };
    CHECK(FileKey::read(path, says("a passphrase")).value().public_key() == signer.public_key());
    CHECK_FALSE(FileKey::read(path, says("another")));
    std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    CHECK(FileKey::read(path, says("a passphrase")).error().message.find("chmod 600") != std::string::npos);
    std::filesystem::remove_all(folder);
}

TEST_CASE("the page says what a statement does and which TLDs it touches")
{
    const World world;
    Statement statement = world.make(StatementType::activate, 11);
    statement.policy->differences = {{.owner = "se.", .type = "DS", .ttl = 0, .old = sha256("x"), .rdata = {}}};
    const std::string page = words_of(statement);
    expect_text(page, "ACTIVATES the continuity zone");
    expect_text(page, "TLDs touched: se.");
    expect_text(page, "REMOVED");
    CHECK(short_code(sha256("x")).size() == 9);
}

TEST_CASE("the worked examples in config/continuity are read")
{
    const auto payload = [](const std::string& name) {
        const rw::OctetBuffer octets =
            read_named_file(RW_SOURCE_DIR "/config/continuity/" + name + ".example.json").value();
        return std::string(rw::text_of(octets).substr(0, octets.size() - 1));
    };
    const auto authority = read_authority(payload("authority"));
    REQUIRE(authority);
    CHECK(read_site(payload("site")));
    const auto activate = read_statement(payload("activate"));
    REQUIRE(activate);
    CHECK(activate->authority == sha256(payload("authority")));
    CHECK(read_statement(payload("return")).value().subject == sha256(payload("activate")));
    CHECK(read_confirmation(payload("confirmation")).value().subject == sha256(payload("activate")));
}
