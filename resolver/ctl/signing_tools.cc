// SPDX-License-Identifier: EUPL-1.2
// Prompts, keys and envelopes of the signing commands.
#include "resolver/ctl/signing_tools.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "resolver/base/clock.h"
#include "resolver/ctl/pkcs11.h"
#include "zones/continuity/evaluator.h"
#include "zones/continuity/statement_words.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

/// No echo while a secret is typed; as it was when this ends.
class Silence
{
 public:
    Silence()
    {
        active_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!active_)
            return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence()
    {
        if (active_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

 private:
    termios before_{};
    bool active_ = false;
};

constexpr std::string_view token_scheme = "pkcs11:";

AskPassphrase passphrase_prompt(Invocation& invocation)
{
    return [&invocation](const std::string& what) {
        return ask(invocation, fmt::format("passphrase of {}: ", what), true);
    };
}

/// The person types what proves that they looked: the code of this page, or a hash that they brought.
Result<void> have_typed(const Ceremony& ceremony, const Digest& hash, Invocation& invocation)
{
    invocation.err << ceremony.page << fmt::format("\nSHA-256      {}\n\n", hex_lower(hash));
    const std::string code = short_code(hash);
    Result<std::string> typed =
        ceremony.known_hash
            ? ask(invocation, "To sign exactly this, type the SHA-256 that you were told, all 64 digits: ", false)
            : ask(invocation, fmt::format("To sign exactly this, type its short code {}: ", code), false);
    if (!typed)
        return std::unexpected(typed.error());
    if (!ceremony.known_hash)
        return *typed == code ? Result<void>{} : failed("the code is another one: nothing was signed");
    std::erase(*typed, ' ');
    return digest_from_hex(*typed) == ceremony.known_hash
               ? Result<void>{}
               : failed("the file has another hash than the one typed: nothing was signed");
}

}  // namespace

ExitStatus complain(Invocation& invocation, const std::string& message, ExitStatus status)
{
    invocation.err << "rootwardctl: " << printable_lines(message) << '\n';
    return status;
}

void KeyOption::add_to(CLI::App& command)
{
    command.add_option("--key", key, "A key file, or pkcs11:token=LABEL;object=LABEL.")->type_name("KEY")->required();
    command.add_option("--module", module, "PKCS#11 module (default: those that p11-kit is configured for).")
        ->type_name("FILE");
}

Result<std::unique_ptr<PrivateKey>> KeyOption::open(Invocation& invocation) const
{
    if (key.starts_with(token_scheme))
        return open_token_key(key, module, [&](const std::string& token) {
            return ask(invocation, fmt::format("PIN of token {}: ", token), true);
        });
    Result<FileKey> signer = FileKey::read(key, passphrase_prompt(invocation));
    if (!signer)
        return std::unexpected(signer.error());
    return std::make_unique<FileKey>(std::move(*signer));
}

Result<std::string> ask(Invocation& invocation, const std::string& question, bool secret)
{
    invocation.err << question << std::flush;
    std::string line;
    std::optional<Silence> silence;
    if (secret)
        silence.emplace();
    if (!std::getline(std::cin, line))
        return failed("nothing was typed: standard input ended");
    if (secret)
        invocation.err << '\n';
    return line;
}

Result<Digest> read_public_key(const std::string& text)
{
    if (const std::optional<Digest> key = digest_from_base64(text))
        return *key;
    const Result<OctetBuffer> octets = read_named_file(text);
    if (!octets)
        return failed(fmt::format("\"{}\" is neither 32 octets in base64 nor a file", printable(text)));
    std::string line(text_of(*octets));
    line.erase(std::min(line.find('\n'), line.size()));
    const std::optional<Digest> key = digest_from_base64(line);
    return key ? Result<Digest>(*key)
               : failed(fmt::format("{} holds no public key: one line, 32 octets in base64", text));
}

Result<Envelope> read_envelope_file(const std::string& path, Payload type)
{
    const Result<OctetBuffer> octets = read_named_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    Result<Envelope> envelope = read_envelope(text_of(*octets), type);
    return envelope ? std::move(envelope) : failed(fmt::format("{}: {}", path, envelope.error().message));
}

Result<FileLock> hold_file(const std::string& path)
{
    PosixFiles files(folder_of(path));
    if (!files.exists(path))
        return failed(fmt::format("{}: there is no such file", path));
    return files.lock(path);
}

Result<void> write_text_file(const std::string& path, const std::string& text)
{
    PosixFiles files(folder_of(path));
    return replace_file_durably(files, path, octets_of(text));
}

Result<void> sign_envelope(Envelope& envelope, const Ceremony& ceremony, const KeyOption& key, Invocation& invocation)
{
    Result<std::unique_ptr<PrivateKey>> signer = key.open(invocation);
    if (!signer)
        return std::unexpected(signer.error());
    Digest public_key{};
    if ((*signer)->algorithm() != dnssec::Algorithm::ed25519 || (*signer)->public_key().size() != public_key.size())
        return failed("this is not an Ed25519 key: files are signed with Ed25519");
    std::ranges::copy((*signer)->public_key(), public_key.begin());
    if (std::ranges::find(ceremony.allowed, public_key) == ceremony.allowed.end())
        return failed(fmt::format("key {} is none of those that may sign this", key_id(public_key).substr(0, 16)));
    if (!verified_signers(envelope, std::array<Digest, 1>{public_key}).empty())
        return failed("this key has signed already");
    if (Result<void> done = have_typed(ceremony, sha256(envelope.payload), invocation); !done)
        return done;
    Result<OctetBuffer> signature = (*signer)->sign(octets_of(signed_octets(envelope.payload_type, envelope.payload)));
    if (!signature)
        return std::unexpected(signature.error());
    envelope.signatures.push_back({.keyid = key_id(public_key), .octets = std::move(*signature)});
    if (verified_signers(envelope, std::array<Digest, 1>{public_key}).empty())
        return failed("the signature that came back does not verify: nothing was written");
    return {};
}

Seconds now_seconds()
{
    return SystemClock().wall_seconds().time_since_epoch().count();
}

Result<Seconds> read_moment(const std::string& text)
{
    std::array<std::int64_t, 6> parts{};
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size() && count < parts.size(); ++count) {
        const std::size_t end = std::min(text.find_first_of("-: TZ", at), text.size());
        std::string digits = text.substr(at, end - at);
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
        const std::optional<std::uint64_t> number = decimal(digits);
        if (!number || *number > static_cast<std::uint64_t>(last_second))
            return failed(fmt::format("\"{}\" is no time like 2026-12-01 or 2026-12-01T18:00:00Z", printable(text)));
        parts.at(count) = static_cast<std::int64_t>(*number);
        at = end + 1;
    }
    if (count == 1)
        return parts[0];
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(parts[0])),
                                           std::chrono::month(static_cast<unsigned>(parts[1])),
                                           std::chrono::day(static_cast<unsigned>(parts[2]))};
    if (count < 3 || !date.ok() || parts[0] > 9999 || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
        return failed(fmt::format("\"{}\" is no time like 2026-12-01 or 2026-12-01T18:00:00Z", printable(text)));
    return std::chrono::sys_days(date).time_since_epoch().count() * day + parts[3] * hour + parts[4] * minute +
           parts[5];
}

