// SPDX-License-Identifier: EUPL-1.2
// What the commands of the parties share (authority, site, statement, continuity): keys from a file or a token, the
// page that is read before signing and the code that is typed, envelopes in files. Made for a machine without network.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/ctl/invocation.h"
#include "zones/continuity/authority.h"
#include "zones/private_key.h"

namespace rw::ctl
{

/// Says `message` on the error stream; gives `status`.
ExitStatus complain(Invocation& invocation, const std::string& message, ExitStatus status = ExitStatus::usage);

/// `--key`: a key file, or "pkcs11:token=...;object=...".
struct KeyOption {
    std::string key;
    std::string module;  ///< PKCS#11 module; empty: those that p11-kit knows

    void add_to(CLI::App& command);
    /// Asks for passphrase or PIN when the key wants one.
    [[nodiscard]] Result<std::unique_ptr<zones::PrivateKey>> open(Invocation& invocation) const;
};

/// Shows `question` and reads a line from standard input; without echo when `secret` and it is a terminal.
[[nodiscard]] Result<std::string> ask(Invocation& invocation, const std::string& question, bool secret);

/// 32 octets of an Ed25519 public key: base64, or the key file or token it belongs to.
[[nodiscard]] Result<zones::Digest> read_public_key(const std::string& text);

[[nodiscard]] Result<zones::Envelope> read_envelope_file(const std::string& path, zones::Payload type);
/// Holds a file that is read, changed and written back: of two people who add to it at once, one is told to try again.
[[nodiscard]] Result<zones::FileLock> hold_file(const std::string& path);
[[nodiscard]] Result<void> write_text_file(const std::string& path, const std::string& text);

/// What is read and typed before a signature is made.
struct Ceremony {
    std::string page;                    ///< made from the exact octets that will be signed
    std::vector<zones::Digest> allowed;  ///< public keys that may sign
    std::optional<zones::Digest>
        known_hash;  ///< typed in full, as it came by another way; none: the code on the screen
};

/// Shows the page, has the short code of the payload typed, signs, adds the signature. Refuses a key that may not sign
/// this, and one that has signed already.
[[nodiscard]] Result<void> sign_envelope(zones::Envelope& envelope, const Ceremony& ceremony, const KeyOption& key,
                                         Invocation& invocation);

/// Now, as the machine believes.
[[nodiscard]] zones::continuity::Seconds now_seconds();
/// "2026-12-01", "2026-12-01 18:00:00" or seconds, in UTC.
[[nodiscard]] Result<zones::continuity::Seconds> read_moment(const std::string& text);
/// "90m", "4h", "14d".
[[nodiscard]] Result<zones::continuity::Seconds> read_span(const std::string& text);

/// Opens an authority file and those that follow it, each checked against the one before.
[[nodiscard]] Result<std::vector<zones::continuity::Signed<zones::continuity::Authority>>> read_chain(
    const std::vector<std::string>& paths);

/// Has `command` run `handle` with `arguments`.
template <class Arguments>
void run_with(CLI::App& command, Invocation& invocation, const std::shared_ptr<Arguments>& arguments,
              ExitStatus (*handle)(const Arguments&, Invocation&))
{
    command.callback([&invocation, arguments, handle] {
        invocation.run = [&invocation, arguments, handle] { return handle(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
