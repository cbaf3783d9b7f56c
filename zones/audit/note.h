// SPDX-License-Identifier: EUPL-1.2
// Signed notes (C2SP signed-note): text, blank line, one line a signature. Ed25519 only, as the log's own signature
// (type 1) and as a witness's timestamped cosignature (type 4). Key files hold the private keys; nothing here prints
// one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"
#include "zones/encoding.h"
#include "zones/files.h"

struct evp_pkey_st;

namespace rw::zones::audit
{

/// 64 KiB: 16 signatures must fit (C2SP), the largest kind is 5 kB; hostile checkpoints stop here.
inline constexpr std::size_t note_size_limit = 64U << 10;

enum class KeyType : std::uint8_t {
    log = 0x01,     ///< Ed25519 over the note's text
    witness = 0x04  ///< Ed25519 cosignature with a timestamp (C2SP tlog-cosignature)
};

/// A public key with the name it signs under: "name+keyid+base64(type || key)", a *vkey*.
struct VerifierKey {
    std::string name;
    KeyType type = KeyType::log;
    Digest key{};

    [[nodiscard]] std::uint32_t id() const;
    [[nodiscard]] std::string text() const;
    bool operator==(const VerifierKey&) const = default;
};

[[nodiscard]] Result<VerifierKey> read_vkey(std::string_view text);
/// Every vkey of a file: one a line, empty lines and lines that start with '#' apart.
[[nodiscard]] Result<std::vector<VerifierKey>> read_vkeys(std::string_view text);

/// True when `name` may name a key: not empty, printable ASCII without space and '+'.
[[nodiscard]] bool is_key_name(std::string_view name);

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    OctetBuffer octets;  ///< what follows the key id

    [[nodiscard]] bool is_by(const VerifierKey& key) const { return name == key.name && key_id == key.id(); }
    [[nodiscard]] std::string line() const;  ///< with its newline
    bool operator==(const NoteSignature&) const = default;
};

struct SignedNote {
    std::string text;  ///< with its last newline, without the blank line
    std::vector<NoteSignature> signatures;

    [[nodiscard]] std::string whole() const;
};

/// Refuses what C2SP refuses: control characters, text without newline, malformed signature lines, none at all.
[[nodiscard]] Result<SignedNote> read_note(std::string_view whole);
/// One or more signature lines and nothing else (what a witness answers).
[[nodiscard]] Result<std::vector<NoteSignature>> read_signature_lines(std::string_view lines);

/// False for every key of small order, whose private half everybody knows.
[[nodiscard]] bool ed25519_verifies(const Digest& key, std::string_view message, Octets signature);

/// A private key in memory, freed with cleansing by OpenSSL.
class SigningKey
{
 public:
    [[nodiscard]] static Result<SigningKey> generate(std::string name, KeyType type);
    /// "PRIVATE+KEY+name+keyid+base64(type || seed)", the form other C2SP tools read.
    [[nodiscard]] static Result<SigningKey> read(std::string_view text);

    [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }
    [[nodiscard]] std::string private_text() const;
    [[nodiscard]] OctetBuffer sign(std::string_view message) const;

 private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    using Handle = std::unique_ptr<evp_pkey_st, Free>;
    static Result<SigningKey> adopt(Handle handle, std::string name, KeyType type);

    Handle handle_;
    VerifierKey verifier_;
};

/// Reads a key file: one private key a line. Refuses a file that others than its owner may read.
[[nodiscard]] Result<std::vector<SigningKey>> read_key_file(const std::string& path);
/// Writes a key file with mode 0600, durably and in one step.
[[nodiscard]] Result<void> write_key_file(Files& files, const std::string& path, const std::vector<SigningKey>& keys);

}  // namespace rw::zones::audit
