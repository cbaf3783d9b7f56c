// SPDX-License-Identifier: EUPL-1.2
// A log's private keys together with the memory of how far they have signed: the only way to sign a tree head. Whoever
// signs two heads of one size has forked the log, and a folder put back from a backup would make an honest holder do
// it. So the last head stands in a file beside the key, out of reach of the log's folder, and is written *before* the
// signature: a head smaller than that one is never signed. One process at a time holds a signer.
#pragma once

#include <optional>

#include "zones/audit/checkpoint.h"
#include "zones/files.h"

namespace rw::zones::audit
{

class Signer
{
 public:
    /// Gives the keys; called once the lock is held, so that no rotation comes between.
    using KeyReader = std::function<Result<std::vector<SigningKey>>()>;

    /// Locks KEY.lock, calls `read_keys` and reads KEY.head; lock and head are beside the key file at `key_path`.
    [[nodiscard]] static Result<Signer> open(Files& files, std::string key_path, const KeyReader& read_keys);

    /// The largest head that was signed, or announced just before the process died; nothing when KEY.head is not there.
    [[nodiscard]] const std::optional<TreeHead>& last() const { return last_; }
    /// True when the process died between announcing last() and confirming it: it may or may not have been signed.
    [[nodiscard]] bool is_announced() const { return announced_; }

    /// Announces `head` durably, then signs it. Error when that would fork or shorten what was signed.
    [[nodiscard]] Result<Checkpoint> sign(const TreeHead& head);
    /// What sign() gave is durable in the log.
    [[nodiscard]] Result<void> confirm();
    /// Remembers a head that these keys are known to have signed; one that is not larger changes nothing.
    [[nodiscard]] Result<void> remember(const TreeHead& head);

    [[nodiscard]] const std::vector<SigningKey>& keys() const { return keys_; }
    [[nodiscard]] std::vector<VerifierKey> verifiers() const;
    [[nodiscard]] const std::string& origin() const { return keys_.front().verifier().name; }
    [[nodiscard]] std::string head_path() const { return key_path_ + ".head"; }
    /// Signs with other keys from now on (rotation).
    void use_keys(std::vector<SigningKey> keys) { keys_ = std::move(keys); }

 private:
    Signer(Files& files, std::string key_path, std::vector<SigningKey> keys, FileLock lock);
    Result<void> write(const TreeHead& head, bool announced);

    Files& files_;
    std::string key_path_;
    std::vector<SigningKey> keys_;
    FileLock lock_;
    std::optional<TreeHead> last_;
    bool announced_ = false;
};

}  // namespace rw::zones::audit