Result<Seconds> read_span(const std::string& text)
{
    constexpr std::array<std::pair<char, Seconds>, 4> units{{{'d', day}, {'h', hour}, {'m', minute}, {'s', 1}}};
    for (const auto& [unit, size] : units) {
        const std::optional<std::uint64_t> number =
            text.ends_with(unit) ? decimal(text.substr(0, text.size() - 1)) : std::nullopt;
        if (number && *number <= 100'000)
            return static_cast<Seconds>(*number) * size;
    }
    return failed(fmt::format("\"{}\" is no span like 90m, 4h or 14d", printable(text)));
}

Result<std::vector<Signed<continuity::Authority>>> read_chain(const std::vector<std::string>& paths)
{
    State state;
    for (const std::string& path : paths) {
        const Result<OctetBuffer> octets = read_named_file(path);
        if (!octets)
            return std::unexpected(octets.error());
        Result<Signed<continuity::Authority>> one = open_authority(text_of(*octets), state.party_keys());
        if (!one)
            return failed(fmt::format("{}: {}", path, one.error().message));
        if (state.chain.empty()) {
            state.chain.push_back(std::move(*one));
            continue;
        }
        const Verdict verdict = step(state, Rotate{std::move(*one)}, {.system = 0, .synchronised = false});
        if (!verdict.permitted)
            return failed(fmt::format("{}: {}", path, verdict.sentence));
    }
    return std::move(state.chain);
}

}  // namespace rw::ctl
