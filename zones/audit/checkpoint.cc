// SPDX-License-Identifier: EUPL-1.2
// Checkpoint text, signatures and cosignatures.
#include "zones/audit/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/merkle.h"

namespace rw::zones::audit
{

namespace
{

constexpr std::size_t timestamp_size = 8;

std::string cosigned_message(std::uint64_t posix_time, const std::string& note_text)
{
    return fmt::format("cosignature/v1\ntime {}\n{}", posix_time, note_text);
}

std::uint64_t load_u64(const std::uint8_t* at)
{
    return std::uint64_t{load_u32(at)} << 32 | load_u32(at + 4);
}

/// Notes in `report` what `signature` says when it is by `key`. False when it does not verify.
bool note_signature(const VerifierKey& key, const SignedNote& note, const NoteSignature& signature,
                    SignatureReport& report)
{
    if (key.type == KeyType::witness) {
        const std::optional<std::uint64_t> at = cosigned_at(key, note.text, signature);
        if (!at)
            return false;
        report.cosigned_at = std::max(report.cosigned_at.value_or(0), *at);
    } else if (!ed25519_verifies(key.key, note.text, signature.octets)) {
        return false;
    }
    if (std::ranges::find(report.valid, key) == report.valid.end())
        report.valid.push_back(key);
    return true;
}

}  // namespace

std::string TreeHead::text() const
{
    return fmt::format("{}\n{}\n{}\n", origin, size, base64(root));
}

Result<Checkpoint> read_checkpoint(std::string_view whole)
{
    Result<SignedNote> note = read_note(whole);
    if (!note)
        return failed("checkpoint refused: " + note.error().message);
    Checkpoint checkpoint;
    const std::string_view text = note->text;
    const std::size_t first = text.find('\n');
    const std::size_t second = text.find('\n', first + 1);
    const std::size_t third = second == std::string_view::npos ? second : text.find('\n', second + 1);
    if (third == std::string_view::npos || third + 1 != text.size())
        return failed("checkpoint refused: its text is not the three lines origin, size, root");
    const std::optional<std::uint64_t> size = decimal(text.substr(first + 1, second - first - 1));
    const std::optional<Digest> root = digest_from_base64(text.substr(second + 1, third - second - 1));
    if (first == 0 || !size || *size > tree_size_limit || !root)
        return failed("checkpoint refused: malformed origin, size or root");
    checkpoint.head = {.origin = std::string(text.substr(0, first)), .size = *size, .root = *root};
    checkpoint.note = std::move(*note);
    return checkpoint;
}

Result<Checkpoint> sign_checkpoint(const TreeHead& head, const std::vector<SigningKey>& keys)
{
    Checkpoint checkpoint{.head = head, .note = {.text = head.text(), .signatures = {}}};
    for (const SigningKey& key : keys) {
        NoteSignature signature{
            .name = key.verifier().name, .key_id = key.verifier().id(), .octets = key.sign(checkpoint.note.text)};
        if (signature.octets.empty())
            return failed("OpenSSL could not sign the checkpoint");
        checkpoint.note.signatures.push_back(std::move(signature));
    }
    return checkpoint;
}

Result<SignatureReport> check_signatures(const SignedNote& note, const std::vector<VerifierKey>& keys)
{
    SignatureReport report;
    for (const NoteSignature& signature : note.signatures) {
        const auto by = [&](const VerifierKey& key) { return signature.is_by(key); };
        const auto key = std::ranges::find_if(keys, by);
        if (key == keys.end()) {
            report.unknown.push_back(fmt::format("{}+{:08x}", signature.name, signature.key_id));
            continue;
        }
        // Two keys of one name may share the 32 bits of a key id.
        const bool verified = std::ranges::any_of(
            keys, [&](const VerifierKey& one) { return by(one) && note_signature(one, note, signature, report); });
        if (!verified)
            return failed(fmt::format("the signature of {} on the checkpoint does not verify", key->name));
    }
    return report;
}

Result<SignatureReport> check_log_signature(const Checkpoint& checkpoint, const std::vector<VerifierKey>& keys)
{
    Result<SignatureReport> report = check_signatures(checkpoint.note, keys);
    if (!report)
        return report;
    const bool signed_by_log = std::ranges::any_of(report->valid, [&](const VerifierKey& key) {
        return key.type == KeyType::log && key.name == checkpoint.head.origin;
    });
    if (!signed_by_log)
        return failed(fmt::format("the checkpoint of \"{}\" is not signed by a key you trust for that log",
                                  checkpoint.head.origin));
    return report;
}

NoteSignature cosign(const SigningKey& witness, const std::string& note_text, std::uint64_t posix_time)
{
    NoteSignature signature{.name = witness.verifier().name, .key_id = witness.verifier().id(), .octets = {}};
    append_u32(signature.octets, static_cast<std::uint32_t>(posix_time >> 32));
    append_u32(signature.octets, static_cast<std::uint32_t>(posix_time));
    append(signature.octets, witness.sign(cosigned_message(posix_time, note_text)));
    return signature;
}

std::optional<std::uint64_t> cosigned_at(const VerifierKey& witness, const std::string& note_text,
                                         const NoteSignature& signature)
{
    if (!signature.is_by(witness) || signature.octets.size() != timestamp_size + 64)
        return std::nullopt;
    const std::uint64_t time = load_u64(signature.octets.data());
    const Octets ed25519 = Octets(signature.octets).subspan(timestamp_size);
    if (time >> 63 != 0 || !ed25519_verifies(witness.key, cosigned_message(time, note_text), ed25519))
        return std::nullopt;
    return time;
}

}  // namespace rw::zones::audit
