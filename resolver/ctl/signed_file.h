// SPDX-License-Identifier: EUPL-1.2
// What authority, site file, statement and confirmation have in common on the command line: a file is drafted without
// signatures, shown, read and signed by one person after the other. Each kind says how its file is read; the steps are
// here once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "resolver/ctl/signing_tools.h"
#include "zones/canonical_json.h"

namespace rw::ctl
{

/// A file that was read, as people see it.
struct Reading {
    Ceremony ceremony;     ///< the page among it
    std::string standing;  ///< who has signed and who is missing, in words; empty when nothing is known of it
    zones::Json json;      ///< the members that --json shows, beside hash and code
};

/// How one kind of file is read.
struct SignedKind {
    zones::Payload payload{};
    std::function<Result<Reading>(const zones::Envelope&)> read;
};

/// Members of `reading` with "schema", "sha256" and "code" of the payload.
[[nodiscard]] zones::Json json_of(const Reading& reading, const zones::Envelope& envelope);

/// Writes a payload that nobody has signed, then says `summary`.
ExitStatus write_draft(const std::string& path, zones::Payload type, const std::string& payload,
                       const std::string& summary, Invocation& invocation);

/// Page, hash, code, signatures.
ExitStatus show_file(const SignedKind& kind, const std::string& path, Invocation& invocation);

/// Shows the page, has the code typed, adds a signature; writes to `out`, or to `path` when that is empty.
/// The file is left alone when anything is wrong.
ExitStatus sign_file(const SignedKind& kind, const std::string& path, const std::string& out, const KeyOption& key,
                     Invocation& invocation);

/// "needed", "signed-by", "missing", "quorum".
[[nodiscard]] zones::Json tally_json(const zones::continuity::Tally& tally);

/// A verdict: "good: ..." or the reason on the error stream, as JSON {"schema", "good", "reason", ...} of `more`.
ExitStatus say_verdict(Invocation& invocation, bool good, const std::string& sentence, zones::Json more = {});

}  // namespace rw::ctl
