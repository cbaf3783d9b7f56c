// SPDX-License-Identifier: EUPL-1.2
// The entries of a log for somebody who believes no file: a checkpoint that a trusted key signed, and entries that are
// handed out only once their inclusion under it is proved. One pass, one bundle in memory; what was not proved is never
// seen. Called by whatever acts on entries: export, export-zone, the recorder that reads its own disk.
#pragma once

#include "zones/audit/log_source.h"
#include "zones/audit/policy.h"
#include "zones/canonical_json.h"

namespace rw::zones::audit
{

class VerifiedLog
{
 public:
    /// Fetches the checkpoint. Error unless a log key in `keys` signed it and, when there is a policy, its witnesses
    /// cosigned. `source` must outlive this.
    [[nodiscard]] static Result<VerifiedLog> open(LogSource& source, const std::vector<VerifierKey>& keys,
                                                  const Policy* policy);
    /// The same under a checkpoint that the caller has.
    [[nodiscard]] static Result<VerifiedLog> under(LogSource& source, Checkpoint checkpoint,
                                                   const std::vector<VerifierKey>& keys, const Policy* policy);

    [[nodiscard]] const TreeHead& head() const { return checkpoint_.head; }

    /// Entries begin <= i < end in order; an error of `sink` stops the reading.
    [[nodiscard]] Result<void> entries(std::uint64_t begin, std::uint64_t end, const EntrySink& sink);
    /// The same as leaves (leaf.h).
    [[nodiscard]] Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                                      const std::function<Result<void>(std::uint64_t index, const Json& leaf)>& sink);

 private:
    VerifiedLog(LogSource& source, Checkpoint checkpoint)
        : checkpoint_(std::move(checkpoint)), reader_(source, checkpoint_.head.size)
    {
    }
    Result<void> check_bundle_of(std::uint64_t first, const std::vector<OctetBuffer>& bundle);

    Checkpoint checkpoint_;
    LogReader reader_;
};

}  // namespace rw::zones::audit
