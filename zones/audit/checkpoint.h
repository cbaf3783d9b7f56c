// SPDX-License-Identifier: EUPL-1.2
// Checkpoints (C2SP tlog-checkpoint): origin, tree size, root hash, as the text of a signed note; and the cosignatures
// of witnesses on them (C2SP tlog-cosignature, Ed25519). Extension lines are refused: nothing could audit them.
#pragma once

#include "zones/audit/note.h"

namespace rw::zones::audit
{

struct TreeHead {
    std::string origin;
    std::uint64_t size = 0;
    Digest root{};

    [[nodiscard]] std::string text() const;
    bool operator==(const TreeHead&) const = default;
};

struct Checkpoint {
    TreeHead head;
    SignedNote note;
};

/// Reads form only; says nothing about who signed.
[[nodiscard]] Result<Checkpoint> read_checkpoint(std::string_view whole);

[[nodiscard]] Result<Checkpoint> sign_checkpoint(const TreeHead& head, const std::vector<SigningKey>& keys);

/// What the signatures of a checkpoint say to somebody who trusts `keys`.
struct SignatureReport {
    std::vector<VerifierKey> valid;    ///< keys whose signature verified, each once however many lines it signed
    std::vector<std::string> unknown;  ///< names of signatures by no key we know
    std::optional<std::uint64_t> cosigned_at{};  ///< the latest time in a witness's cosignature, seconds since 1970
};

/// 5 minutes that the clocks of honest logs and witnesses may be ahead of ours. A time further ahead is no evidence of
/// when something was; believed, one leaf of 2090 would make a log look alive for ever.
inline constexpr std::int64_t clock_allowance_s = 300;

/// Every signature by one of `keys` must verify; error when one does not. Those by nobody we know are listed.
[[nodiscard]] Result<SignatureReport> check_signatures(const SignedNote& note, const std::vector<VerifierKey>& keys);

/// Error unless at least one of the log keys in `keys` whose name is the origin signed.
[[nodiscard]] Result<SignatureReport> check_log_signature(const Checkpoint& checkpoint,
                                                          const std::vector<VerifierKey>& keys);

/// The witness's statement that at `posix_time` this was the largest consistent tree it had seen.
[[nodiscard]] NoteSignature cosign(const SigningKey& witness, const std::string& note_text, std::uint64_t posix_time);
/// The time in a cosignature, when it verifies.
[[nodiscard]] std::optional<std::uint64_t> cosigned_at(const VerifierKey& witness, const std::string& note_text,
                                                       const NoteSignature& signature);

}  // namespace rw::zones::audit
