// SPDX-License-Identifier: EUPL-1.2
// Checkpoints, signed notes, a witness's answer, vkeys, private keys and policies: what is accepted has one spelling.
#include "tests/fuzz/harness.h"
#include "zones/audit/policy.h"

using namespace rw::zones::audit;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of({input, size});
    if (const rw::Result<SignedNote> note = read_note(text))
        must(note->whole() == text, "a note is written as it was read");
    if (const rw::Result<Checkpoint> checkpoint = read_checkpoint(text)) {
        must(checkpoint->head.text() == checkpoint->note.text, "a checkpoint is its three lines");
        const rw::Result<SignatureReport> report = check_log_signature(*checkpoint, {});
        must(!report.has_value(), "without a trusted key nothing is signed");
    }
    if (const rw::Result<VerifierKey> key = read_vkey(text))
        must(key->text() == text, "a vkey is written as it was read");
    if (const auto lines = read_signature_lines(text)) {
        std::string written;
        for (const NoteSignature& one : *lines)
            written += one.line();
        must(written == text, "signature lines are written as they were read");
    }
    if (const rw::Result<SigningKey> key = SigningKey::read(text))
        must(key->verifier().text() == read_vkey(key->verifier().text())->text(), "a key file's line names a key");
    if (const rw::Result<Policy> policy = Policy::read(text))
        must(!policy->wants_witnesses() || !policy->fulfilled_by({}), "nobody fulfils no quorum");
    return 0;
}
