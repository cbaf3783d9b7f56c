// SPDX-License-Identifier: EUPL-1.2
// A witness (C2SP tlog-witness): cosigns the checkpoint of a log only when it grew from the last one the witness
// cosigned. That makes two versions of one history impossible to show to two people, as long as the witness never
// forgets: its memory stands twice, in the state folder and beside the key, and the larger head counts. A folder that
// is not there (a disk that is not mounted) or a log without memory is refused; only an operator makes a new one. This
// is the request handler alone; the program rootward-witness puts HTTP in front of it.
#pragma once

#include <map>

#include "zones/audit/checkpoint.h"
#include "zones/audit/merkle.h"

namespace rw::zones::audit
{

/// 128 KiB: a checkpoint and 63 hashes.
inline constexpr std::size_t witness_request_limit = 128U << 10;

struct WitnessReply {
    int status = 200;  ///< HTTP status of C2SP tlog-witness
    std::string body;
    std::string content_type = "text/plain; charset=utf-8";
};

/// Where a witness remembers.
struct WitnessPlace {
    Files& state;          ///< holds `folder`
    std::string folder;    ///< the last checkpoint of each log
    Files& beside_key;     ///< holds what is beside `key_path`
    std::string key_path;  ///< KEY.heads has the head of each log, KEY.lock the lock
};

class WitnessDesk
{
 public:
    WitnessDesk(WitnessDesk&& other) noexcept;
    WitnessDesk& operator=(WitnessDesk&&) = delete;
    WitnessDesk(const WitnessDesk&) = delete;
    WitnessDesk& operator=(const WitnessDesk&) = delete;
    ~WitnessDesk();

    /// Makes the memory of a witness that has cosigned nothing yet. Error when there is one.
    [[nodiscard]] static Result<void> init(const WitnessPlace& place, const VerifierKey& key);

    /// Takes the locks, for as long as the desk lives, and reads the memory. `logs`: keys of the logs it serves. Error
    /// when another process has the locks, when init() did not make the folder for this key, or when nothing is
    /// remembered about one of `logs`. Logs given when a new witness is opened for the first time are at first sight.
    [[nodiscard]] static Result<WitnessDesk> open(const WitnessPlace& place, SigningKey key,
                                                  std::vector<VerifierKey> logs);
    /// First sight of one more log. Error when it is known, or as open().
    [[nodiscard]] static Result<void> introduce(const WitnessPlace& place, const VerifierKey& key,
                                                const std::string& origin);

    /// Handles one add-checkpoint request. One call at a time: reading, checking and storing must be one step.
    [[nodiscard]] WitnessReply add_checkpoint(std::string_view request, std::uint64_t posix_time);

    [[nodiscard]] const VerifierKey& key() const { return key_.verifier(); }

 private:
    class Memory;
    WitnessDesk(std::unique_ptr<Memory> memory, SigningKey key, std::vector<VerifierKey> logs);
    WitnessReply decide(const Checkpoint& checkpoint, std::uint64_t old_size, const std::vector<Digest>& proof,
                        std::uint64_t posix_time);

    std::unique_ptr<Memory> memory_;
    SigningKey key_;
    std::vector<VerifierKey> logs_;
};

/// The body of an add-checkpoint request.
[[nodiscard]] std::string witness_request(std::uint64_t old_size, const std::vector<Digest>& proof,
                                          const SignedNote& checkpoint);

}  // namespace rw::zones::audit
