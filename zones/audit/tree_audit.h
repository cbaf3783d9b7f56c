// SPDX-License-Identifier: EUPL-1.2
// One pass over all entries of a log: rebuilds the tree, compares every tile with it, reads every leaf. Internal to
// verify_log.cc and verify_folder.cc.
#pragma once

#include "zones/audit/verify_log.h"
#include "zones/store.h"

namespace rw::zones::audit
{

/// A version that the log says was seen.
struct LoggedVersion {
    std::uint64_t leaf = 0;
    std::uint32_t serial = 0;
    Digest sha256{};
};

class TreeAudit
{
 public:
    TreeAudit(LogSource& source, const LogExpectations& expectations, LogReport& report)
        : source_(source), expectations_(expectations), report_(report)
    {
    }

    /// Fetches and judges the checkpoint, then the tree under it.
    void run();
    [[nodiscard]] const std::vector<LoggedVersion>& versions() const { return versions_; }
    [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }

 private:
    bool judge_checkpoint();
    void judge_since();
    void read_tree();
    Result<void> read_entry(std::uint64_t index, Octets entry);
    void push_hash(unsigned level, const Digest& hash);
    void compare_tile(unsigned level, std::uint64_t index, Octets hashes);
    void compare_partial_tiles();

    LogSource& source_;
    const LogExpectations& expectations_;
    LogReport& report_;
    Checkpoint checkpoint_;
    Frontier frontier_;
    std::array<OctetBuffer, tile_levels + 1> edge_;
    std::optional<Digest> root_at_since_;
    std::vector<LoggedVersion> versions_;
};

/// Names of signatures on `note` that neither `trusted` nor `claimed` (the log's own list) explains.
[[nodiscard]] std::vector<std::string> unexplained_signatures(const SignedNote& note,
                                                              const std::vector<VerifierKey>& trusted,
                                                              const std::vector<VerifierKey>& claimed);

}  // namespace rw::zones::audit
