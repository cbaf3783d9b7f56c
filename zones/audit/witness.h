// SPDX-License-Identifier: EUPL-1.2
// A witness (C2SP tlog-witness): cosigns the checkpoint of a log only when it grew from the last one the witness
// cosigned. That makes two versions of one history impossible to show to two people. This is the request handler alone;
// the program rootward-witness puts HTTP in front of it. State is one file a log, replaced durably before any answer.
#pragma once

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

class WitnessDesk
{
 public:
    /// `logs`: the keys of the logs it serves. `folder` exists.
    WitnessDesk(Files& files, std::string folder, SigningKey key, std::vector<VerifierKey> logs);

    /// Handles one add-checkpoint request. One call at a time: reading, checking and storing must be one step.
    [[nodiscard]] WitnessReply add_checkpoint(std::string_view request, std::uint64_t posix_time);

    [[nodiscard]] const VerifierKey& key() const { return key_.verifier(); }

 private:
    [[nodiscard]] std::string path_of(const std::string& origin) const;
    Result<TreeHead> last_head(const std::string& origin);
    WitnessReply decide(const Checkpoint& checkpoint, std::uint64_t old_size, const std::vector<Digest>& proof,
                        std::uint64_t posix_time);

    Files& files_;
    std::string folder_;
    SigningKey key_;
    std::vector<VerifierKey> logs_;
};

/// The body of an add-checkpoint request.
[[nodiscard]] std::string witness_request(std::uint64_t old_size, const std::vector<Digest>& proof,
                                          const SignedNote& checkpoint);

}  // namespace rw::zones::audit
